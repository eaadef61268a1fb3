from proofs.models.claim import Claim
from proofs.models.proof import Proof

__all__ = ["Claim", "Proof"]
