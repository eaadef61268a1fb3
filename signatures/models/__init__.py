from signatures.models.events import CountEvent
from signatures.models.limits import Block, MailCount
from signatures.models.signature import Link, Signature

__all__ = ["Block", "CountEvent", "Link", "MailCount", "Signature"]
