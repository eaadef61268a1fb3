"""What the verbs of evidence refuse.

Refused
└── EvidenceRefused
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused


class EvidenceRefused(Refused):
    """params may hold `role`: the file that is meant."""

    WORDS: ClassVar[dict[str, str | Promise]] = {
        "no-right": _("Your roles in this team do not allow this."),
        "unknown-kind": _("There is no such kind of audit."),
        "no-file": _("A file is missing: %(label)s."),
        "wrong-kind": _("%(name)s: a file of this kind is not read. These are: %(kinds)s."),
        "too-large": _("%(name)s is larger than %(megabytes)s MB. Audit it on your own machine."),
        "empty": _("%(name)s is empty."),
        "not-what-it-says": "%(words)s",
        "no-threshold": _("Give a threshold, or a false match rate to fix one at."),
        "unequal-thresholds": _("Give as many thresholds for one system as for the other."),
        "same-name": _("The two systems have one name: add what tells them apart."),
        "other-company": _("The product under contract is another company’s."),
        "unknown-product": _("The register knows no contract for this product of this company."),
        "published": _("This report is published already."),
        "not-done": _("This audit is not finished."),
    }
