"""Vouching: colleagues whose own relation is shown give their word for a signer.

The signer hands each of them a one-time phrase, outside of this site. They enter it in
`proofs.actions.vouching`; here is what the signer does.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.digests import keyed_digest
from proofs import policy
from proofs.actions.tries import Trier
from proofs.errors import ProofRefused
from proofs.methods.base import Asked, Decided, Method, Started, method
from proofs.methods.recording import record, scopes_of
from proofs.models import Claim, Proof, Vouch
from proofs.models.vouch import VouchQuerySet
from proofs.phrases import new_phrase
from proofs.verdicts import Verdict

METHOD = "vouching"


class NothingForm(forms.Form):
    """A button is enough to ask for phrases."""


@method
class Vouching(Method):
    name = METHOD
    label = _("Colleagues vouch for you")
    counted_as = _("by vouching")
    explain = _(
        "You get a phrase for each colleague and tell it to them, by voice or in a chat that your "
        "employer does not run. They have signed and shown where they work, and enter it here."
    )
    risk = _(
        "Those whom you ask learn that you sign. We tell them neither your name nor each other’s, "
        "and the organisers see only that enough colleagues vouched."
    )
    stores = _(
        "That colleagues vouched, on which day. Who they are stays as a keyed fingerprint only."
    )
    when_flagged = _(
        "Somebody who vouched for you took that back, or no longer counts as verified. You can "
        "ask for a new phrase."
    )
    limits = {"days": policy.PHRASE_DAYS, "words": policy.PHRASE_WORDS}
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT})
    begin_form = NothingForm
    begin_template = "signatures/vouching/begin.html"
    decide_template = "signatures/vouching/phrases.html"

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Started | Decided:  # noqa: ARG002
        day, needed = asked.now.date(), asked.settings["vouchers"]
        stands = Proof.objects.of(asked.subject).filter(
            method=self.name, is_flagged=False, expires_on__gt=day
        )
        if stands.exists():
            raise ProofRefused("shown-already")
        # Phrases that are out end with the new ones; words that were given go on counting.
        mine = Vouch.objects.filter(subject=asked.subject)
        oldest = oldest_that_counts(day)
        mine.filter(Q(phrase_digest__isnull=False) | Q(given_on__lte=oldest)).delete()
        Claim.objects.filter(
            subject=asked.subject, method=self.name, state=Claim.State.WAITING
        ).delete()
        claim = Claim.objects.create(
            scope=asked.scope,
            subject=asked.subject,
            company=asked.company,
            method=self.name,
            state=Claim.State.WAITING,
            verdict=asked.relation,
            begun_at=asked.now,
            expires_at=asked.now + timedelta(days=policy.PHRASE_DAYS),
        )
        decided = decide(subject=asked.subject, needed=needed, now=asked.now)
        return decided or Started(claim.pk, once=_hand_out(claim, needed - mine.count()))

    def forget(self, subject: UUID) -> None:
        """The signer's phrases and name go; words given by it go, and what rests on them stays.

        Whoever takes a signature back lets those fall first (`signatures.actions.vouching`).
        """
        mine = Vouch.objects.filter(subject=subject)
        mine.filter(phrase_digest__isnull=False).delete()
        mine.update(subject=None)
        for scope in scopes_of(subject):
            vouches_of(scope=scope, voucher=subject).delete()
            trier_of(scope, subject).forget()


def _hand_out(claim: Claim, number: int) -> dict[str, str]:
    phrases = [new_phrase() for _each in range(number)]
    Vouch.objects.bulk_create(
        Vouch(
            scope=claim.scope,
            subject=claim.subject,
            phrase_digest=phrase_digest(claim.scope, phrase),
            expires_at=claim.expires_at,
        )
        for phrase in phrases
    )
    return {str(place): phrase for place, phrase in enumerate(phrases, start=1)}


def decide(*, subject: UUID, needed: int, now: datetime) -> Decided | None:
    """Record the proof once enough words are given, and nobody has taken one back."""
    words = list(Vouch.objects.given_for(subject, oldest_that_counts(now.date())))
    if len(words) < needed:
        return None
    claim = (
        Claim.objects.select_for_update()
        .filter(subject=subject, method=METHOD, state=Claim.State.WAITING)
        .latest("begun_at")
    )
    # Employed only if all say so; an agency's staff work there as well.
    all_say = all(word.verdict == Verdict.EMPLOYEE for word in words)
    verdict = Verdict.EMPLOYEE if all_say else Verdict.CONTINGENT
    return record(claim, verdict=verdict, days=policy.VOUCHING_PROOF_DAYS, now=now)


def vouches_of(*, scope: UUID, voucher: UUID) -> VouchQuerySet:
    """The words that somebody gave, those for signers who have gone included."""
    return Vouch.objects.filter(scope=scope, voucher_digest=voucher_digest(scope, voucher))


def oldest_that_counts(day: date) -> date:
    """Words of this day and before are too old for a new proof."""
    return day - timedelta(days=policy.VOUCHING_PROOF_DAYS)


def trier_of(scope: UUID, voucher: UUID) -> Trier:
    """Counts the wrong phrases of a voucher."""
    return Trier(scope, voucher, METHOD, policy.PHRASE_TRIES_PER_DAY)


def voucher_digest(scope: UUID, voucher: UUID) -> bytes:
    return keyed_digest(str(voucher), scope=scope, purpose="voucher")


def phrase_digest(scope: UUID, phrase: str) -> bytes:
    return keyed_digest(phrase, scope=scope, purpose="phrase")
