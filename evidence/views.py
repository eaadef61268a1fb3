"""Evidence: the public reports, and asking for an audit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refused
from accounts.models import User
from accounts.rights import Right, needs, teams_with
from evidence import reading
from evidence.actions import auditing
from evidence.forms import AuditForm
from evidence.kinds import KINDS
from evidence.kinds.samples import SAMPLES, TITLES
from evidence.models import AuditRun, Report
from recognition_audit import rendering

REPORTS_PER_PAGE = 20
# The forms in which a report can be had besides its own bytes: type, and what makes them.
RENDERINGS: dict[str, tuple[str, Callable[[Any], str | bytes]]] = {
    "html": ("text/html; charset=utf-8", rendering.html),
    "md": ("text/markdown; charset=utf-8", rendering.markdown),
    "csv": ("text/csv; charset=utf-8", rendering.csv),
    "pdf": ("application/pdf", rendering.pdf),
}
DOWNLOADS = [("pdf", "PDF"), ("csv", "CSV"), ("html", "HTML"), ("md", "Markdown")]


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """All published reports; an evidence editor also sees the runs of the own teams."""
    found = Report.objects.published().select_related("company").defer("document")
    page = Paginator(found, REPORTS_PER_PAGE).get_page(request.GET.get("page"))
    teams = teams_with(request.user, Right.RUN_AUDIT)
    runs = AuditRun.objects.filter(team__in=teams).select_related("job", "report")
    context = {
        "page": page,
        "may_run": request.user.is_authenticated and teams.exists(),
        "runs": runs[:10] if request.user.is_authenticated else [],
    }
    return render(request, "evidence/report/list.html", context)


@require_GET
def report(request: HttpRequest, sha256: str) -> HttpResponse:
    found = _visible(request, sha256)
    context = {
        "report": found,
        "page": reading.page(found),
        # Rates that were printed without counts have no row there.
        "downloads": [
            one for one in DOWNLOADS if one[0] != "csv" or rendering.has_rows(found.content)
        ],
        "may_publish": not found.is_published and found.may_be_published_by(request.user),
    }
    return render(request, "evidence/report/detail.html", context)


@require_GET
def report_json(request: HttpRequest, sha256: str) -> HttpResponse:
    """The exact bytes that the hash is of."""
    found = _visible(request, sha256)
    return HttpResponse(bytes(found.document), content_type="application/json")


@require_GET
def report_figures(request: HttpRequest, sha256: str) -> HttpResponse:
    """Every figure of the report, in tables."""
    found = _visible(request, sha256)
    context = {"report": found, "tables": reading.tables_of(found)}
    return render(request, "evidence/report/figures.html", context)


@require_GET
def report_as(request: HttpRequest, sha256: str, form: str) -> HttpResponse:
    """The report in another form, made from its bytes: the same report, the same file."""
    found = _visible(request, sha256)
    kind, render = RENDERINGS[form]
    return HttpResponse(
        render(reading.as_audit(found)),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="audit-{sha256[:12]}.{form}"'},
    )


@require_POST
def publish(request: HttpRequest, sha256: str) -> HttpResponse:
    found = _visible(request, sha256)
    if not isinstance(request.user, User):
        raise Http404
    try:
        auditing.publish(sha256=found.pk, actor=request.user, now=timezone.now())
    except Refused as refusal:
        if refusal.code == "no-right":
            raise Http404 from refusal
    return redirect(found)


@require_GET
@needs(Right.RUN_AUDIT)
def choose(request: HttpRequest) -> HttpResponse:
    """Which kind of audit: each has a form of its own."""
    return render(request, "evidence/audit/choose.html", {"kinds": KINDS.values()})


@require_http_methods(["GET", "POST"])
@needs(Right.RUN_AUDIT)
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    """Upload the files of one kind and ask for an audit of them."""
    if kind not in KINDS:
        raise Http404
    teams = teams_with(request.user, Right.RUN_AUDIT)
    form = AuditForm(request.POST or None, request.FILES or None, kind=KINDS[kind], teams=teams)
    if request.method == "POST" and form.is_valid():
        try:
            asked = _ask(request.user, form)
        except Refused as refusal:
            form.add_error(refusal.params.get("role"), refusal.words)
        else:
            return redirect("evidence:run-detail", asked.run_id)
    samples = [(name, TITLES[name]) for name in KINDS[kind].samples]
    megabytes = settings.EVIDENCE_UPLOAD_BYTES_MAX // (1 << 20)
    context = {"form": form, "kind": KINDS[kind], "samples": samples, "megabytes": megabytes}
    return render(request, "evidence/audit/ask.html", context)


def _ask(actor: Any, form: AuditForm) -> auditing.Asked:
    return auditing.hand_in(
        team=form.cleaned_data["team"],
        title=form.cleaned_data["title"],
        kind=form.kind.name,
        files=form.files_given(),
        parameters=form.parameters(),
        company=form.company(),
        product=form.product(),
        actor=actor,
        now=timezone.now(),
    )


def _run(run_id: UUID) -> AuditRun:
    return get_object_or_404(AuditRun.objects.select_related("job", "team", "report"), pk=run_id)


@never_cache
@require_GET
@needs(Right.RUN_AUDIT, _run)
def run(request: HttpRequest, found: AuditRun) -> HttpResponse:
    """How far an audit is; htmx asks for the fragment again until it is over."""
    part = "_progress" if getattr(request, "htmx", False) else "run"
    response = render(request, f"evidence/audit/{part}.html", {"run": found, "job": found.job})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@needs(Right.RUN_AUDIT, _run)
def stop(request: HttpRequest, found: AuditRun) -> HttpResponse:
    """Stop an audit that is not finished; one that is over stays as it is."""
    assert isinstance(request.user, User)  # noqa: S101 - `needs` lets nobody else in
    auditing.cancel(run_id=found.pk, actor=request.user, now=timezone.now())
    return redirect(found)


@require_GET
def sample(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001
    """A real score file to try an audit with."""
    if name not in SAMPLES:
        raise Http404
    path = Path(settings.SAMPLES_DIR) / SAMPLES[name]
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _visible(request: HttpRequest, sha256: str) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("company", "team")
    return get_object_or_404(rows, pk=sha256)
