"""How often somebody typed a phrase or a code that was none."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tries(models.Model):
    """Wrong tries of one person on one day, by one way; the person is a keyed digest."""

    who_digest = models.BinaryField(max_length=32)
    day = models.DateField()
    used = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tries")
        verbose_name_plural = _("tries")
        constraints = [models.UniqueConstraint(fields=["who_digest"], name="tries_once_per_person")]

    def __str__(self) -> str:
        return f"{self.day}: {self.used}"
