"""Public pages made of several rooms."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.rights import Right, needs
from evidence.models import Report
from pages import holding
from petitions import ledger
from petitions.ledger import CountStatement
from petitions.models import Petition, State, Version
from petitions.relations import Relation
from privacy.models import Given, LegalDemand, LegalHold
from register.models import Commitment
from signatures import visibility
from signatures.models import Audience
from signatures.policy import NAMES_BESIDE_A_PETITION

PETITIONS_PER_PAGE = 10
PETITIONS_AT_HOME = 3
REPORTS_AT_HOME = 2
COMMITMENTS_AT_HOME = 5


@dataclass(frozen=True)
class Entry:
    """A petition in a list, with what it publishes of its count."""

    petition: Petition
    statement: CountStatement


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what is open, what was found, what was promised."""
    petitions = Petition.objects.open().with_texts().open_first()[:PETITIONS_AT_HOME]
    promised = Commitment.objects.filter(company__isnull=False).in_force_on(timezone.localdate())
    context = {
        "entries": [Entry(petition, ledger.statement(petition)) for petition in petitions],
        "reports": Report.objects.published()[:REPORTS_AT_HOME],
        "commitments": promised.select_related("source")[:COMMITMENTS_AT_HOME],
    }
    return render(request, "pages/home.html", context)


@require_GET
def petitions(request: HttpRequest) -> HttpResponse:
    """All published petitions, searched by words and narrowed by state."""
    found = Petition.objects.published().with_texts().open_first()
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    state = request.GET.get("state", "")
    if words:
        found = found.matching(words)
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, PETITIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": [Entry(petition, ledger.statement(petition)) for petition in page],
        "q": words,
        "state": state,
        "states": [State.OPEN, State.PAUSED, State.CLOSED, State.DELIVERED, State.ANSWERED],
    }
    return render(request, "pages/petitions.html", context)


@require_GET
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    """The petition's page; a rejected one shows why, a removed one is gone (410)."""
    rows = Petition.objects.public().with_texts()
    found = get_object_or_404(
        rows.select_related(
            "target__company", "team", "contract__agency", "contract__company", "contract__source"
        ),
        slug=slug,
    )
    last = found.transitions.order_by("-pk").first()
    if found.state == State.REMOVED:
        return render(request, "pages/petition/removed.html", {"last": last}, status=410)
    if found.state == State.REJECTED:
        context = {"petition": found, "last": last}
        return render(request, "pages/petition/rejected.html", context)
    return render(request, "pages/petition/detail.html", _whole(found, found.text, last))


@require_GET
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A published text as it was signed, in the language asked for or the first."""
    rows = Version.objects.filter(
        petition__in=Petition.objects.published(),
        petition__slug=slug,
        number=number,
        published_at__isnull=False,
    )
    texts = list(rows.select_related("petition").prefetch_related("citations__report"))
    if not texts:
        raise Http404
    wanted = request.GET.get("language")
    chosen = next((text for text in texts if text.language == wanted), texts[0])
    return render(request, "pages/petition/version.html", {"version": chosen, "texts": texts})


@require_GET
def names(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who signed by name, because they chose to be seen by everybody."""
    found = get_object_or_404(Petition.objects.published().with_texts(), slug=slug)
    page, lines = visibility.page_of(Audience.PUBLIC, found, request.GET.get("page"))
    context = {"petition": found, "page": page, "lines": lines}
    return render(request, "pages/petition/names.html", context)


def _by_slug(slug: str) -> Petition:
    return get_object_or_404(
        Petition.objects.select_related("target__company", "team", "contract__agency"), slug=slug
    )


@require_GET
@needs(Right.READ_PETITION, _by_slug)
def preview(request: HttpRequest, found: Petition) -> HttpResponse:
    """The page as it would be, for the team alone."""
    text = found.draft() or found.text
    context = _whole(found, text, None) | {"is_preview": True}
    return render(request, "pages/petition/detail.html", context)


@require_GET
def how_we_count(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/how_we_count.html")


@require_GET
def what_we_hold(request: HttpRequest) -> HttpResponse:
    """In general, for whoever has not chosen a petition yet."""
    return render(request, "pages/what_we_hold.html", {"held": holding.holding()})


@require_GET
def held_of_petition(request: HttpRequest, slug: str) -> HttpResponse:
    """By the petition's own settings; also once it is removed, since people are held still."""
    found = get_object_or_404(Petition.objects.public().with_texts(), slug=slug)
    return render(request, "pages/what_we_hold.html", {"held": holding.holding(found)})


@require_GET
def legal_demands(request: HttpRequest) -> HttpResponse:
    """The demands that were published, with what was given, by year."""
    demands = list(LegalDemand.objects.published())
    by_year: dict[int, Counter[str]] = defaultdict(Counter)
    for demand in demands:
        by_year[demand.received_on.year][demand.given] += 1
    context = {
        "demands": demands,
        "answers": list(Given),
        "years": [
            {
                "year": str(year),
                "received": found.total(),
                "given": [(given, found[given]) for given in Given],
            }
            for year, found in sorted(by_year.items(), reverse=True)
        ],
        "some_wait": not demands and LegalDemand.objects.exists(),
        "today": timezone.localdate(),
    }
    return render(request, "pages/legal_demands.html", context)


def _whole(found: Petition, text: Version | None, last: object) -> dict[str, object]:
    """Everything the petition's page shows."""
    if text is None:
        raise Http404
    citations = text.citations.select_related("report__company").defer("report__document")
    return {
        "petition": found,
        "text": text,
        "last": last,
        "statement": ledger.statement(found),
        "corrections": ledger.corrections(found),
        "relations": [Relation(relation) for relation in found.relations],
        # One more than is shown tells whether there are more.
        "lines": visibility.first_of(Audience.PUBLIC, found, NAMES_BESIDE_A_PETITION + 1),
        "lines_shown": NAMES_BESIDE_A_PETITION,
        "reports": [citation.report for citation in citations],
        "holds": LegalHold.objects.in_force().on(found.pk),
        "active": found.contract.is_active_on(timezone.localdate()) if found.contract else None,
    }
