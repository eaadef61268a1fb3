"""Numbers of retention."""

# One batch is one transaction: short locks, and little to do again after a crash.
ROWS_PER_BATCH = 500
# An export holds what its maker may see; fetched, it is on their machine (own rule).
EXPORT_DAYS = 7
# Rows that somebody is at work on are looked for again so many times before the run gives up.
PASSES_MAX = 20
PAUSE_SECONDS = 0.1
