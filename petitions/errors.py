"""What the verbs of petitions refuse.

Refused
└── PetitionRefused
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused


class PetitionRefused(Refused):
    WORDS: ClassVar[dict[str, str | Promise]] = {
        "no-right": _("Your roles in this team do not allow this."),
        "wrong-state": _("This petition is %(state)s, so it cannot be changed in this way."),
        "published-text": _("This version is published and never changes. Draft a new one."),
        "no-draft": _("There is no draft to publish. Write a new version first."),
        "draft-exists": _("There is a draft already. Edit it, or publish it."),
        "no-reason": _("Say why in a sentence or two; the reason is shown to everybody."),
        "closing-day-past": _("The closing day lies in the past. Choose a later one."),
        "closing-day-far": _(
            "A petition is open for at most %(days)s days. Choose an earlier day."
        ),
        "no-relation": _("Choose at least one kind of people who may sign."),
        "floor-low": _("The floor for small counts is at least %(floor)s."),
        "unknown-method": _("This way of showing a relation is not known here."),
        "out-of-range": _("%(name)s: choose a number from %(least)s to %(most)s."),
        "unknown-evidence": _("This evidence is not a published report, so it cannot be cited."),
        "empty-text": _("A petition needs a title and a demand."),
        "slug-taken": _("Another petition has this address already. Choose another."),
        "hold-says-nothing": _("Say in a sentence why; everybody can read it."),
        "unknown-ground": _("Choose one of the reasons."),
        "hold-is-over": _("This hold has been lifted already."),
        "held-by-the-host": _("Whoever keeps this host set this hold, and alone can lift it."),
        "erased-already": _("The people of this petition are erased. Nothing is left to hold."),
        "demand-says-nothing": _("Say what was asked for."),
        "demand-to-come": _("A demand cannot be received in the future."),
        "demand-published": _("This demand is published already."),
        "unknown-answer": _("Choose one of the answers."),
        "not-a-key": _("This is not a public key of age. It begins with age1 and has 62 signs."),
        "secret-key": _(
            "This is a secret key, and it has left your machine, so it is of no more use. Make a "
            "new one, and enter the line that begins with age1."
        ),
        "no-label": _("Say whose key it is and where it lies, in at most %(most)s characters."),
        "key-known": _("This key was entered before. A key that ended does not come back."),
        "too-many-keys": _("A petition has at most %(most)s keys."),
        "too-few-keys": _(
            "At least %(least)s keys must stay, so that one can be lost. Add another one first."
        ),
        "key-ended": _("This key has ended already."),
        "other-team": _("The petition belongs to another team."),
    }
