"""Limits of signing."""

CONFIRM_DAYS = 7
OPEN_HOURS = 24
# A browser that opened a signature may act for so long; a forgotten phone does not stay open.
VISIT_MINUTES = 60
RECEIPT_DAYS = 365
# An old mail still gets its reader off the list.
UNSUBSCRIBE_DAYS = 365
# Before a proof ends its signer is told, once, and has time to show it again.
PROOF_ENDS_NOTICE_DAYS = 30
# One step of the nightly ageing takes at most this many signatures.
SIGNATURES_PER_STEP = 500
# A stranger's mailbox must not be flooded by somebody who types it in again and again.
MAILS_PER_ADDRESS_PER_DAY = 5
# One folding transaction takes at most this many events, so that its locks are short.
EVENTS_PER_FOLD = 5_000
