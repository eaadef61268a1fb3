"""Limits of signing."""

CONFIRM_DAYS = 7
RECEIPT_DAYS = 365
# A stranger's mailbox must not be flooded by somebody who types it in again and again.
MAILS_PER_ADDRESS_PER_DAY = 5
# One folding transaction takes at most this many events, so that its locks are short.
EVENTS_PER_FOLD = 5_000
