"""Vouching for a colleague, and one's own words for others. Nobody is named on either page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from proofs.policy import VOUCHES_PER_PERSON_MAX
from signatures.actions import vouching
from signatures.forms import VouchForm
from signatures.visits import Visit, mine


@require_http_methods(["GET", "POST"])
@mine
def vouch(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Enter a colleague's phrase; what that means stands above it."""
    signature = visit.signature
    allowed = vouching.may_vouch(signature, timezone.now())
    form = VouchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vouching.vouch(token=visit.token, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, _("Your word is recorded. The phrase is used up."))
            return redirect("signatures:vouch-list")
    context = {
        "form": form,
        "allowed": allowed,
        "petition": signature.petition,
        "company": signature.petition.target.company,
        "most": VOUCHES_PER_PERSON_MAX,
    }
    return render(request, "signatures/vouching/vouch.html", context)


@require_GET
@mine
def vouches(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The own words for others, by day."""
    context = {
        "vouches": vouching.vouches_of(visit.signature),
        "allowed": vouching.may_vouch(visit.signature, timezone.now()),
        "most": VOUCHES_PER_PERSON_MAX,
    }
    return render(request, "signatures/vouching/list.html", context)


@require_http_methods(["GET", "POST"])
@mine
def take_back(request: HttpRequest, visit: Visit, vouch_id: UUID) -> HttpResponse:
    """Ask before a word is taken back; act on POST."""
    found = vouching.vouches_of(visit.signature).filter(pk=vouch_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            vouching.take_back(token=visit.token, vouch_id=vouch_id, now=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.words)
        else:
            messages.success(request, _("Taken back. What rested on it no longer counts."))
        return redirect("signatures:vouch-list")
    return render(request, "signatures/vouching/take_back.html", {"vouch": found})
