"""Totals of a petition by relation and proof, and the corrections made to them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from petitions.relations import Relation


class Total(models.Model):
    """One cell: `total` is exact and private; `shown`, since `shown_at`, is in the published total
    of its relation; `told` is what the page last named of this cell by itself."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="totals")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    proof = models.CharField(max_length=20)
    # May dip below zero after tampering until the recount repairs it: folding must not stop.
    total = models.IntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")
        ordering = ["petition", "relation", "proof"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "relation", "proof"], name="total_one_per_cell"
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="total_relation_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} by {self.proof}"


class Correction(models.Model):
    """A recount that found the totals and the signatures apart, and repaired the totals."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="corrections")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    proof = models.CharField(max_length=20)
    was = models.IntegerField()
    now_is = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.relation} by {self.proof}: {self.was} → {self.now_is}"
