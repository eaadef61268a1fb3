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
        "wrong-code": _("This is not the code. Tries left: %(left)s."),
        # One answer for all of these: which of them it is would be worth a guess.
        "not-usable": _(
            "This cannot be used: it is wrong, used already, called back or too old. "
            "Tries left today: %(left)s."
        ),
        "may-not-vouch": _(
            "Only those can vouch who have shown that they work there by another way than vouching."
        ),
        "no-vouch": _("This is taken back already."),
        "no-right": _("Your roles in this team do not allow this."),
        "no-invitations": _("This petition does not accept invitation codes."),
        "not-invited": _("Codes cannot be made for this kind of people in this petition."),
        "cards-out-of-range": _("Choose from 1 to %(most)s cards."),
        "valid-until-out-of-range": _("Choose a day from today to %(days)s days from now."),
        "no-occasion": _("Give the batch a name, such as the meeting it is for."),
    }
