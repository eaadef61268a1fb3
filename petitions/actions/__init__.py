"""The verbs of petitions: drafting, lifecycle, and the ledger's changes."""
