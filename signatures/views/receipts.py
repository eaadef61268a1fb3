"""What the owner of a signature sees and can do, in a browser that opened it."""

import base64

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from petitions.relations import counts_by_address_alone
from proofs.models import Claim, Proof
from proofs.models.document import METHOD
from signatures import visits
from signatures.actions import confirming, withdrawing
from signatures.actions.proving import ways_of
from signatures.errors import SignatureRefused
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
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Where a browser lands that has opened no signature."""
    return render(request, "signatures/receipts/closed.html")


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
        "document": Claim.objects.newest(signature.pk, METHOD),
        "log_index": proofs.index_of(bytes(signature.log_leaf)),
        "leaf": bytes(signature.log_leaf).hex(),
    }
    return render(request, "signatures/receipts/receipt.html", context)


@require_GET
@mine
def log_proof(request: HttpRequest, visit: Visit) -> JsonResponse:  # noqa: ARG001
    """All that is needed to check the entry offline: record, salt, path, signed checkpoint."""
    signature = visit.signature
    inclusion = proofs.latest_inclusion(bytes(signature.log_leaf))
    if inclusion is None:
        raise Http404
    return JsonResponse(
        {
            "record": signature.log_record(),
            "salt": base64.b64encode(bytes(signature.log_salt)).decode(),
            "leaf_hash": bytes(signature.log_leaf).hex(),
            "index": inclusion.index,
            "tree_size": inclusion.size,
            "path": [node.hex() for node in inclusion.path],
            "checkpoint": inclusion.checkpoint,
        }
    )


@require_http_methods(["GET", "POST"])
@mine
def withdraw(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a button that takes the signature back; act on POST only."""
    if request.method == "POST":
        try:
            withdrawing.withdraw(token=visit.token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return visits.end(render(request, "signatures/receipts/withdrawn.html"))
    context = {"petition": visit.signature.petition}
    return render(request, "signatures/receipts/withdraw.html", context)
