"""Public pages of the register: every fact beside its source and how sure we are of it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from register.models import Agency, Commitment, Company, Contract, PastPetition

ROWS_PER_PAGE = 50


@require_GET
def companies(request: HttpRequest) -> HttpResponse:
    return _list(request, "company", Company.objects.order_by("is_fictional", "name"), ["name"])


@require_GET
def company(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(
        Company.objects.prefetch_related(
            "domains",
            "commitments",
            "votes__source",
            Prefetch("contracts", Contract.objects.select_related("agency")),
            Prefetch("past_petitions", PastPetition.objects.prefetch_related("counts__source")),
        ),
        slug=slug,
    )
    return render(request, "register/company/detail.html", {"company": found})


@require_GET
def agencies(request: HttpRequest) -> HttpResponse:
    rows = Agency.objects.order_by("is_fictional", "name")
    return _list(request, "agency", rows, ["name", "place"])


@require_GET
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Agency.objects.prefetch_related("contracts__company")
    found = get_object_or_404(rows, slug=slug)
    return render(request, "register/agency/detail.html", {"agency": found})


@require_GET
def contracts(request: HttpRequest) -> HttpResponse:
    rows = Contract.objects.select_related("company", "agency", "source")
    rows = rows.order_by("is_fictional", "agency__name")
    return _list(request, "contract", rows, ["product", "agency__name", "company__name"])


@require_GET
def contract(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Contract.objects.select_related("company", "agency", "source")
    found = get_object_or_404(rows, slug=slug)
    context = {"contract": found, "active": found.is_active_on(timezone.localdate())}
    return render(request, "register/contract/detail.html", context)


@require_GET
def commitments(request: HttpRequest) -> HttpResponse:
    rows = Commitment.objects.select_related("source")
    in_force = bool(request.GET.get("in_force"))
    if in_force:
        rows = rows.in_force_on(timezone.localdate())
    fields = ["entity", "instrument", "actor_scope"]
    return _list(request, "commitment", rows, fields, {"in_force": in_force})


@require_GET
def commitment(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Commitment.objects.select_related("company", "source")
    found = get_object_or_404(rows.prefetch_related("steps__source"), slug=slug)
    context = {"commitment": found, "in_force": found.in_force_on(timezone.localdate())}
    return render(request, "register/commitment/detail.html", context)


def _list(
    request: HttpRequest,
    noun: str,
    rows: QuerySet[Any],
    fields: list[str],
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """One page of a list, narrowed to the words asked for."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    if words:
        wanted = Q()
        for name in fields:
            wanted |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(wanted)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": words} | (extra or {})
    return render(request, f"register/{noun}/list.html", context)
