from signatures.models.events import CountEvent
from signatures.models.limits import Block, MailCount
from signatures.models.signature import Link, Signature
from signatures.models.visibility import Audience, Level, Reveal, Visibility

__all__ = [
    "Audience",
    "Block",
    "CountEvent",
    "Level",
    "Link",
    "MailCount",
    "Reveal",
    "Signature",
    "Visibility",
]
