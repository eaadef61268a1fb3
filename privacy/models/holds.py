"""Legal holds, which stop deletion; and what a signer wished to be erased meanwhile."""

import uuid
from typing import Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

HOLD_WORDS_MAX = 1_000


class Ground(models.TextChoices):
    COURT = "court", _("a court ordered it")
    AUTHORITY = "authority", _("an authority demanded it")
    DISPUTE = "dispute", _("a lawsuit is under way or near")
    OTHER = "other", _("another legal reason")


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None)

    def on(self, scope: UUID | None) -> Self:
        """Those that hold a scope: its own, and those on the whole site."""
        return self.filter(Q(scope=scope) | Q(scope=None))


class LegalHold(models.Model):
    """Nothing of this scope is deleted until the hold ends. It is set, lifted, and never edited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField(null=True, db_index=True)  # null: the whole site
    ground = models.CharField(_("why"), max_length=12, choices=Ground.choices)
    words = models.CharField(_("in words that everybody can read"), max_length=HOLD_WORDS_MAX)
    since = models.DateTimeField(_("since"))
    set_by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by_id = models.BigIntegerField(null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="hold_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by_id=None)
                | Q(ended_at__isnull=False, ended_by_id__isnull=False),
                name="hold_is_ended_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="holds_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_holds_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_ground_display())

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None


class ErasureWish(models.Model):
    """A signer asked to be erased while a hold forbade it; done once no hold is left."""

    scope = models.UUIDField(db_index=True)
    subject = models.UUIDField(unique=True)
    wished_on = models.DateField()

    class Meta:
        verbose_name = _("wish to be erased")
        verbose_name_plural = _("wishes to be erased")

    def __str__(self) -> str:
        return str(self.wished_on)
