"""The register on the desk. Its rows may be saved by their form; triggers keep the history."""

from typing import Any

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest

from accounts.rights import Right, teams_with
from register import models


class RegisterAdmin(admin.ModelAdmin):
    """Anybody on the desk may read; evidence editors and owners may write; nobody deletes."""

    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return request.user.is_authenticated

    def has_add_permission(self, request: HttpRequest) -> bool:
        return teams_with(request.user, Right.EDIT_REGISTER).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class Inline(admin.TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return request.user.is_authenticated

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return teams_with(request.user, Right.EDIT_REGISTER).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    has_delete_permission = has_change_permission


class DomainInline(Inline):
    model = models.CompanyDomain


class EventInline(Inline):
    model = models.CommitmentEvent


class CountInline(Inline):
    model = models.CountReport


@admin.register(models.Source)
class SourceAdmin(RegisterAdmin):
    list_display = ["title", "site", "date"]
    search_fields = ["key", "title", "site"]


@admin.register(models.Company)
class CompanyAdmin(RegisterAdmin):
    list_display = ["name", "ticker", "is_fictional"]
    list_filter = ["is_fictional"]
    search_fields = ["name", "ticker"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [DomainInline]


@admin.register(models.Agency)
class AgencyAdmin(RegisterAdmin):
    list_display = ["name", "kind", "place", "is_fictional"]
    list_filter = ["is_fictional", "kind"]
    search_fields = ["name", "place"]


@admin.register(models.Contract)
class ContractAdmin(RegisterAdmin):
    list_display = ["product", "agency", "company", "starts", "ends", "confidence"]
    list_filter = ["confidence", "is_fictional", "company"]
    list_select_related = ["agency", "company"]
    search_fields = ["product", "agency__name", "company__name"]
    autocomplete_fields = ["company", "agency", "source"]


@admin.register(models.Commitment)
class CommitmentAdmin(RegisterAdmin):
    list_display = ["entity", "instrument", "kind", "announced", "starts", "ends", "confidence"]
    list_filter = ["kind", "confidence"]
    search_fields = ["entity", "instrument"]
    autocomplete_fields = ["company", "source"]
    inlines = [EventInline]


@admin.register(models.PastPetition)
class PastPetitionAdmin(RegisterAdmin):
    list_display = ["name", "company", "date"]
    list_select_related = ["company"]
    search_fields = ["name"]
    inlines = [CountInline]


@admin.register(models.Vote)
class VoteAdmin(RegisterAdmin):
    list_display = ["proposal", "company", "meeting_on", "percent_for", "confidence"]
    list_select_related = ["company"]
    search_fields = ["proposal"]
