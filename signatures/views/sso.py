"""To the employer's sign-in and back. The way back is a GET, so it only asks; a POST acts."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from proofs import oidc
from proofs.errors import ProofRefused
from proofs.methods.sso import NoQuestionForm, Sso, is_expected
from signatures.actions import proving
from signatures.actions.proving import Begun, Proved
from signatures.links import absolute
from signatures.models import Signature
from signatures.views.proving import offered, proved
from signatures.visits import Visit, mine

STATE_CHARACTERS_MAX = 64
CODE_CHARACTERS_MAX = 4_096


class BackForm(forms.Form):
    """What the sign-in sent along with the browser."""

    state = forms.CharField(max_length=STATE_CHARACTERS_MAX, widget=forms.HiddenInput)
    code = forms.CharField(max_length=CODE_CHARACTERS_MAX, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@mine
def begin(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what it costs; a POST leaves for the sign-in.

    By a page that goes on by itself and not by a redirect: browsers apply our `form-action` to
    every redirect that follows a form, and a sign-in may pass through several hosts.
    """
    way = offered(visit.signature, Sso.name)
    form = NoQuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            address = _leave(visit)
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            context = {"way": way, "address": address}
            return render(request, "signatures/proving/sso_leave.html", context)
    context = {"form": form, "way": way, "company": _company_of(visit.signature)}
    return render(request, way.begin_template, context)


@require_http_methods(["GET", "POST"])
@mine
def back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask whether to use what the sign-in answered; a POST uses it."""
    way = offered(visit.signature, Sso.name)
    form = BackForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():  # refused or broken off there, or typed by hand
        return _again(request, ProofRefused("sign-in-failed"))
    if not is_expected(visit.signature.pk, form.cleaned_data["state"], timezone.now()):
        return _again(request, ProofRefused("sign-in-over"))
    if request.method == "POST":
        try:
            return proved(request, _use(visit, form.cleaned_data))
        except Refused as refusal:
            return _again(request, refusal)
    context = {"form": form, "way": way, "company": _company_of(visit.signature)}
    return render(request, "signatures/proving/sso_back.html", context)


def _leave(visit: Visit) -> str:
    begun = proving.begin_proof(
        token=visit.token,
        method=Sso.name,
        answers={},
        language=get_language() or "en",
        now=timezone.now(),
    )
    state = begun.once["state"] if isinstance(begun, Begun) else ""
    return oidc.sign_in_address(_provider_of(visit.signature), _journey(visit, state))


def _use(visit: Visit, answers: dict[str, str]) -> Proved:
    # The network is asked before any row is locked.
    journey = _journey(visit, answers["state"])
    address = oidc.work_address(_provider_of(visit.signature), journey, answers["code"])
    return proving.decide_proof(
        token=visit.token,
        method=Sso.name,
        answers={"state": answers["state"], "address": address},
        now=timezone.now(),
    )


def _journey(visit: Visit, state: str) -> oidc.Journey:
    callback = absolute(reverse("signatures:sso-back"))
    return oidc.Journey(state, visit.signature.petition_id, callback)


def _provider_of(signature: Signature) -> oidc.Provider:
    provider = oidc.provider_of(signature.petition.target.company)
    if provider is None:
        raise ProofRefused("unknown-method")
    return provider


def _company_of(signature: Signature) -> object:
    return signature.petition.target.company


def _again(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "signatures/proving/sso_again.html", {"refusal": refusal})
