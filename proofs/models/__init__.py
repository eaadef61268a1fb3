from proofs.models.claim import Claim, Reason
from proofs.models.document import Document, Opinion
from proofs.models.proof import Proof

__all__ = ["Claim", "Document", "Opinion", "Proof", "Reason"]
