"""Limits of signing."""

CONFIRM_DAYS = 7
OPEN_HOURS = 24
# A browser that opened a signature may act for so long; a forgotten phone does not stay open.
VISIT_MINUTES = 60
RECEIPT_DAYS = 365
# An old mail still gets its reader off the list.
UNSUBSCRIBE_DAYS = 365
# A stranger's mailbox must not be flooded by somebody who types it in again and again.
MAILS_PER_ADDRESS_PER_DAY = 5
# One folding transaction takes at most this many events, so that its locks are short.
EVENTS_PER_FOLD = 5_000
NAME_CHARACTERS_MAX = 80
NAMES_PER_PAGE = 50
# On the petition's own page; the others stand on a page of their own.
NAMES_BESIDE_A_PETITION = 12
# Names go public at one moment; before it each of those concerned can step back for so long.
REVEAL_WAIT_HOURS = 48
# From how many on a name may be shown together, beside the petition's own floor.
TOGETHER_NUMBERS = (25, 50, 100, 250)
