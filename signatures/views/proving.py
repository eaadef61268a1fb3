"""Showing a relation, one question a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from proofs.methods.base import Method
from proofs.models import Claim
from signatures.actions import proving
from signatures.actions.proving import Begun, Proved, ways_of
from signatures.forms import MethodForm
from signatures.models import Signature
from signatures.uploads import held_in_memory
from signatures.visits import Visit, mine


@require_http_methods(["GET", "POST"])
@mine
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Choose a way; each shows its risk before the choice."""
    signature = visit.signature
    ways = ways_of(signature)
    form = MethodForm(request.POST or None, methods=ways)
    if request.method == "POST" and form.is_valid():
        return redirect("signatures:proof-begin", form.cleaned_data["method"])
    context = {
        "signature": signature,
        "petition": signature.petition,
        "company": signature.petition.target.company,
        "form": form,
        "methods": ways,
    }
    return render(request, "signatures/proving/choose.html", context)


@held_in_memory
@require_http_methods(["GET", "POST"])
@mine
def begin(request: HttpRequest, visit: Visit, method: str) -> HttpResponse:
    """Ask what the way needs to begin: for the mailbox, its address."""
    signature = visit.signature
    way = offered(signature, method)
    form = way.begin_form(request.POST or None, request.FILES or None)
    if way.takes_upload and request.FILES:
        try:
            proving.check_uploads(token=visit.token, method=method, now=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.words)
            return redirect("signatures:proof-begin", method)
    if request.method == "POST" and form.is_valid():
        try:
            begun = proving.begin_proof(
                token=visit.token,
                method=method,
                answers=form.cleaned_data,
                language=get_language() or "en",
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            return _after(request, visit, way, begun)
    if way.takes_upload and request.FILES:
        proving.note_refused_upload(token=visit.token, method=method, now=timezone.now())
    petition = signature.petition
    context = {
        "form": form,
        "way": way,
        "signature": signature,
        "petition": petition,
        "company": petition.target.company,
    }
    return render(request, way.begin_template, context)


@require_http_methods(["GET", "POST"])
@mine
def decide(request: HttpRequest, visit: Visit, method: str) -> HttpResponse:
    """Ask for what decides it: for the mailbox, the code from the mail."""
    way = offered(visit.signature, method)
    form = way.decide_form(request.POST or None) if way.decide_form else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            shown = proving.decide_proof(
                token=visit.token,
                method=method,
                answers=form.cleaned_data,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            return proved(request, shown)
    claim = Claim.objects.newest(visit.signature.pk, way.name)
    return _decide_page(request, visit, way, form=form, claim=claim)


def offered(signature: Signature, name: str) -> Method:
    """The way of this name, if it can show what the signer claims; else 404."""
    for way in ways_of(signature):
        if way.name == name:
            return way
    raise Http404


def _after(request: HttpRequest, visit: Visit, way: Method, begun: Begun | Proved) -> HttpResponse:
    if isinstance(begun, Proved):
        return proved(request, begun)
    if begun.once:  # shown in this very answer: a redirect would have to keep it somewhere
        return _decide_page(request, visit, way, once=begun.once)
    return redirect("signatures:proof-decide", way.name)


def _decide_page(
    request: HttpRequest, visit: Visit, way: Method, **context: object
) -> HttpResponse:
    signature = {"signature": visit.signature, "petition": visit.signature.petition}
    return render(request, way.decide_template, {"way": way} | signature | context)


def proved(request: HttpRequest, shown: Proved) -> HttpResponse:
    """Back to the receipt, with what it counts as now."""
    words = (
        _("Shown. You are counted by this now.")
        if shown.counted
        else _(
            "This was right, but this address does not tell who reads it. "
            "Your signature stays unverified."
        )
    )
    messages.success(request, words)
    return redirect("signatures:mine")
