"""The ways to show a relation: one small file each, registered by name.

The order is the one in which a signer reads them.
"""

from proofs.methods import document, mailbox
from proofs.methods.base import METHODS, Asked, Decided, Method, Started, method

__all__ = ["METHODS", "Asked", "Decided", "Method", "Started", "document", "mailbox", "method"]
