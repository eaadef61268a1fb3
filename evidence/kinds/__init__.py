"""The kinds of audits, in the order in which people choose. One file a kind, registered here."""

from evidence.kinds import verify, identify, classify, counts, compare  # noqa: I001, F401
from evidence.kinds.base import KINDS, Input, Kind

__all__ = ["KINDS", "Input", "Kind"]
