"""Limits of the proofs: eight digits, 15 minutes, five tries, as the project set them."""

CODE_DIGITS = 8
CODE_MINUTES = 15
CODE_TRIES_MAX = 5
# A mailbox that strangers type in must not be flooded with codes.
CODES_PER_MAILBOX_PER_DAY = 3
CODES_PER_SUBJECT_PER_DAY = 10
# Mailbox control on one day says little about next year (domain.md 7): the proof ages.
MAILBOX_PROOF_DAYS = 365
# A newsletter with pictures in it; a server refuses to deliver much more.
MAIL_BYTES_MAX = 5 * 1024 * 1024
# What was sent to somebody long ago does not tell that they work there now (own rule).
MAIL_DAYS_MAX = 60
# RFC 8301, 3.2: shorter keys do not count; longer than 4096 need not be read.
MAIL_KEY_BITS_MIN = 1_024
MAIL_KEY_BITS_MAX = 4_096
SIGNED_MAIL_PROOF_DAYS = 365
# Between leaving for the employer's sign-in and coming back.
SIGN_IN_MINUTES = 15
SIGN_IN_PROOF_DAYS = 365
# Four words of our list hold 40 bits; at ten tries a day nobody guesses one in its days.
PHRASE_WORDS = 4
PHRASE_DAYS = 7
PHRASE_TRIES_PER_DAY = 10
# With chains two people could carry a crowd of invented ones. Here whoever rests on vouching alone
# cannot vouch, so m people carry at most m × 5 / K others, and no more by those (own rule).
VOUCHES_PER_PERSON_MAX = 5
# Colleagues know who works there now; they do not hear of each change for long.
VOUCHING_PROOF_DAYS = 180
# 60 bits.
INVITATION_CHARACTERS = 12
INVITATION_TRIES_PER_DAY = 10
INVITATIONS_PER_BATCH_MAX = 500
INVITATION_DAYS_MAX = 180
INVITATION_PROOF_DAYS = 365

# A photograph of a phone at full size fits; what is kept is smaller, and still readable in print.
UPLOAD_BYTES_MAX = 20 * 2**20
# Cameras take 48 megapixels; a screenshot that large is a decompression bomb.
PICTURE_PIXELS_MAX = {"camera": 50 * 10**6, "screen": 25 * 10**6}
PICTURE_SIDE_MIN = 200
PICTURE_SIDE_MAX = 2000
PICTURE_BYTES_MAX = 3 * 2**19  # 1.5 MB
# Each document costs reviewers time and exposes the signer once more.
DOCUMENTS_REFUSED_MAX = 3
DOCUMENTS_PER_DAY = 5
# Reading an upload costs the server work; who picks the wrong file ten times needs another way.
UPLOADS_REFUSED_PER_DAY = 10
# What a badge or a payslip shows ages as a mailbox does.
DOCUMENT_PROOF_DAYS = 365
# A reviewer who mistypes must not be locked out for long; one who guesses must not get far.
WRONG_PASSPHRASES_PER_HOUR = 10
OPINIONS_THAT_AGREE = 2
NAME_CHARACTERS_MAX = 120
# An attempt that is over is kept as long as the limits by day above need it.
CLAIM_DAYS = 2
