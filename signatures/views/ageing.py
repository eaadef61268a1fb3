"""“I no longer work there”: what becomes of a signature, and the other ways."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from signatures.actions import ageing
from signatures.errors import SignatureRefused
from signatures.visits import Visit, mine


@require_http_methods(["GET", "POST"])
@mine
def left(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what would change; a POST changes it."""
    refusal: SignatureRefused | None = None
    try:
        if request.method == "POST":
            done = ageing.leave_company(token=visit.token, now=timezone.now())
            messages.success(request, _words(done))
            return redirect("signatures:mine")
        ageing.check_may_leave(visit.signature)
    except SignatureRefused as reason:
        refusal = reason
    context = {
        "signature": visit.signature,
        "petition": visit.signature.petition,
        "company": visit.signature.petition.target.company,
        "refusal": refusal,
    }
    return render(request, "signatures/ageing/left.html", context)


def _words(done: ageing.Left) -> str:
    if done.shown_on is None:
        return _("Your signature now stands as one of a former employee, not verified.")
    return _(
        "You are counted as a former employee now: you showed on %(day)s that you worked there."
    ) % {"day": date_format(done.shown_on)}
