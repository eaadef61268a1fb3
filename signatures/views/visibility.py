"""Who may read what: the signer's choice, and the list that fellow signers read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from petitions.relations import STAFF
from signatures import holding, visibility
from signatures.actions import visibility as choosing
from signatures.errors import SignatureRefused
from signatures.forms import VisibilityForm
from signatures.models import Audience
from signatures.policy import REVEAL_WAIT_HOURS
from signatures.visits import Visit, mine


@require_http_methods(["GET", "POST"])
@mine
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One question for each audience; a name is asked for only once a choice needs it."""
    signature = visit.signature
    form = VisibilityForm(request.POST or None, signature=signature)
    if request.method == "POST" and not form.asks_first() and form.is_valid():
        try:
            choosing.choose(
                token=visit.token,
                choices=form.choices(),
                name=form.cleaned_data.get("name", ""),
                title=form.cleaned_data.get("title", ""),
                consents=form.consents(),
                now=timezone.now(),
            )
        except SignatureRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("signatures:mine")
    context = {
        "form": form,
        "signature": signature,
        "petition": signature.petition,
        "company": signature.petition.target.company,
        "seen_by": holding.seen_by(signature),
        "is_staff": signature.relation in STAFF,
        "hours": REVEAL_WAIT_HOURS,
        "is_changeable": signature.petition.state in choosing.CHANGEABLE,
    }
    return render(request, "signatures/visibility/choose.html", context)


@require_GET
@mine
def signers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The names that fellow signers may read, for a signature that counts."""
    signature = visit.signature
    may_read = visibility.may_read_fellows(signature)
    context: dict[str, object] = {"petition": signature.petition, "may_read": may_read}
    if may_read:
        page, lines = visibility.page_of(
            Audience.SIGNERS, signature.petition, request.GET.get("page"), reader=signature
        )
        context |= {"page": page, "lines": lines}
    return render(request, "signatures/visibility/signers.html", context)
