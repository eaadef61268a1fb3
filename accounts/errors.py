"""The refusals of verbs. Each room has a subclass with its own words.

Refused
└── AccountRefused
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A verb refuses. `code` is stable; `words` say why and what to do, translated late."""

    WORDS: ClassVar[dict[str, str | Promise]] = {}

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def words(self) -> str:
        return str(self.WORDS[self.code]) % self.params


class AccountRefused(Refused):
    WORDS: ClassVar[dict[str, str | Promise]] = {
        "no-right": _("Your roles in this team do not allow this."),
        "address-taken": _("There is an account with this address already."),
        "no-role": _("Choose at least one role."),
        "unknown-role": _("There is no such role."),
        "last-host": _("Somebody must keep this host. Let another account keep it first."),
        "last-owner": _("A team needs an owner. Make somebody else one first."),
        "passphrase-short": _("A passphrase has at least %(characters)s characters."),
        "wrong-passphrase": _("This is not the passphrase that the reviewers share."),
    }
