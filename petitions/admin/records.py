"""Records that organisers can read and nobody can edit: transitions and the access log."""

from typing import Any

from django.contrib import admin
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, teams_with
from petitions.models import Correction, Petition, Transition, Version
from privacy.models import AccessRecord
from privacy.verbs import VERBS


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list that nobody adds to, changes or deletes from here."""

    actions = None
    show_facets = admin.ShowFacets.NEVER

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = self.get_queryset(request)
        return allowed.filter(pk=obj.pk).exists() if obj else request.user.is_authenticated

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


def petitions_with(request: HttpRequest, right: Right) -> QuerySet[Petition]:
    user = request.user
    if not isinstance(user, User):
        return Petition.objects.none()
    return Petition.objects.filter(team__in=teams_with(user, right))


class VerbFilter(admin.SimpleListFilter):
    """By what was done, in words."""

    title = _("what was done")
    parameter_name = "verb"
    before = ""  # what stands before the verb in the access log's name for it

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = model_admin.get_queryset(request).order_by("verb").values_list("verb", flat=True)
        return [(name, str(VERBS.get(self.before + name, name))) for name in used.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        return queryset.filter(verb=self.value()) if self.value() else queryset


class TransitionVerbFilter(VerbFilter):
    before = "petition."


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "what", "which"]
    list_filter = [VerbFilter]
    fields = ["at", "who", "what", "which", "detail"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessRecord]:
        scopes = petitions_with(request, Right.READ_ACCESS_LOG).values("pk")
        # The access log names people by id: it outlives their accounts.
        actor = User.objects.filter(pk=OuterRef("actor_id"))
        said = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
        name = actor.annotate(said=said).values("said")
        titles = Version.objects.filter(petition=OuterRef("scope")).order_by("-number")
        return AccessRecord.objects.filter(scope__in=scopes).annotate(
            said=Subquery(name), title=Subquery(titles.values("title")[:1])
        )

    @admin.display(description=_("who"))
    def who(self, record: Any) -> str:
        return record.said or str(_("a rule"))

    @admin.display(description=_("what was done"), ordering="verb")
    def what(self, record: AccessRecord) -> str:
        return record.words

    @admin.display(description=_("of which petition"))
    def which(self, record: Any) -> str:
        return record.title or record.subject


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ["at", "its_title", "what", "words", "actor"]
    list_filter = [TransitionVerbFilter]
    list_select_related = ["petition", "actor"]
    fields = ["at", "its_title", "what", "before", "after", "reason", "words", "actor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transition]:
        titles = Version.objects.filter(petition=OuterRef("petition")).order_by("-number")
        own = Transition.objects.filter(petition__in=petitions_with(request, Right.READ_PETITION))
        return own.annotate(title=Subquery(titles.values("title")[:1]))

    @admin.display(description=_("petition"))
    def its_title(self, transition: Any) -> str:
        return transition.title

    @admin.display(description=_("what was done"), ordering="verb")
    def what(self, transition: Transition) -> str:
        return str(VERBS[f"petition.{transition.verb}"])


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["at", "petition", "relation", "proof", "was", "now_is"]
    list_select_related = ["petition"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        return Correction.objects.filter(petition__in=petitions_with(request, Right.READ_COUNTS))
