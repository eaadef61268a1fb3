"""Audit runs and reports on the desk: read here, acted upon on their own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right, teams_with
from evidence.models import AuditRun, Report


class EvidenceAdmin(admin.ModelAdmin):
    """A list of the own teams' rows that nobody changes here."""

    show_facets = admin.ShowFacets.NEVER
    actions = None
    right = Right.READ_PETITION

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        teams = teams_with(request.user, self.right)
        return super().get_queryset(request).filter(team__in=teams)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or teams_with(request.user, self.right).filter(pk=obj.team_id).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    @admin.display(description=_("page"))
    def page(self, row: AuditRun | Report) -> SafeString:
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), _("Open"))


@admin.register(AuditRun)
class AuditRunAdmin(EvidenceAdmin):
    list_display = ["title", "kind_label", "asked_at", "asked_by", "state", "page"]
    list_select_related = ["job", "asked_by"]
    fields = ("title", "kind_label", "asked_at", "asked_by", "page")
    readonly_fields = fields

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, run: AuditRun) -> str:
        return run.kind_label

    @admin.display(description=_("state"))
    def state(self, run: AuditRun) -> str:
        return run.job.get_state_display()


@admin.register(Report)
class ReportAdmin(EvidenceAdmin):
    list_display = ["title", "system", "made_at", "published_at", "page"]
    fields = ("title", "system", "made_at", "published_at", "page")
    readonly_fields = fields
