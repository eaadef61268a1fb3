"""Signing and confirming. A GET shows, a POST acts: mail scanners open every link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from petitions.models import ContactKey, Petition
from petitions.relations import STAFF, Relation, counts_by_address_alone
from signatures import visits
from signatures.actions import confirming, signing
from signatures.actions.limiting import may_enter
from signatures.consents import CONTACT
from signatures.errors import SignatureRefused
from signatures.forms import SignForm
from signatures.models import Link, Signature
from signatures.policy import CONFIRM_DAYS
from signatures.work import new_stamp


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, slug: str, relation: str) -> HttpResponse:
    """Ask for the address, and answer every address in the same way."""
    petition = get_object_or_404(Petition.objects.published().with_texts(), slug=slug)
    text = petition.text
    if relation not in petition.relations or text is None:
        raise Http404
    initial = {"text": text.digest, "stamp": new_stamp()}
    is_busy = request.method == "POST" and not may_enter(petition, timezone.now())
    is_busy = is_busy or "stamp" in request.POST
    form = SignForm(
        request.POST or None,
        staff=relation in STAFF,
        has_keys=has_keys(petition),
        is_busy=is_busy,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            signing.sign(
                petition_id=petition.pk,
                relation=relation,
                address=form.cleaned_data["address"],
                text_digest=form.cleaned_data["text"],
                language=get_language() or "en",
                consents=form.consents(),
                now=timezone.now(),
            )
        except SignatureRefused as refusal:
            form.add_error("address" if refusal.code == "bad-address" else None, refusal.words)
            if refusal.code == "text-changed":
                form.ask_again(text.digest)
        else:
            return redirect("signatures:signature-sent", slug)
    context = {
        "petition": petition,
        "relation": Relation(relation),
        "needs_proof": not counts_by_address_alone(relation),
        "staff": relation in STAFF,
        "form": form,
    }
    return render(request, "signatures/signing/sign.html", context)


@never_cache
@require_GET
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that a mail is on its way; nothing here depends on the address."""
    petition = get_object_or_404(Petition.objects.published().with_texts(), slug=slug)
    context = {"petition": petition, "days": CONFIRM_DAYS}
    return render(request, "signatures/signing/sent.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button that confirms; act on POST only."""
    if request.method == "POST":
        browser, now = request.COOKIES.get(visits.MARK, ""), timezone.now()
        try:
            confirmed = confirming.confirm(token=token, now=now, browser=browser)
        except SignatureRefused as refusal:
            again = confirming.confirmed_before(token=token, browser=browser, now=now)
            if again is None:
                return over(request, refusal)
            confirmed = again
        onward = "signatures:mine-code" if "code" in request.POST else "signatures:mine"
        return visits.begin(redirect(onward), confirmed.token)
    signature = pending(token)
    if signature is None:
        return over(request, SignatureRefused("link-over"))
    context = {
        "signature": signature,
        "petition": signature.petition,
        "token": token,
        "drops_address": has_keys(signature.petition),
        "is_shared": CONTACT in signature.consents,
    }
    page = render(request, "signatures/signing/confirm.html", context)
    return visits.mark(page, request)


@never_cache
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, token: str) -> HttpResponse:
    """“I did not sign this”: show a button that erases and blocks; act on POST only."""
    if request.method == "POST":
        try:
            done = confirming.refuse(token=token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return render(request, "signatures/signing/refused.html", {"done": done})
    if pending(token) is None:
        return over(request, SignatureRefused("link-over"))
    return render(request, "signatures/signing/refuse.html", {"token": token})


def has_keys(petition: Petition) -> bool:
    """Whether addresses go to the organisers' keys, and from here, once they are confirmed."""
    return bool(ContactKey.objects.recipients(petition.pk))


def pending(token: str) -> Signature | None:
    signature = confirming.find(token, Link.Purpose.CONFIRM, timezone.now())
    return None if signature is None or signature.state == Signature.State.CONFIRMED else signature


def over(request: HttpRequest, refusal: SignatureRefused) -> HttpResponse:
    """The page of a link that no longer works; it names neither petition nor person."""
    return render(request, "signatures/signing/over.html", {"refusal": refusal}, status=410)
