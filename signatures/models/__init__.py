from signatures.models.events import CountEvent
from signatures.models.limits import Block, Bucket, MailCount
from signatures.models.marking import Objection
from signatures.models.signature import Link, MarkReason, Signature
from signatures.models.visibility import Audience, Level, Reveal, Visibility

__all__ = [
    "Audience",
    "Block",
    "Bucket",
    "CountEvent",
    "Level",
    "Link",
    "MailCount",
    "MarkReason",
    "Objection",
    "Reveal",
    "Signature",
    "Visibility",
]
