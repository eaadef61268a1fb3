"""A browser that opened a signature: by a cookie that holds a token, and no address of a page.

The token is a `Link` of the purpose VISIT, so it is scoped to one signature and ends soon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from privacy.digests import new_token
from signatures.actions import confirming
from signatures.models import Link, Signature
from signatures.policy import VISIT_MINUTES

COOKIE = "visit"
MARK = "press"
PATH = "/mine/"


@dataclass(frozen=True)
class Visit:
    """`token` is what the verbs take."""

    token: str
    signature: Signature


View = Callable[..., HttpResponseBase]


def mine(view: View) -> View:
    """Hand the visit to a view; who has none is asked to open the signature first."""

    @wraps(view)
    @never_cache
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = visit_of(request)
        if found is None:
            return redirect("signatures:mine-closed")
        return view(request, found, *args, **kwargs)

    return opened


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit of this browser, while it lasts."""
    token = request.COOKIES.get(COOKIE, "")
    signature = confirming.find(token, Link.Purpose.VISIT, timezone.now()) if token else None
    if signature is None or signature.state != Signature.State.CONFIRMED:
        return None
    if signature.anonymised_on:  # nothing is left to see, and nobody's to change
        return None
    return Visit(token, signature)


def mark(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Give the browser a secret for this page alone: its button may be pressed twice."""
    if MARK not in request.COOKIES:
        _set(response, MARK, new_token(), request.path)
    return response


def begin(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser act for the signature from now on."""
    _set(response, COOKIE, token, PATH)
    return response


def _set(response: HttpResponse, name: str, secret: str, path: str) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=VISIT_MINUTES * 60,
        path=path,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def end(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response
