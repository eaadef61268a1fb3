"""Work mailbox: a code sent there, typed on the signer's own device.

A code and not a link: an employer's mail scanner opens links (DESIGN.md 3.1).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from background.actions import post
from privacy.digests import keyed_digest, new_code
from proofs import mails, policy
from proofs.domains import read_work_address
from proofs.errors import ProofRefused
from proofs.methods.base import Asked, Decided, Method, Started, method
from proofs.methods.recording import record
from proofs.models import Claim, Proof
from proofs.verdicts import Verdict
from register.models import Company


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Your work address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is used for this code only and not kept."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("Eight digits; spaces do not matter."),
    )

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split()).replace("-", "")
        if not (code.isascii() and code.isdigit() and len(code) == policy.CODE_DIGITS):
            raise forms.ValidationError(
                _("The code has %(digits)s digits."), params={"digits": policy.CODE_DIGITS}
            )
        return code


@method
class Mailbox(Method):
    name = "mailbox"
    label = _("A code sent to your work mailbox")
    counted_as = _("by work mailbox")
    explain = _(
        "Two minutes. You type eight digits here, on this device. The mail names neither the "
        "petition nor us."
    )
    risk = _("Your employer's mail system may log that a message arrived.")
    stores = _("That a mailbox was used, as a keyed fingerprint; the address itself is not kept.")
    limits = {
        "digits": policy.CODE_DIGITS,
        "minutes": policy.CODE_MINUTES,
        "tries": policy.CODE_TRIES_MAX,
    }
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT})
    begin_form = AddressForm
    decide_form = CodeForm

    def is_offered(self, company: Company) -> bool:
        return company.domains.exists()

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Started:
        reading = read_work_address(answers["address"], asked.company.domains.all())
        mailbox = keyed_digest(reading.mailbox, scope=asked.scope, purpose="mailbox")
        allowed = _may_mail(asked, mailbox)
        code = new_code(policy.CODE_DIGITS)
        open_ones = Claim.objects.filter(subject=asked.subject, state=Claim.State.OPEN)
        open_ones.update(state=Claim.State.OVER)
        claim = Claim(
            scope=asked.scope,
            subject=asked.subject,
            company=asked.company,
            method=self.name,
            mailbox_digest=mailbox,
            verdict=reading.verdict,
            begun_at=asked.now,
            expires_at=asked.now + timedelta(minutes=policy.CODE_MINUTES),
        )
        claim.code_digest = _code_digest(claim, code)
        claim.save(force_insert=True)
        if allowed:
            _send(claim, reading.mailbox, code, asked)
        return Started(claim.pk)

    def decide(self, *, claim: Claim, answers: Mapping[str, Any], now: datetime) -> Decided | None:
        if claim.state != Claim.State.OPEN or now >= claim.expires_at:
            raise ProofRefused("code-over")
        claim.tries += 1
        right = hmac.compare_digest(
            bytes(claim.code_digest or b""), _code_digest(claim, answers["code"])
        )
        if not right:
            if claim.tries >= policy.CODE_TRIES_MAX:
                claim.state = Claim.State.OVER
            claim.save(update_fields=["tries", "state"])
            return None
        return record(claim, verdict=claim.verdict, days=policy.MAILBOX_PROOF_DAYS, now=now)


def _send(claim: Claim, address: str, code: str, asked: Asked) -> None:
    """One mail either way: who asks must not learn whether the mailbox was used before."""
    used = (
        Proof.objects.filter(scope=claim.scope, mailbox_digest=claim.mailbox_digest)
        .exclude(subject=claim.subject)
        .exists()
    )
    kind = mails.USED if used else mails.CODE
    context: dict[str, str | int] = {"minutes": policy.CODE_MINUTES}
    if not used:
        context["code"] = f"{code[:4]} {code[4:]}"
    post(kind=kind, to=address, context=context, language=asked.language, now=asked.now)


def _may_mail(asked: Asked, mailbox: bytes) -> bool:
    recent = Claim.objects.filter(begun_at__gt=asked.now - timedelta(days=1))
    to_mailbox = recent.filter(scope=asked.scope, mailbox_digest=mailbox)
    by_subject = recent.filter(subject=asked.subject, method=Mailbox.name)
    return (
        to_mailbox.count() < policy.CODES_PER_MAILBOX_PER_DAY
        and by_subject.count() < policy.CODES_PER_SUBJECT_PER_DAY
    )


def _code_digest(claim: Claim, code: str) -> bytes:
    return keyed_digest(f"{claim.pk}:{code}", scope=claim.scope, purpose="code")
