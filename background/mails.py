"""The kinds of mail. A room declares its own in its `mails.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailKind:
    """templates/<room>/mail/<name>_subject.txt and _body.txt hold the words.

    when: in which case it is sent, in words for docs/mails.md.
    neutral: the sender names neither the site nor its cause (mail to a work address).
    notice: its reader did not ask for it just now, so it can be stopped by one click (RFC 8058);
    the context then holds `unsubscribe`, the address that does it.
    """

    name: str  # "<room>.<name>"
    when: str
    context: tuple[str, ...]
    neutral: bool = False
    notice: bool = False

    def template(self, part: str) -> str:
        room, _dot, name = self.name.partition(".")
        return f"{room}/mail/{name}_{part}.txt"


MAILS: dict[str, MailKind] = {}


def register(kind: MailKind) -> MailKind:
    MAILS[kind.name] = kind
    return kind
