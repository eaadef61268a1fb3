"""The organisers' desk for petitions."""

from petitions.admin import petition, records

__all__ = ["petition", "records"]
