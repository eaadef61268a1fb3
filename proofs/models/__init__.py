from proofs.models.claim import Claim
from proofs.models.invitation import InvitationBatch, InvitationCode
from proofs.models.proof import Proof
from proofs.models.tries import Tries
from proofs.models.vouch import Vouch

__all__ = ["Claim", "InvitationBatch", "InvitationCode", "Proof", "Tries", "Vouch"]
