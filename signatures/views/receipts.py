"""What the owner of a signature sees and can do, in a browser that opened it."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from petitions.models import Petition
from petitions.relations import counts_by_address_alone
from privacy.holds import is_held
from proofs.models import Claim, Proof
from proofs.models.document import METHOD
from signatures import holding, visits
from signatures.actions import confirming, returning, withdrawing
from signatures.actions.proving import ways_of
from signatures.errors import SignatureRefused
from signatures.forms import CodeForm, MailLinkForm
from signatures.policy import OPEN_HOURS
from signatures.views.signing import over
from signatures.visits import Visit, mine
from transparency import proofs


@never_cache
@require_http_methods(["GET", "POST"])
def open_mine(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: a page that tells nothing; a POST uses the link up and opens."""
    if request.method == "POST":
        try:
            opened = confirming.open_mine(token=token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return visits.begin(redirect("signatures:mine"), opened.token)
    return render(request, "signatures/receipts/open.html")


@never_cache
@require_http_methods(["GET", "POST"])
def closed(request: HttpRequest) -> HttpResponse:
    """Where a browser lands that has opened no signature: by a code, or by a link mailed anew."""
    asks_mail = "address" in request.POST
    code_form = CodeForm(None if asks_mail else request.POST or None)
    mail_form = MailLinkForm(
        request.POST if asks_mail else None,
        petitions=Petition.objects.published().with_texts().open_first(),
        initial={"petition": request.GET.get("petition", "")},
    )
    answer = _mail_link(mail_form) if asks_mail else _open_by_code(code_form)
    if answer is not None:
        return answer
    context = {"code_form": code_form, "mail_form": mail_form}
    return render(request, "signatures/receipts/closed.html", context)


@never_cache
@require_GET
def mailed(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way; nothing here depends on the address."""
    return render(request, "signatures/receipts/mailed.html", {"hours": OPEN_HOURS})


def _open_by_code(form: CodeForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        opened = returning.open_by_code(code=form.cleaned_data["code"], now=timezone.now())
    except SignatureRefused as refusal:
        form.add_error("code", refusal.words)
        return None
    return visits.begin(redirect("signatures:mine"), opened.token)


def _mail_link(form: MailLinkForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        returning.mail_link(
            petition_id=form.cleaned_data["petition"].pk,
            address=form.cleaned_data["address"],
            language=get_language() or "en",
            now=timezone.now(),
        )
    except SignatureRefused as refusal:
        form.add_error("address", refusal.words)
        return None
    return redirect("signatures:mine-mailed")


@require_POST
@mine
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:  # noqa: ARG001
    """Close the signature in this browser."""
    confirming.leave(token=visit.token)
    return visits.end(redirect("signatures:mine-closed"))


@require_GET
@mine
def receipt(request: HttpRequest, visit: Visit) -> HttpResponse:
    """State of the signature, what it counts as, and the entry in the public log."""
    signature = visit.signature
    context = {
        "signature": signature,
        "petition": signature.petition,
        "proofs": Proof.objects.of(signature.pk).order_by("verified_on", "method"),
        "counts": signature.is_proved or counts_by_address_alone(signature.relation),
        "can_prove": bool(ways_of(signature)),
        "seen_by": holding.seen_by(signature),
        "document": Claim.objects.newest(signature.pk, METHOD),
        "log_index": proofs.index_of(bytes(signature.log_leaf)),
        "leaf": bytes(signature.log_leaf).hex(),
    }
    return render(request, "signatures/receipts/receipt.html", context)


@require_GET
@mine
def log_proof(request: HttpRequest, visit: Visit) -> JsonResponse:  # noqa: ARG001
    """All that is needed to check the entry offline: record, salt, path, signed checkpoint."""
    proof = holding.log_proof(visit.signature)
    if "checkpoint" not in proof:
        raise Http404
    return JsonResponse(proof)


@require_http_methods(["GET", "POST"])
@mine
def withdraw(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a button that takes the signature back; act on POST only."""
    if request.method == "POST":
        try:
            done = withdrawing.withdraw(token=visit.token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return visits.end(render(request, "signatures/receipts/withdrawn.html", {"done": done}))
    petition = visit.signature.petition
    context = {"petition": petition, "is_held": is_held(petition.pk)}
    return render(request, "signatures/receipts/withdraw.html", context)
