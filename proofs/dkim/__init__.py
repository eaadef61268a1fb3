"""Whether a company's server signed a mail (RFC 6376), by dkimpy. Nothing is stored or logged."""

from proofs.dkim.letter import Letter, read
from proofs.dkim.signature import Signed, verify

__all__ = ["Letter", "Signed", "read", "verify"]
