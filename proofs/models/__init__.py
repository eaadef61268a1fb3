from proofs.models.claim import Claim, Reason
from proofs.models.document import Document, Opinion
from proofs.models.invitation import InvitationBatch, InvitationCode
from proofs.models.proof import Proof
from proofs.models.tries import Tries
from proofs.models.vouch import Vouch

__all__ = [
    "Claim",
    "Document",
    "InvitationBatch",
    "InvitationCode",
    "Opinion",
    "Proof",
    "Reason",
    "Tries",
    "Vouch",
]
