"""The log of a petition's transitions, and the public reasons for rejecting one."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.models.petition import Petition, State
from petitions.policy import REASON_CHARACTERS_MAX


class Reason(models.TextChoices):
    NOT_ABOUT_THIS = "not_about_this", _("It is not about a police face-recognition contract.")
    UNSOURCED = "unsourced", _("It states facts without a source.")
    NAMES_A_PERSON = "names_a_person", _("It accuses a private person by name.")
    DUPLICATE = "duplicate", _("It asks for the same as a petition that is open.")
    UNCLEAR = "unclear", _("It does not say clearly who should do what.")
    UNLAWFUL = "unlawful", _("It asks for something that we may not publish.")


class Transition(models.Model):
    """One act upon a petition's state: append-only."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="transitions")
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=12, choices=State.choices)
    after = models.CharField(max_length=12, choices=State.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    words = models.CharField(max_length=REASON_CHARACTERS_MAX, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="transitions_only_grow", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.before} → {self.after}"
