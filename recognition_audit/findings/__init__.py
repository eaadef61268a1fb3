"""Findings in plain sentences, with counts and intervals, and what an audit cannot say.

"Differential", not a word that judges; classification is never called recognition. A sentence is
made only of what the document shows: without counts and an interval there is none.
"""

from recognition_audit.findings.limits import (
    PROJECTED,
    limits_of_classification,
    limits_of_comparison,
    limits_of_document,
)
from recognition_audit.findings.phrases import CHOSEN_AFTER
from recognition_audit.findings.whole import of_classification, of_comparison, of_document
from recognition_audit.words import people, percent

__all__ = [
    "CHOSEN_AFTER",
    "PROJECTED",
    "limits_of_classification",
    "limits_of_comparison",
    "limits_of_document",
    "of_classification",
    "of_comparison",
    "of_document",
    "people",
    "percent",
]
