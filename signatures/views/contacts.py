"""The contact list on the desk: the organisers' keys, and the encrypted list itself."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Refused
from accounts.models import Team, User
from accounts.rights import Right, needs
from petitions.actions.contacts import CHANGEABLE, add_key, end_key
from petitions.models import ContactKey, Petition
from petitions.policy import CONTACT_KEYS_MIN
from signatures.actions import contacts
from signatures.forms import ContactKeyForm


@dataclass(frozen=True)
class Found:
    team: Team
    petition: Petition
    key: ContactKey


def _petition(petition_id: UUID) -> Petition:
    return get_object_or_404(Petition.objects.select_related("team"), pk=petition_id)


def _key(petition_id: UUID, key_id: int) -> Found:
    petition = _petition(petition_id)
    key = get_object_or_404(petition.contact_keys.active(), pk=key_id)
    return Found(petition.team, petition, key)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Right.REACH_SIGNERS, _petition)
def keys(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The keys of a petition; a POST adds one."""
    form = ContactKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_key(
                petition_id=petition.pk,
                actor=_user(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error("label" if refusal.code == "no-label" else "recipient", refusal.words)
        else:
            words = _("Added. Addresses are encrypted to these keys from now on.")
            early = _("Added. One more key, and addresses are encrypted to them.")
            messages.success(request, words if added.in_effect else early)
            return redirect("signatures:contact-keys", petition.pk)
    return _page(request, petition, form)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Right.REACH_SIGNERS, _key)
def end(request: HttpRequest, found: Found) -> HttpResponse:
    """Ask before a key ends; act on POST."""
    refused = ""
    if request.method == "POST":
        try:
            end_key(key_id=found.key.pk, actor=_user(request), now=timezone.now())
        except Refused as refusal:
            refused = str(refusal.words)
        else:
            messages.success(request, _("Ended. Nothing more is encrypted to this key."))
            return redirect("signatures:contact-keys", found.petition.pk)
    context = admin.site.each_context(request) | {
        "title": _("End this key?"),
        "petition": found.petition,
        "key": found.key,
        "refused": refused,
    }
    return render(request, "signatures/contacts/end.html", context)


@never_cache
@require_POST
@needs(Right.REACH_SIGNERS, _petition)
def download(request: HttpRequest, petition: Petition) -> HttpResponse | StreamingHttpResponse:
    """The encrypted list, sent as it is read."""
    try:
        made = contacts.download(petition_id=petition.pk, actor=_user(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.words)
        return redirect("signatures:contact-keys", petition.pk)
    return StreamingHttpResponse(
        made.lines,
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="contacts.jsonl"'},
    )


def _page(request: HttpRequest, petition: Petition, form: ContactKeyForm) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "title": _("Contact list"),
        "petition": petition,
        "keys": petition.contact_keys.select_related("added_by"),
        "in_effect": bool(ContactKey.objects.recipients(petition.pk)),
        "keys_min": CONTACT_KEYS_MIN,
        "may_change": petition.state in CHANGEABLE,
        "at_least": contacts.at_least(petition),
        "form": form,
    }
    return render(request, "signatures/contacts/keys.html", context)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - `needs` asked for the right
    return request.user
