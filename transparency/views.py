"""The public face of the log; tiles come later."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from transparency.merkle.checkpoint import CheckpointBody
from transparency.merkle.tree import EMPTY_ROOT
from transparency.proofs import latest_checkpoint, signer


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how large it is, and the key that signs it."""
    latest = latest_checkpoint()
    context = {
        "size": latest.size if latest else 0,
        "root": bytes(latest.root).hex() if latest else EMPTY_ROOT.hex(),
        "key": str(signer().verifier),
    }
    return render(request, "transparency/log/detail.html", context)


@require_GET
@cache_control(public=True, max_age=5)
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The latest signed checkpoint, as a signed note; an empty log has one too."""
    latest = latest_checkpoint()
    if latest:
        note = latest.note
    else:
        note = signer().sign(str(CheckpointBody(settings.LOG_ORIGIN, 0, EMPTY_ROOT)))
    return HttpResponse(note, content_type="text/plain; charset=utf-8")
