"""Audits of face comparison and face analysis for differentials between groups of people.

Useful alone, without Django: `recognition-audit verify FILE` on the command line, or:

>>> from recognition_audit import verify
>>> report = verify("pairs.csv", polarity="distance")  # doctest: +SKIP
"""

from recognition_audit import charts
from recognition_audit._version import __version__
from recognition_audit.classification import classify
from recognition_audit.errors import BadInput
from recognition_audit.readers.sniffing import Sniffed, sniff
from recognition_audit.report import Report
from recognition_audit.thresholds import Threshold
from recognition_audit.verification import verify

__all__ = [
    "BadInput",
    "Report",
    "Sniffed",
    "Threshold",
    "__version__",
    "charts",
    "classify",
    "sniff",
    "verify",
]
