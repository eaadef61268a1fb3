"""The demo's mailbox; not routed outside the demo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from background.mailbox import letter, letters


@never_cache
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters of the demo, newest first."""
    to = request.GET.get("to", "").strip().lower()
    found = [one for one in letters() if to in one.to.lower()]
    return render(request, "background/mailbox/list.html", {"letters": found, "to": to})


@never_cache
@require_GET
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One letter."""
    found = letter(name)
    if found is None:
        raise Http404
    return render(request, "background/mailbox/detail.html", {"letter": found})
