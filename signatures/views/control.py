"""The signer's own control: what is held, as a file, a code for later, no more mail, erasing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from privacy.holds import is_held
from signatures import holding, visits
from signatures.actions import erasing, returning, unsubscribing
from signatures.errors import SignatureRefused
from signatures.policy import RECEIPT_DAYS
from signatures.views.signing import over
from signatures.visits import Visit, mine


@require_GET
@mine
def held(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every field that is held, in words, and until when."""
    context = {"items": holding.held(visit.signature), "petition": visit.signature.petition}
    return render(request, "signatures/control/held.html", context)


@require_GET
@mine
def export(request: HttpRequest, visit: Visit) -> HttpResponse:  # noqa: ARG001
    """The same as a file. Its name tells nothing to who sees the list of downloads."""
    answer = JsonResponse(holding.export(visit.signature), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="data.json"'
    return answer


@require_http_methods(["GET", "POST"])
@mine
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make a code that opens this later; it is shown in this very answer and never again."""
    context: dict[str, object] = {"days": RECEIPT_DAYS}
    if request.method == "POST":
        try:
            made = returning.make_code(token=visit.token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        context["code"] = made.code
    return render(request, "signatures/control/code.html", context)


@require_POST
@mine
def notices(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Mail that we send unasked: on or off."""
    wanted = request.POST.get("wanted") == "yes"
    try:
        unsubscribing.set_notices(token=visit.token, wanted=wanted, now=timezone.now())
    except SignatureRefused as refusal:
        return over(request, refusal)
    messages.success(request, _("We write to you again.") if wanted else _("No more mail."))
    return redirect("signatures:mine")


@require_http_methods(["GET", "POST"])
@mine
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what goes and what stays; erase on POST only."""
    if request.method == "POST":
        try:
            done = erasing.erase(token=visit.token, now=timezone.now())
        except SignatureRefused as refusal:
            return over(request, refusal)
        return visits.end(render(request, "signatures/control/erased.html", {"done": done}))
    petition = visit.signature.petition
    context = {"petition": petition, "is_held": is_held(petition.pk)}
    return render(request, "signatures/control/erase.html", context)
