"""Changes of the count, written with the change of state that causes them (DESIGN.md 3.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models import Petition
from petitions.relations import Relation


class CountEvent(models.Model):
    """One step up or down of one cell. The folding job takes it away; no signer is named."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    proof = models.CharField(max_length=20)
    delta = models.SmallIntegerField()

    class Meta:
        verbose_name = _("count event")
        verbose_name_plural = _("count events")

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.relation} {self.proof}"
