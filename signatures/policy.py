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
# One petition takes so many entries at once, and so many a minute for long, before each further
# one costs its sender some work (3,000 a minute were seen at a peak: petition-peers.md 3).
ENTRIES_AT_ONCE = 300
ENTRIES_PER_MINUTE = 600
# From one mail domain that is no known provider; more are set aside until somebody looks.
ENTRIES_PER_SMALL_DOMAIN_AT_ONCE = 30
ENTRIES_PER_SMALL_DOMAIN_PER_DAY = 30
# Tries of one small piece of work: under a second on a phone.
WORK_NUMBER_MAX = 60_000
WORK_MINUTES = 20
# Without JavaScript nobody's machine can work; whoever waits may go on.
WAIT_SECONDS = 15
OBJECTION_CHARACTERS_MAX = 1_000
# All are locked in one transaction, so that all change or none.
MARKED_AT_ONCE_MAX = 1_000
NAME_CHARACTERS_MAX = 80
NAMES_PER_PAGE = 50
# On the petition's own page; the others stand on a page of their own.
NAMES_BESIDE_A_PETITION = 12
# Names go public at one moment; before it each of those concerned can step back for so long.
REVEAL_WAIT_HOURS = 48
# From how many on a name may be shown together, beside the petition's own floor.
TOGETHER_NUMBERS = (25, 50, 100, 250)
# A signature that nobody confirmed says only that somebody typed an address (own rule).
PENDING_DAYS = 14
MAIL_COUNT_DAYS = 2
# What an address is padded to before it is encrypted for organisers: its length tells nothing.
CONTACT_BLOCK_BYTES = 512
