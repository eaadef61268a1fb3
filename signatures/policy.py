"""Limits of signing."""

CONFIRM_DAYS = 7
OPEN_HOURS = 24
# A browser that opened a signature may act for so long; a forgotten phone does not stay open.
VISIT_MINUTES = 60
RECEIPT_DAYS = 365
# A stranger's mailbox must not be flooded by somebody who types it in again and again.
MAILS_PER_ADDRESS_PER_DAY = 5
# One folding transaction takes at most this many events, so that its locks are short.
EVENTS_PER_FOLD = 5_000
# A signature that nobody confirmed says only that somebody typed an address (own rule).
PENDING_DAYS = 14
MAIL_COUNT_DAYS = 2
