from privacy.models.holds import ErasureWish, Ground, LegalHold
from privacy.models.records import AccessRecord, AccessRecordQuerySet, DataKey

__all__ = [
    "AccessRecord",
    "AccessRecordQuerySet",
    "DataKey",
    "ErasureWish",
    "Ground",
    "LegalHold",
]
