from petitions.models.contact_key import ContactKey
from petitions.models.ledger import Correction, Total
from petitions.models.legal import HoldReference
from petitions.models.moderation import Reason, Transition
from petitions.models.petition import Petition, Publication, State
from petitions.models.target import Target
from petitions.models.version import Citation, Version

__all__ = [
    "Citation",
    "ContactKey",
    "Correction",
    "HoldReference",
    "Petition",
    "Publication",
    "Reason",
    "State",
    "Target",
    "Total",
    "Transition",
    "Version",
]
