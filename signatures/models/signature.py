"""A signature, and the links that let its owner act upon it without an account."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models import Petition, Version
from petitions.relations import ADDRESS_ONLY, Relation
from privacy.fields import SealedTextField
from proofs.models import Proof


class MarkReason(models.TextChoices):
    SURGE = "surge", _("many signatures came at once from one small mail provider")
    REVIEW = "review", _("a reviewer of the petition had doubts")


class SignatureQuerySet(models.QuerySet["Signature"]):
    def countable(self) -> Self:
        """Those that stand in the ledger, counted or as unverified."""
        return self.filter(state=Signature.State.CONFIRMED, marked_on=None)


class Signature(models.Model):
    """One person's support of one petition. The database holds that it is one (DESIGN.md 3.2)."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="signatures")
    # The text, its language and the consents that the signature was given for (DESIGN.md 3.6).
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    consents = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    proof_method = models.CharField(_("proof"), max_length=20, default=ADDRESS_ONLY)
    proof = models.OneToOneField(Proof, models.PROTECT, null=True, related_name="+")
    address = SealedTextField(scope="petition_id")
    address_digest = models.BinaryField(max_length=32)
    # Given only if the signer wants it shown to somebody (signatures.models.visibility).
    name = SealedTextField(scope="petition_id")
    title = SealedTextField(scope="petition_id")
    # The address, encrypted to the organisers' keys; `address` is empty then, and nothing here
    # opens this. Only with consent (signatures.actions.contacts).
    contact = models.BinaryField(default=bytes)
    # No more mail but what the signer asks for.
    is_muted = models.BooleanField(default=False)
    # Its signer said that they no longer work there; proofs of employment then show the past.
    left_on = models.DateField(null=True)
    # Looks confirmed to whoever signed, and is not counted; its owner can object.
    marked_on = models.DateField(_("set aside on"), null=True)
    mark_reason = models.CharField(_("why"), max_length=10, blank=True)
    anonymised_on = models.DateField(null=True)
    # Days, not moments: a moment can be matched with a badge or a mail server's log.
    received_on = models.DateField(_("received on"))
    confirmed_on = models.DateField(_("confirmed on"), null=True)
    # With the salt and the record anybody can recompute the leaf in the public log.
    log_salt = models.BinaryField(max_length=32, default=bytes)
    log_leaf = models.BinaryField(max_length=32, default=bytes)

    objects = SignatureQuerySet.as_manager()

    if TYPE_CHECKING:  # made by the fields

        def seal_address(self, text: str | None) -> None: ...

        def reveal_address(self) -> str: ...

        def seal_name(self, text: str | None) -> None: ...

        def reveal_name(self) -> str: ...

        def seal_title(self, text: str | None) -> None: ...

        def reveal_title(self) -> str: ...

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "address_digest"], name="signature_one_per_person"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=False) | Q(state="pending"),
                name="signature_confirmed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(proof__isnull=True, proof_method=ADDRESS_ONLY)
                | Q(proof__isnull=False) & ~Q(proof_method=ADDRESS_ONLY),
                name="signature_method_comes_with_its_proof",
            ),
        ]
        indexes = [models.Index(fields=["petition", "state", "relation", "proof_method"])]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def cell(self) -> tuple[str, str]:
        """Where the ledger counts it: relation and proof."""
        return self.relation, self.proof_method

    @property
    def why_marked(self) -> str:
        """In words; empty where it is not set aside."""
        return str(MarkReason(self.mark_reason).label) if self.mark_reason else ""

    @property
    def is_proved(self) -> bool:
        return self.proof_id is not None

    def log_record(self) -> dict[str, str]:
        """What the log's commitment covers: nothing that names the signer."""
        return {
            "confirmed_on": str(self.confirmed_on),
            "petition": str(self.petition_id),
            "signature": str(self.pk),
            "version": self.version.digest,
        }


class Link(models.Model):
    """A token that gives power over one signature: for one purpose, until a moment.

    Stored as a digest. CONFIRM and OPEN stand in mails and work once; VISIT is the cookie of a
    browser that opened the signature; RECEIPT is a code that its owner wrote down.
    """

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", _("confirm")
        OPEN = "open", _("open")
        VISIT = "visit", _("visit")
        RECEIPT = "receipt", _("receipt")
        UNSUBSCRIBE = "unsubscribe", _("unsubscribe")

    token_digest = models.BinaryField(primary_key=True, max_length=32)
    signature = models.ForeignKey(Signature, models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.purpose

    def is_over(self, now: datetime) -> bool:
        return now >= self.expires_at
