"""Limits of the proofs: eight digits, 15 minutes, five tries, as the project set them."""

CODE_DIGITS = 8
CODE_MINUTES = 15
CODE_TRIES_MAX = 5
# A mailbox that strangers type in must not be flooded with codes.
CODES_PER_MAILBOX_PER_DAY = 3
CODES_PER_SUBJECT_PER_DAY = 10
# Mailbox control on one day says little about next year (domain.md 7): the proof ages.
MAILBOX_PROOF_DAYS = 365

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
# What a badge or a payslip shows ages as a mailbox does.
DOCUMENT_PROOF_DAYS = 365
# A reviewer who mistypes must not be locked out for long; one who guesses must not get far.
WRONG_PASSPHRASES_PER_HOUR = 10
OPINIONS_THAT_AGREE = 2
NAME_CHARACTERS_MAX = 120
