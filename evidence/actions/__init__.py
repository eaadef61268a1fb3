"""The verbs of evidence: receiving files, running audits, publishing reports."""
