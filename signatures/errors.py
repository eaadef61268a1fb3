"""What the verbs of signatures refuse.

Refused
└── SignatureRefused
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused


class SignatureRefused(Refused):
    WORDS: ClassVar[dict[str, str | Promise]] = {
        "not-open": _("This petition is %(state)s and takes no signatures now."),
        "relation-not-asked": _("This petition does not ask for signatures of this kind."),
        "text-changed": _(
            "The text of this petition has changed since you opened this page. Read the new one "
            "on the petition’s page; if you agree with it, tick the box again."
        ),
        "no-consent": _("Without your consent the signature cannot be kept."),
        "bad-address": _("This is not a mail address. It looks like name@mail.example."),
        "link-over": _("This link is too old or was used. Sign again to get a new one."),
        "not-confirmed": _("Confirm your signature first."),
        "no-proof-needed": _("A signature as a member of the public needs no proof."),
        "no-way": _("There is no way to show this relation here yet."),
        "not-staff": _("This signature is not counted as one of an employee."),
        "no-former": _(
            "This petition does not count former employees. Leave your signature as it is, or "
            "take it back."
        ),
        "count-is-final": _("The count of this petition is final: it says who worked there then."),
        "wrong-code": _("This is not the code. Tries left: %(left)s."),
    }
