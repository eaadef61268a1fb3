"""One click, and no more notices (RFC 8058): by a token alone, without cookie or CSRF token.

A mail program posts it in the reader's name; who holds the link can do nothing but stop mail.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from signatures.actions import unsubscribing
from signatures.errors import SignatureRefused
from signatures.views.signing import over


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the button and tells nothing; a POST stops the notices."""
    if request.method != "POST":
        return render(request, "signatures/unsubscribing/ask.html")
    try:
        unsubscribing.unsubscribe(token=token, now=timezone.now())
    except SignatureRefused as refusal:
        return over(request, refusal)
    return render(request, "signatures/unsubscribing/done.html")
