"""The reviewers' desk: what waits, one look at a document, the verdict, and the team's key."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.review_keys import make_review_key
from accounts.errors import Refused
from accounts.models import ReviewKey, Team
from accounts.rights import Right, needs, teams_with
from signatures import desk
from signatures.actions import reviewing
from signatures.forms import FindingForm, PassphraseForm, ReviewKeyForm
from signatures.visits import Visit, mine

DOCUMENTS_PER_PAGE = 50


@never_cache
@require_GET
@needs(Right.REVIEW_PROOF)
def waiting(request: HttpRequest) -> HttpResponse:
    """Documents that wait, the most urgent first; no name and no picture."""
    rows = desk.waiting_for(request.user)  # type: ignore[arg-type]  # @needs: signed in
    page = Paginator(rows, DOCUMENTS_PER_PAGE).get_page(request.GET.get("page"))
    petitions = {row.petition.pk for row in page}
    reviewing.record_listing(
        actor=request.user,  # type: ignore[arg-type]
        petition_ids=sorted(petitions),
        now=timezone.now(),
    )
    context = {"page": page, "managed": teams_with(request.user, Right.MANAGE_TEAM)}
    return render(request, "signatures/reviewing/list.html", context)


@never_cache
# The picture stands in this answer and has no address of its own.
@csp_update({"img-src": ["data:"]})  # type: ignore[arg-type]  # views with arguments are fine too
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Ask for the passphrase; with it, show the document in this answer only."""
    row = desk.find(claim_id, request.user)  # type: ignore[arg-type]
    form = PassphraseForm(request.POST or None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            shown = reviewing.look(
                claim_id=claim_id,
                passphrase=form.cleaned_data["passphrase"],
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            picture = base64.b64encode(shown.jpeg).decode()
            context = {"picture": picture, "same_pictures": shown.same_pictures}
            context["finding"] = FindingForm(relations=row.relations)
    return render(
        request, "signatures/reviewing/document.html", context | {"row": row, "form": form}
    )


@never_cache
@sensitive_post_parameters()
@require_POST
def decide(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Take the verdict; whoever has not looked is sent back to look."""
    row = desk.find(claim_id, request.user)  # type: ignore[arg-type]
    finding = FindingForm(request.POST, relations=row.relations)
    if finding.is_valid():
        try:
            reviewed = reviewing.decide(
                claim_id=claim_id,
                finding=finding.finding(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except Refused as refusal:
            finding.add_error(None, refusal.words)
            finding.ask_whether_another(refusal.code)
        else:
            words = (
                _("Decided. The document is deleted.")
                if reviewed.is_final
                else _("Noted. Another person is to look at it too.")
            )
            messages.success(request, words)
            return redirect("signatures:review-list")
    context = {"row": row, "form": PassphraseForm(), "finding": finding}
    return render(request, "signatures/reviewing/document.html", context)


@dataclass(frozen=True)
class KeyPage:
    team: Team


def _key_page(slug: str) -> KeyPage:
    return KeyPage(get_object_or_404(Team, slug=slug))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Right.MANAGE_TEAM, _key_page)
def key(request: HttpRequest, page: KeyPage) -> HttpResponse:
    """Make the key that documents are encrypted to; it needs a second factor like all desks."""
    form = ReviewKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            make_review_key(
                team=page.team,
                passphrase=form.cleaned_data["passphrase"],
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("passphrase", refusal.words)
        else:
            messages.success(request, _("The key is made. New documents are encrypted to it."))
            return redirect("signatures:review-key", page.team.slug)
    current = ReviewKey.objects.current().filter(team=page.team).first()
    context = {"form": form, "team": page.team, "current": current}
    return render(request, "signatures/reviewing/key.html", context)


@require_POST
@mine
def take_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The signer deletes the own document before anybody decided on it."""
    taken = reviewing.take_back(token=visit.token, now=timezone.now())
    if taken.was_waiting:
        messages.success(request, _("Your document is deleted. Nothing was decided."))
    return redirect("signatures:mine")
