"""Keys of the organisers, to which signers' addresses are encrypted (age-encryption.org/v1)."""

from typing import Self

import pgtrigger
import pyrage
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.models.petition import Petition
from petitions.policy import CONTACT_KEYS_MIN


class ContactKeyQuerySet(models.QuerySet["ContactKey"]):
    def active(self) -> Self:
        return self.filter(ended_on=None)

    def recipients(self, petition_id: object) -> list[str]:
        """What addresses are encrypted to; none before there are keys enough to lose one."""
        keys = self.active().filter(petition=petition_id).order_by("pk")
        found = list(keys.values_list("recipient", flat=True))
        return found if len(found) >= CONTACT_KEYS_MIN else []


class ContactKey(models.Model):
    """The public half of a key; the secret one never comes here. It is added or ended, no more."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="contact_keys")
    recipient = models.CharField(max_length=100)
    label = models.CharField(_("whose key it is"), max_length=60)
    added_on = models.DateField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)

    objects = ContactKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact key")
        verbose_name_plural = _("contact keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "recipient"], name="contact_key_once")
        ]
        triggers = [pgtrigger.ReadOnly(name="contact_key_stays", exclude=["ended_on"])]

    def __str__(self) -> str:
        return self.label


def is_recipient(text: str) -> bool:
    """Whether age can encrypt to this public key."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True
