"""Showing a relation, one question a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from proofs.methods.base import Method, methods_for
from signatures.actions import proving
from signatures.forms import MethodForm
from signatures.models import Signature
from signatures.views.receipts import owned


@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a way; each shows its risk before the choice."""
    signature = owned(token)
    form = MethodForm(request.POST or None, relation=signature.relation)
    if request.method == "POST" and form.is_valid():
        return redirect("signatures:proof-begin", token, form.cleaned_data["method"])
    context = {
        "signature": signature,
        "petition": signature.petition,
        "company": signature.petition.target.company,
        "form": form,
        "methods": methods_for(signature.relation),
        "token": token,
    }
    return render(request, "signatures/proving/choose.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, token: str, method: str) -> HttpResponse:
    """Ask what the way needs to begin: for the mailbox, its address."""
    signature = owned(token)
    way = offered(signature, method)
    form = way.begin_form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proving.begin_proof(
                token=token,
                method=method,
                answers=form.cleaned_data,
                language=get_language() or "en",
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            return redirect("signatures:proof-decide", token, method)
    context = {
        "form": form,
        "way": way,
        "token": token,
        "company": signature.petition.target.company,
    }
    return render(request, "signatures/proving/begin.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, token: str, method: str) -> HttpResponse:
    """Ask for what decides it: for the mailbox, the code from the mail."""
    way = offered(owned(token), method)
    form = way.decide_form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proved = proving.decide_proof(
                token=token, answers=form.cleaned_data, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            words = (
                _("Shown. You are counted by this now.")
                if proved.counted
                else _(
                    "The code was right, but this address does not tell who reads it. "
                    "Your signature stays unverified."
                )
            )
            messages.success(request, words)
            return redirect("signatures:receipt", token)
    return render(
        request, "signatures/proving/decide.html", {"form": form, "way": way, "token": token}
    )


def offered(signature: Signature, name: str) -> Method:
    """The way of this name, if it can show what the signer claims; else 404."""
    for way in methods_for(signature.relation):
        if way.name == name:
            return way
    raise Http404
