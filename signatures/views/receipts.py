"""What the owner of a signature sees and can do, by the receipt's link."""

import base64

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from petitions.relations import counts_by_address_alone
from proofs.methods.base import methods_for
from signatures.actions import confirming, withdrawing
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature
from signatures.views.signing import over
from transparency import proofs


def owned(token: str) -> Signature:
    """The confirmed signature of a receipt's link, or 404."""
    signature = confirming.find(token, Link.Purpose.RECEIPT, timezone.now())
    if signature is None or signature.state != Signature.State.CONFIRMED:
        raise Http404
    return signature


@never_cache
@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """State of the signature, what it counts as, and the entry in the public log."""
    signature = owned(token)
    context = {
        "signature": signature,
        "petition": signature.petition,
        "token": token,
        "counts": signature.is_proved or counts_by_address_alone(signature.relation),
        "can_prove": bool(methods_for(signature.relation)),
        "log_index": proofs.index_of(bytes(signature.log_leaf)),
        "leaf": bytes(signature.log_leaf).hex(),
    }
    return render(request, "signatures/receipts/receipt.html", context)


@never_cache
@require_GET
def log_proof(request: HttpRequest, token: str) -> JsonResponse:  # noqa: ARG001
    """All that is needed to check the entry offline: record, salt, path, signed checkpoint."""
    signature = owned(token)
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


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button that takes the signature back; act on POST only."""
    if request.method == "POST":
        try:
            withdrawing.withdraw(token=token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return render(request, "signatures/receipts/withdrawn.html")
    context = {"petition": owned(token).petition, "token": token}
    return render(request, "signatures/receipts/withdraw.html", context)
