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
        "disposable": _(
            "This provider hands out addresses to throw away, so it cannot show that you are one "
            "person. Use an address that you keep."
        ),
        "not-set-aside": _("This signature is counted; there is nothing to object to."),
        "no-objection": _("Say in a few words why it is to be counted."),
        "too-many-at-once": _("Choose at most %(most)s signatures at a time; nothing is changed."),
        "too-long": _("Say it in at most %(most)s characters."),
        "no-right": _("Your roles in this team do not allow this."),
        "no-consent-to-show": _("Tick that you agree; without it nothing is shown."),
        "bad-address": _("This is not a mail address. It looks like name@mail.example."),
        "link-over": _("This link is too old or was used. Sign again to get a new one."),
        "all-erased": _("What was held of the signatures of this petition is erased."),
        "no-such-code": _(
            "This code opens nothing. Check each character again; a code ends after a year, and "
            "when you make a new one."
        ),
        "not-confirmed": _("Confirm your signature first."),
        "no-proof-needed": _("A signature as a member of the public needs no proof."),
        "no-way": _("There is no way to show this relation here yet."),
        "delivered": _(
            "This petition is %(state)s. You can show less to those who read our pages, but not "
            "more, and not another name."
        ),
        "no-name": _("Enter the name that is to be shown."),
        "no-title": _("Enter the title that is to be shown."),
        "bad-name": _(
            "Names and titles have at most %(most)s characters, and hold no address of a page or "
            "of a mailbox."
        ),
        "bad-level": _("This cannot be chosen here."),
        "not-staff": _("This signature is not counted as one of an employee."),
        "no-former": _(
            "This petition does not count former employees. Leave your signature as it is, or "
            "take it back."
        ),
        "count-is-final": _("The count of this petition is final: it says who worked there then."),
        "wrong-code": _("This is not the code. Tries left: %(left)s."),
        # One answer for all of these: which of them it is would be worth a guess.
        "not-usable": _(
            "This cannot be used: it is wrong, used already, called back or too old. "
            "Tries left today: %(left)s."
        ),
        "may-not-vouch": _(
            "Only those can vouch who have shown that they work there by another way than vouching."
        ),
        "no-vouch": _("You have taken this back already."),
        "no-invitations": _("This petition does not accept invitation codes."),
        "not-invited": _("Codes cannot be made for this kind of people in this petition."),
        "cards-out-of-range": _("Choose from 1 to %(most)s cards."),
        "valid-until-out-of-range": _("Choose a day from today to %(days)s days from now."),
        "too-few-contacts": _(
            "The list can be downloaded once at least %(floor)s people agreed to be written to."
        ),
        "no-occasion": _("Give the batch a name, such as the meeting it is for."),
    }
