"""The ways to show a relation: one small file each, registered by name."""

from proofs.methods import mailbox
from proofs.methods.base import METHODS, Decided, Method, Started, method

__all__ = ["METHODS", "Decided", "Method", "Started", "mailbox", "method"]
