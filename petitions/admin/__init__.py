"""The organisers' desk for petitions."""

from petitions.admin import legal, petition, records

__all__ = ["legal", "petition", "records"]
