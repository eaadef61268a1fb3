"""Numbers of policy about organisers."""

# Four words by chance have about 50 bits; scrypt makes each guess cost a second of a computer.
PASSPHRASE_CHARACTERS_MIN = 20
PASSPHRASE_CHARACTERS_MAX = 200
