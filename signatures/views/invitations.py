"""Invitation codes: the organisers' pages, and the one that a card leads to."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.models import Team, User
from accounts.rights import Right, needs
from petitions.models import Petition
from proofs.methods.invitation import METHOD
from proofs.models import InvitationBatch
from signatures import reading
from signatures.actions import invitations
from signatures.forms import BatchForm, CallBackForm


@dataclass(frozen=True)
class Found:
    team: Team
    petition: Petition
    batch: InvitationBatch


def _petition(petition_id: UUID) -> Petition:
    return get_object_or_404(Petition.objects.select_related("team"), pk=petition_id)


def _batch(petition_id: UUID, batch_id: UUID) -> Found:
    petition = _petition(petition_id)
    batches = InvitationBatch.objects.select_related("issued_by")
    batch = get_object_or_404(batches, pk=batch_id, scope=petition_id)
    return Found(petition.team, petition, batch)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Right.ISSUE_INVITATIONS, _petition)
def batches(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The batches of a petition. Making one answers with its cards, which are nowhere kept."""
    form = BatchForm(
        request.POST or None,
        relations=invitations.relations_of(petition),
        today=timezone.now().date(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            issued = invitations.issue(
                petition_id=petition.pk,
                language=get_language() or "en",
                actor=_user(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            name = f"cards-{str(issued.batch_id)[:8]}.pdf"
            return HttpResponse(
                issued.pdf,
                content_type="application/pdf",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    context = admin.site.each_context(request) | {
        "title": _("Invitation codes"),
        "petition": petition,
        "lines": reading.batches_of(petition, timezone.now()),
        "accepted": METHOD in petition.methods,
        "form": form,
    }
    return render(request, "signatures/invitations/batches.html", context)


@never_cache
@require_GET
@needs(Right.ISSUE_INVITATIONS, _batch)
def batch(request: HttpRequest, found: Found) -> HttpResponse:
    """One batch; htmx asks again for how far the falling is until it is over."""
    part = "_progress" if getattr(request, "htmx", False) else "batch"
    lines = reading.batches_of(found.petition, timezone.now())
    context = admin.site.each_context(request) | {
        "title": found.batch.occasion,
        "petition": found.petition,
        "batch": found.batch,
        "line": next(line for line in lines if line.batch == found.batch),
        "job": reading.falling(found.batch),
    }
    response = render(request, f"signatures/invitations/{part}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Right.ISSUE_INVITATIONS, _batch)
def call_back(request: HttpRequest, found: Found) -> HttpResponse:
    """Ask before a batch is called back; act on POST."""
    form = CallBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        invitations.call_back(
            batch_id=found.batch.pk,
            is_leaked=form.cleaned_data["is_leaked"],
            actor=_user(request),
            now=timezone.now(),
        )
        messages.success(request, _("Called back. Nobody can use a code of this batch any more."))
        return redirect("signatures:invitation-detail", found.petition.pk, found.batch.pk)
    context = admin.site.each_context(request) | {
        "title": _("Call these codes back?"),
        "petition": found.petition,
        "batch": found.batch,
        "form": form,
    }
    return render(request, "signatures/invitations/call_back.html", context)


@require_GET
def invited(request: HttpRequest) -> HttpResponse:
    """Where a card leads: the same page for every card. The code stays in the browser."""
    asking = Petition.objects.open().filter(methods__contains=[METHOD]).with_texts()
    return render(request, "signatures/invitations/invited.html", {"petitions": asking[:50]})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - `needs` asked for the right
    return request.user
