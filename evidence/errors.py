"""What the verbs of evidence refuse.

Refused
└── EvidenceRefused
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused


class EvidenceRefused(Refused):
    WORDS: ClassVar[dict[str, str | Promise]] = {
        "no-right": _("Your roles in this team do not allow this."),
        "wrong-kind": _("%(name)s: a file of this kind is not read. These are: %(kinds)s."),
        "too-large": _("%(name)s is larger than %(megabytes)s MB. Audit it on your own machine."),
        "empty": _("%(name)s is empty."),
        "not-what-it-says": _("%(name)s: %(words)s"),
        "no-threshold": _("Give a threshold, or a false match rate at which to fix one."),
        "no-truth": _("Predictions need a second file with the true labels."),
        "published": _("This report is published already."),
        "not-done": _("This audit is not finished."),
    }
