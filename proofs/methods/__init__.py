"""The ways to show a relation: one small file each, registered by name.

The order is the one in which a signer reads them.
"""

# isort: off
from proofs.methods import mailbox
from proofs.methods import document
from proofs.methods import vouching
from proofs.methods import invitation
from proofs.methods import signed_mail
from proofs.methods import sso

# isort: on
from proofs.methods.base import METHODS, Asked, Decided, Method, Started, method

__all__ = [
    "METHODS",
    "Asked",
    "Decided",
    "Method",
    "Started",
    "document",
    "invitation",
    "mailbox",
    "method",
    "signed_mail",
    "sso",
    "vouching",
]
