"""What only the desk knows of a legal hold."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedTextField
from privacy.keys import SITE
from privacy.models import LegalHold


class HoldReference(models.Model):
    """The number of the case, for example. Here and not beside the hold: there are the keys."""

    hold = models.OneToOneField(
        LegalHold, models.PROTECT, primary_key=True, related_name="reference"
    )
    words = SealedTextField(scope=SITE)

    if TYPE_CHECKING:  # made by the field

        def seal_words(self, text: str | None) -> None: ...

        def reveal_words(self) -> str: ...

    class Meta:
        verbose_name = _("reference of a legal hold")
        verbose_name_plural = _("references of legal holds")

    def __str__(self) -> str:
        return str(self.hold_id)
