"""What retention erased of a scope, row by row counted, and the proof of it in the public log."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """One for each scope whose time was up. The counts are exact, so they are never published."""

    scope = models.UUIDField(primary_key=True)
    begun_on = models.DateField(_("begun on"))
    erased_on = models.DateField(_("erased on"), null=True)
    rows = models.JSONField(default=dict)  # name of a rule -> rows it erased
    # The entry in the public log, as it was queued, and its leaf.
    entry = models.JSONField(default=dict)
    leaf = models.BinaryField(max_length=32, default=bytes)
    # The kind of the last failure and its day; no text of it, which may hold personal data.
    problem = models.CharField(_("problem"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-begun_on", "pk"]
        triggers = [pgtrigger.Protect(name="erasures_stay", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.scope)
