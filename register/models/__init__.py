from register.models.commitment import Commitment, CommitmentEvent
from register.models.company import Company, CompanyDomain
from register.models.contract import Agency, Contract
from register.models.precedent import CountReport, PastPetition, Vote
from register.models.source import Confidence, Source

__all__ = [
    "Agency",
    "Commitment",
    "CommitmentEvent",
    "Company",
    "CompanyDomain",
    "Confidence",
    "Contract",
    "CountReport",
    "PastPetition",
    "Source",
    "Vote",
]
