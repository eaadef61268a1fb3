"""Limits of the proofs: eight digits, 15 minutes, five tries, as the project set them."""

CODE_DIGITS = 8
CODE_MINUTES = 15
CODE_TRIES_MAX = 5
# A mailbox that strangers type in must not be flooded with codes.
CODES_PER_MAILBOX_PER_DAY = 3
CODES_PER_SUBJECT_PER_DAY = 10
# Mailbox control on one day says little about next year (domain.md 7): the proof ages.
MAILBOX_PROOF_DAYS = 365
# An attempt that is over is kept as long as the limits by day above need it.
CLAIM_DAYS = 2
