from privacy.models.demands import Asker, Given, LegalDemand, Told
from privacy.models.erasures import Erasure
from privacy.models.holds import ErasureWish, Ground, LegalHold
from privacy.models.records import AccessRecord, AccessRecordQuerySet, DataKey, DigestSalt

__all__ = [
    "AccessRecord",
    "AccessRecordQuerySet",
    "Asker",
    "DataKey",
    "DigestSalt",
    "Erasure",
    "ErasureWish",
    "Given",
    "Ground",
    "LegalDemand",
    "LegalHold",
    "Told",
]
