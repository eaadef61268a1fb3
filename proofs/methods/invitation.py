"""Invitation codes: cards that organisers hand out where they know who is in the room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy import access_log
from privacy.digests import keyed_digest
from privacy.verbs import verb
from proofs import policy
from proofs.actions.tries import Trier
from proofs.errors import ProofRefused
from proofs.methods.base import Asked, Decided, Method, NotShown, method
from proofs.methods.recording import record, scopes_of
from proofs.models import Claim, InvitationBatch, InvitationCode, Proof
from proofs.phrases import read_invitation
from proofs.verdicts import Verdict

METHOD = "invitation"
USED = verb("invitations.used", _("invitation codes used so far"))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code on the card"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_("Twelve letters and digits; spaces and dashes do not matter."),
    )

    def clean_code(self) -> str:
        code = read_invitation(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("The code has %(number)s letters and digits."),
                params={"number": policy.INVITATION_CHARACTERS},
            )
        return code


@method
class Invitation(Method):
    name = METHOD
    label = _("An invitation code from a card")
    counted_as = _("by invitation")
    explain = _("One minute, if the organisers or your union gave you a card in person.")
    risk = _(
        "Whoever handed out the cards knows to whom. Nobody sees here which card was used by whom; "
        "the organisers see how many cards of a batch were used, in steps that are not small."
    )
    stores = _("That a code was used, and from which batch as a keyed fingerprint only.")
    when_flagged = _(
        "The organisers called back the cards of which yours was one. Show it in another way, or "
        "ask them for a new card."
    )
    limits = {
        "characters": policy.INVITATION_CHARACTERS,
        "tries": policy.INVITATION_TRIES_PER_DAY,
    }
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT, Verdict.FORMER})
    begin_form = CodeForm
    begin_template = "signatures/invitations/begin.html"
    # Only of use where organisers print cards.
    by_default = False

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Decided | NotShown:
        trier = trier_of(asked.scope, asked.subject)
        stands = Proof.objects.of(asked.subject).filter(
            method=METHOD, is_flagged=False, expires_on__gt=asked.now.date()
        )
        if stands.exists():
            raise ProofRefused("shown-already")
        if not trier.left(asked.now):
            raise ProofRefused("tries-over")
        batch = _use_up(asked.scope, answers["code"], asked.now)
        if batch is None:
            return NotShown(trier.use(asked.now))
        _tell(batch, asked)
        Claim.objects.filter(subject=asked.subject, method=METHOD).delete()
        claim = Claim.objects.create(
            scope=asked.scope,
            subject=asked.subject,
            company=asked.company,
            method=METHOD,
            code_digest=mark(batch, asked.subject),
            verdict=batch.verdict,
            begun_at=asked.now,
            expires_at=asked.now,
        )
        return record(
            claim, verdict=batch.verdict, days=policy.INVITATION_PROOF_DAYS, now=asked.now
        )

    def forget(self, subject: UUID) -> None:
        for scope in scopes_of(subject):
            trier_of(scope, subject).forget()


def trier_of(scope: UUID, subject: UUID) -> Trier:
    return Trier(scope, subject, METHOD, policy.INVITATION_TRIES_PER_DAY)


def code_digest(scope: UUID, code: str) -> bytes:
    return keyed_digest(code, scope=scope, purpose="invitation")


def mark(batch: InvitationBatch, subject: UUID) -> bytes:
    """What a claim keeps of its batch: with the pepper one can ask “was it this one?”."""
    return keyed_digest(f"{batch.pk}:{subject}", scope=batch.scope, purpose="invitation batch")


def _use_up(scope: UUID, code: str, now: datetime) -> InvitationBatch | None:
    """Use a code; None alike for wrong, used, called back and too old ones."""
    found = InvitationCode.objects.filter(scope=scope, code_digest=code_digest(scope, code)).first()
    if found is None:
        return None
    # The batch first, as those who call it back lock it: of 20 at once, one deletes the code.
    batch = InvitationBatch.objects.select_for_update().get(pk=found.batch_id)
    if batch.is_over(now) or not InvitationCode.objects.filter(pk=found.pk).delete()[0]:
        return None
    batch.used += 1
    batch.save(update_fields=["used"])
    return batch


def _tell(batch: InvitationBatch, asked: Asked) -> None:
    """Write the number of used codes down, only at each full floor: one would betray a person."""
    if batch.used % asked.settings["floor"] == 0:
        access_log.record(
            actor_id=None,
            verb=USED,
            subject=f"invitations:{batch.pk}",
            scope=batch.scope,
            detail={"used": batch.used},
            now=asked.now,
        )
