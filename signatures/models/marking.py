"""What the owner of a signature that was set aside says to it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import SealedTextField
from signatures.models.signature import Signature


class Objection(models.Model):
    """The owner of the address says that the signature is real. One is open at a time."""

    signature = models.OneToOneField(Signature, models.CASCADE, related_name="objection")
    scope = models.UUIDField()
    words = SealedTextField(scope="scope")
    on = models.DateField()

    if TYPE_CHECKING:  # made by the fields

        def seal_words(self, text: str | None) -> None: ...

        def reveal_words(self) -> str: ...

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")

    def __str__(self) -> str:
        return str(self.on)
