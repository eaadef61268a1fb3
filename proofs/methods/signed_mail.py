"""Signed e-mail: a message that the company's server sent to the signer, with its DKIM signature.

The server signs what its own people send, whatever name stands in "To". So a mail from a person
shows nothing about its recipient, and only the company's automatic and shared senders are taken
(docs/threat-model.md says what remains).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from privacy.digests import keyed_digest
from proofs import dkim, policy
from proofs.dkim import Letter, keys
from proofs.domains import is_automatic, read_work_address, rule_for, split
from proofs.errors import ProofRefused
from proofs.methods.base import Asked, Decided, Method, method
from proofs.methods.recording import record
from proofs.models import Claim
from proofs.verdicts import Verdict
from register.models import Company, CompanyDomain

MEGABYTE = 1024 * 1024


class MessageForm(forms.Form):
    message = forms.FileField(
        label=_("The mail, as an .eml file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,message/rfc822"}),
        help_text=_("It is read in memory and not kept."),
    )

    def clean_message(self) -> bytes:
        file: UploadedFile = self.cleaned_data["message"]
        if (file.size or 0) > policy.MAIL_BYTES_MAX:
            refusal = ProofRefused("mail-large", megabytes=policy.MAIL_BYTES_MAX // MEGABYTE)
            raise forms.ValidationError(refusal.words)
        return file.read()


@method
class SignedMail(Method):
    name = "signed_mail"
    label = _("A mail that your employer’s server sent you")
    counted_as = _("by signed mail")
    explain = _(
        "Five minutes. You save a mail from an address such as no-reply or hr and choose the file "
        "here. Your employer’s server has signed it, and we check the signature."
    )
    risk = _(
        "A work device may log that you saved or uploaded a mail. To check the signature we may "
        "look up your employer’s public key, and its name server may log that somebody did."
    )
    stores = _("That this mailbox and this mail were used, as keyed fingerprints; not the mail.")
    limits = {
        "megabytes": policy.MAIL_BYTES_MAX // MEGABYTE,
        "days": policy.MAIL_DAYS_MAX,
        "key_bits": policy.MAIL_KEY_BITS_MIN,
    }
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT})
    begin_form = MessageForm
    begin_template = "signatures/proving/signed_mail.html"
    # Whoever may send as the company's automatic address can make one: organisers decide.
    by_default = False
    takes_upload = True

    def is_offered(self, company: Company) -> bool:
        return company.domains.filter(kind=CompanyDomain.Kind.STAFF).exists()

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Decided:
        rules = list(asked.company.domains.all())
        letter = dkim.read(answers["message"])
        reading = read_work_address(letter.recipient, rules)
        sender = _sender_rule(letter, rules)
        signed = dkim.verify(
            letter,
            # The very domain of the sender's rule: another of the company's may be let to others.
            accepts=lambda domain: rule_for(domain, rules) is sender,
            find_key=keys.find,
            now=asked.now,
        )
        used = keyed_digest(signed.value.decode(), scope=asked.scope, purpose="signed mail")
        if Claim.objects.filter(
            scope=asked.scope, method=self.name, code_digest=used, state=Claim.State.PROVED
        ).exists():
            raise ProofRefused("mail-used")
        claim = Claim(
            scope=asked.scope,
            subject=asked.subject,
            company=asked.company,
            method=self.name,
            mailbox_digest=keyed_digest(reading.mailbox, scope=asked.scope, purpose="mailbox"),
            code_digest=used,
            begun_at=asked.now,
            expires_at=asked.now,
        )
        claim.save(force_insert=True)
        return record(
            claim, verdict=reading.verdict, days=policy.SIGNED_MAIL_PROOF_DAYS, now=asked.now
        )


def _sender_rule(letter: Letter, rules: list[CompanyDomain]) -> CompanyDomain:
    """The one rule that From, and Sender if there is one, stand under."""
    staff = [rule for rule in rules if rule.kind == CompanyDomain.Kind.STAFF]
    found = []
    for address in letter.senders:
        name, domain = split(address, example=staff[0].domain)
        rule = rule_for(domain, rules)
        if rule is None or rule not in staff:
            listed = ", ".join(sorted(one.domain for one in staff))
            raise ProofRefused("mail-from-elsewhere", domains=listed)
        if not is_automatic(name):
            raise ProofRefused("mail-from-person")
        found.append(rule)
    if any(rule is not found[0] for rule in found):
        raise ProofRefused("mail-from-person")
    return found[0]
