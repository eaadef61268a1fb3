"""A signature that was set aside: its owner says why it is to be counted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from signatures.actions import marking
from signatures.errors import SignatureRefused
from signatures.forms import ObjectionForm
from signatures.visits import Visit, mine


@require_http_methods(["GET", "POST"])
@mine
def object_to(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for the reason; one that is counted again meanwhile has nothing to object to."""
    signature = visit.signature
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            marking.object_to(
                token=visit.token, words=form.cleaned_data["words"], now=timezone.now()
            )
        except SignatureRefused as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, _("Your objection is with the reviewers."))
            return redirect("signatures:mine")
    if signature.marked_on is None:
        messages.info(request, SignatureRefused("not-set-aside").words)
        return redirect("signatures:mine")
    context = {"form": form, "signature": signature, "petition": signature.petition}
    return render(request, "signatures/marking/object.html", context)
