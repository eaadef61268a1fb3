"""Petitions on the desk: written in forms, moved by buttons that are verbs."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models import User
from accounts.rights import Right, may, teams_with
from petitions import ledger
from petitions.actions import drafting, lifecycle
from petitions.actions.lifecycle import VERBS
from petitions.forms import TRANSITION_FORMS, TRANSITION_WORDS, DraftForm, NothingForm, TextForm
from petitions.models import Petition, State
from petitions.relations import Relation

# The verbs that lead on; the first of them that is allowed is the one filled button.
ONWARD = ("publish-version", "submit", "publish", "resume", "deliver", "answer")
TAGS = {State.OPEN: "ok", State.PAUSED: "warn", State.REJECTED: "warn", State.REMOVED: "warn"}


@admin.register(Petition)
class PetitionAdmin(admin.ModelAdmin):
    change_form_template = "petitions/desk/change_form.html"
    change_list_template = "petitions/desk/change_list.html"
    list_display = ["its_title", "its_state", "employees", "members_of_the_public"]
    list_filter = ["state", "team"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["slug", "versions__title"]
    ordering = ["-created_at"]
    actions = None

    # Who may do what: the table in accounts.rights, nothing else ------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return Petition.objects.visible_to(_user(request)).with_texts()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated

    def has_view_permission(self, request: HttpRequest, obj: Petition | None = None) -> bool:
        return obj is None or may(_user(request), Right.READ_PETITION, obj.team)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return teams_with(_user(request), Right.EDIT_PETITION).exists()

    def has_change_permission(self, request: HttpRequest, obj: Petition | None = None) -> bool:
        if obj is None:
            return True
        editable = obj.state in (State.DRAFT, State.OPEN, State.PAUSED)
        return editable and may(_user(request), Right.EDIT_PETITION, obj.team)

    def has_delete_permission(self, request: HttpRequest, obj: Petition | None = None) -> bool:  # noqa: ARG002
        return False

    # Writing ---------------------------------------------------------------------------------
    def get_form(
        self,
        request: HttpRequest,
        obj: Petition | None = None,
        change: bool = False,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Any:
        kind = TextForm if obj is not None and obj.state != State.DRAFT else DraftForm
        for_whom = {"actor": _user(request), "refusal": getattr(request, "refusal", None)}
        return type(kind.__name__, (kind,), for_whom)

    def get_fieldsets(self, request: HttpRequest, obj: Petition | None = None) -> Any:
        team = ["team"] if obj is None else []
        words = (None, {"fields": [*team, "title", "demand", "language", "evidence"]})
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ["its_title", "its_state"]})]
        if obj is not None and obj.state != State.DRAFT:
            return [words]
        target = (_("Whom it addresses"), {"fields": ["company", "addressee", "contract"]})
        signers = (
            _("Who may sign, and what is shown"),
            {
                "fields": [
                    "relations", "publication", "floor", "in_scope", "in_scope_source", "closes_on",
                ]
            },
        )  # fmt: skip
        proofs = (
            _("How people show their relation, and how long it is kept"),
            {"fields": ["methods", "review_days", "two_reviewers", "vouchers", "keep_days"]},
        )
        return [words, target, signers, proofs]

    def get_readonly_fields(self, request: HttpRequest, obj: Petition | None = None) -> list[str]:
        return [] if self.has_change_permission(request, obj) else ["its_title", "its_state"]

    def save_model(self, request: HttpRequest, obj: Petition, form: Any, change: bool) -> None:
        actor, now = _user(request), timezone.now()
        if not change:
            team = form.cleaned_data["team"]
            made = drafting.create(
                team=team, text=form.text(), particulars=form.particulars(), actor=actor, now=now
            )
            obj.pk = made.petition_id
            obj.slug, obj.team, obj._state.adding = made.slug, team, False
        elif obj.state == State.DRAFT:
            drafting.change(
                petition_id=obj.pk,
                text=form.text(),
                particulars=form.particulars(),
                actor=actor,
                now=now,
            )
        else:
            drafting.draft_version(petition_id=obj.pk, text=form.text(), actor=actor, now=now)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        petition = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = {"show_save_and_add_another": False}
        if petition:
            user = _user(request)
            context |= {
                "verbs": _verbs(user, petition),
                "may_reach": may(user, Right.REACH_SIGNERS, petition.team),
                "may_invite": may(user, Right.ISSUE_INVITATIONS, petition.team),
            }
        try:
            return super().changeform_view(
                request, object_id, form_url, context | (extra_context or {})
            )
        except Refused as refusal:
            # The verb refused after the form was valid and nothing was saved: show the form
            # again with what was typed, and say why.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(
                request, object_id, form_url, context | (extra_context or {})
            )

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        """Our own append-only records replace Django's log of the admin."""

    log_change = log_addition

    # Reading ---------------------------------------------------------------------------------
    @admin.display(description=_("Petition"))
    def its_title(self, petition: Petition) -> str:
        return petition.title

    @admin.display(description=_("State"), ordering="state")
    def its_state(self, petition: Petition) -> SafeString:
        kind = TAGS.get(State(petition.state), "")
        tag = '<span class="tag {}">{}</span> {}'
        return format_html(tag, kind, State(petition.state).label, petition.until)

    @admin.display(description=_("Verified employees"))
    def employees(self, petition: Petition) -> str:
        return _shown(petition, Relation.EMPLOYEE)

    @admin.display(description=_("Public"))
    def members_of_the_public(self, petition: Petition) -> str:
        return _shown(petition, Relation.PUBLIC)

    # Moving ----------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<uuid:petition_id>/do/<slug:verb>/",
            self.admin_site.admin_view(self.move),
            name="petitions_petition_move",
        )
        return [move, *super().get_urls()]

    def move(self, request: HttpRequest, petition_id: UUID, verb: str) -> HttpResponse:
        """Ask before a transition; act on POST."""
        petition = self.get_queryset(request).filter(pk=petition_id).first()
        if petition is None or verb not in _verbs_allowed(_user(request), petition):
            raise Http404
        typed = request.POST if request.method == "POST" else None
        form = TRANSITION_FORMS.get(verb, NothingForm)(typed)
        if request.method == "POST" and form.is_valid():
            try:
                _act(verb, petition, _user(request), form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.words)
            else:
                return redirect("admin:petitions_petition_change", petition.pk)
        words, question = TRANSITION_WORDS[verb]
        context = self.admin_site.each_context(request) | {
            "back": reverse("admin:petitions_petition_change", args=[petition.pk]),
            "kicker": petition.title,
            "form": form,
            "submit_words": words,
            "title": question,
            "opts": self.opts,
        }
        return render(request, "petitions/desk/ask.html", context)


def _act(verb: str, petition: Petition, actor: User, answers: dict[str, Any]) -> None:
    now = timezone.now()
    if verb == "publish-version":
        drafting.publish_version(petition_id=petition.pk, actor=actor, now=now)
    else:
        getattr(lifecycle, verb)(petition_id=petition.pk, actor=actor, now=now, **answers)


def _verbs_allowed(user: User, petition: Petition) -> list[str]:
    """The transitions that this person may make from this state, in the order of life."""
    allowed = [
        verb.name
        for verb in VERBS.values()
        if petition.state in verb.before and may(user, verb.right, petition.team)
    ]
    has_draft = petition.state in (State.OPEN, State.PAUSED) and petition.draft() is not None
    if has_draft and may(user, Right.MODERATE_PETITION, petition.team):
        allowed.insert(0, "publish-version")
    return allowed


def _verbs(user: User, petition: Petition) -> list[dict[str, Any]]:
    allowed = _verbs_allowed(user, petition)
    onward = next((name for name in allowed if name in ONWARD), None)
    return [
        {
            "name": name,
            "is_next": name == onward,
            "words": TRANSITION_WORDS[name][0],
            "url": reverse("admin:petitions_petition_move", args=[petition.pk, name]),
        }
        for name in allowed
    ]


def _shown(petition: Petition, relation: Relation) -> str:
    """The count as the public page shows it: the desk knows no better number."""
    if not petition.is_published:
        return "–"
    for row in ledger.statement(petition).rows:
        if row.relation == relation:
            return f"{row.total:,}" if row.total is not None else str(_("below the floor"))
    return "–"


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
