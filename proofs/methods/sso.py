"""Company single sign-on: the employer's own sign-in says whose mailbox it is; no mail is sent.

Off unless the host configures the company's provider. Nothing stays of it but the verdict and the
keyed digest of the mailbox: no account, no token, no session (proofs.oidc).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.digests import keyed_digest, new_token, token_digest
from proofs import policy
from proofs.domains import read_work_address
from proofs.errors import ProofRefused
from proofs.methods.base import Asked, Decided, Method, Started, method
from proofs.methods.recording import record
from proofs.models import Claim
from proofs.oidc import provider_of
from proofs.verdicts import Verdict
from register.models import Company, CompanyDomain


class NoQuestionForm(forms.Form):
    """Nothing to answer here: the employer's sign-in asks."""


@method
class Sso(Method):
    name = "sso"
    label = _("Your employer’s sign-in page")
    counted_as = _("by company sign-in")
    explain = _(
        "One minute. You sign in at your employer’s own page and come back. No mail is sent, and "
        "your password stays there."
    )
    risk = _(
        "Your employer’s sign-in log may show that your account was used for this site, and when. "
        "Of all ways, this one tells your employer the most."
    )
    stores = _(
        "That a mailbox was used, as a keyed fingerprint; no account, and neither your name nor "
        "your address."
    )
    limits = {"minutes": policy.SIGN_IN_MINUTES}
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT})
    begin_form = NoQuestionForm
    begin_template = "signatures/proving/sso_begin.html"
    by_default = False

    def is_offered(self, company: Company) -> bool:
        if provider_of(company) is None:
            return False
        return company.domains.exclude(kind=CompanyDomain.Kind.CUSTOMER).exists()

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Started:  # noqa: ARG002
        state = new_token()
        open_ones = Claim.objects.filter(subject=asked.subject, state=Claim.State.OPEN)
        open_ones.update(state=Claim.State.OVER)
        claim = Claim.objects.create(
            scope=asked.scope,
            subject=asked.subject,
            company=asked.company,
            method=self.name,
            code_digest=token_digest(state),
            begun_at=asked.now,
            expires_at=asked.now + timedelta(minutes=policy.SIGN_IN_MINUTES),
        )
        return Started(claim.pk, once={"state": state})

    def decide(self, *, claim: Claim, answers: Mapping[str, Any], now: datetime) -> Decided:
        """answers: the state that came back, and the address that the provider confirmed."""
        if not _is_open(claim, answers["state"], now):
            raise ProofRefused("sign-in-over")
        reading = read_work_address(answers["address"], claim.company.domains.all())
        claim.mailbox_digest = keyed_digest(reading.mailbox, scope=claim.scope, purpose="mailbox")
        return record(claim, verdict=reading.verdict, days=policy.SIGN_IN_PROOF_DAYS, now=now)


def is_expected(subject: UUID, state: str, now: datetime) -> bool:
    """Whether this signature left for the sign-in with this state, and has not come back yet."""
    claims = Claim.objects.filter(subject=subject, method=Sso.name, state=Claim.State.OPEN)
    return any(_is_open(claim, state, now) for claim in claims)


def _is_open(claim: Claim, state: str, now: datetime) -> bool:
    same = hmac.compare_digest(bytes(claim.code_digest or b""), token_digest(state))
    return same and claim.state == Claim.State.OPEN and now < claim.expires_at
