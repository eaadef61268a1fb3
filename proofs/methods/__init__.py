"""The ways to show a relation: one small file each, registered by name.

The order is the one in which a signer reads them.
"""

from proofs.methods import mailbox, vouching, invitation, signed_mail, sso  # isort: skip - as they are read
from proofs.methods.base import METHODS, Asked, Decided, Method, Started, method

__all__ = [
    "METHODS",
    "Asked",
    "Decided",
    "Method",
    "Started",
    "invitation",
    "mailbox",
    "method",
    "signed_mail",
    "sso",
    "vouching",
]
