"""Legal holds, erasures and legal demands on the desk."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import ByVerbs
from accounts.errors import Refused
from accounts.models import User
from accounts.rights import Right
from petitions.actions import demands, holding
from petitions.actions.demands import Demand
from petitions.admin.records import ReadOnlyAdmin, petitions_with
from petitions.forms import NothingForm
from petitions.models import HoldReference, Petition, Version
from privacy.models import Erasure, LegalDemand, LegalHold
from privacy.models.demands import DEMAND_WORDS_MAX
from privacy.models.holds import HOLD_WORDS_MAX

REFERENCE_MAX = 500


def _actor(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _is_host(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def _title_of(scope: UUID | None) -> str:
    if scope is None:
        return str(_("the whole site"))
    version = Version.objects.filter(petition=scope).order_by("-number").first()
    return version.title if version else str(scope)


def _title(petition: Petition) -> str:
    return petition.title


class HoldForm(forms.ModelForm):
    petition = forms.ModelChoiceField(
        label=_("Petition"), queryset=Petition.objects.none(), required=False
    )
    whole_site = forms.BooleanField(
        label=_("Hold the whole site: nothing of any petition is erased"), required=False
    )
    words = forms.CharField(
        label=_("Why, in words that everybody can read"),
        max_length=HOLD_WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the petition’s page as long as the hold lasts, and afterwards."),
    )
    reference = forms.CharField(
        label=_("Reference, for yourselves"),
        max_length=REFERENCE_MAX,
        required=False,
        help_text=_("The number of the case, for example. It is encrypted and shown here only."),
    )

    # The admin makes a form class for each request and says here what may be chosen.
    choices: QuerySet[Petition] | None = None
    may_hold_all = False

    class Meta:
        model = LegalHold
        fields = ["ground"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["petition"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = self.choices
        field.label_from_instance = _title  # type: ignore[assignment, method-assign]
        if not self.may_hold_all:
            del self.fields["whole_site"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("petition")) == bool(data.get("whole_site")):
            self.add_error("petition", _("Choose one petition, or the whole site."))
        return data


@admin.register(LegalHold)
class LegalHoldAdmin(ByVerbs):
    """Set by a form, lifted by a button, never edited."""

    change_form_template = "petitions/desk/hold.html"
    list_display = ["since", "what", "ground", "ended_at"]
    ordering = ["-since"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalHold]:
        if _is_host(request):
            return LegalHold.objects.all()
        scopes = petitions_with(request, Right.SET_LEGAL_HOLD).values("pk")
        return LegalHold.objects.filter(Q(scope__in=scopes) | Q(scope=None))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_host(request) or petitions_with(request, Right.SET_LEGAL_HOLD).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        choices = petitions_with(request, Right.SET_LEGAL_HOLD).prefetch_related("versions")
        bound = {"choices": choices.order_by("slug"), "may_hold_all": _is_host(request)}
        return type("HoldForm", (HoldForm,), bound)

    def get_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> list[Any]:
        if obj is None:
            whole = ["whole_site"] if _is_host(request) else []
            return ["petition", *whole, "ground", "words", "reference"]
        # Who cannot lift it, because the host set it, has no business with the host's case either.
        own = ["its_reference"] if holding.may_lift(_actor(request), obj) else []
        return ["what", "ground", "words", *own, "since", "ended_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> list[str]:  # noqa: ARG002
        return [] if obj is None else ["what", "its_reference"]

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:  # noqa: ARG002
        data = form.cleaned_data
        held = holding.set_hold(
            petition_id=data["petition"].pk if data["petition"] else None,
            ground=data["ground"],
            words=data["words"],
            reference=data["reference"],
            actor=_actor(request),
            now=timezone.now(),
        )
        obj.pk, obj._state.adding = held.hold_id, False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        hold = self.get_object(request, object_id)
        can_lift = hold and hold.is_in_force and holding.may_lift(_actor(request), hold)
        context = {"can_lift": can_lift} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        lift = path(
            "<uuid:hold_id>/lift/",
            self.admin_site.admin_view(self.lift),
            name="privacy_legalhold_lift",
        )
        return [lift, *super().get_urls()]

    def lift(self, request: HttpRequest, hold_id: UUID) -> HttpResponse:
        """Ask before lifting; act on POST."""
        hold = self.get_queryset(request).filter(pk=hold_id, ended_at=None).first()
        if hold is None or not holding.may_lift(_actor(request), hold):
            raise Http404
        form = NothingForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                holding.lift_hold(hold_id=hold_id, actor=_actor(request), now=timezone.now())
            except Refused as refusal:
                form.add_error(None, refusal.words)
            else:
                return redirect("admin:privacy_legalhold_change", hold_id)
        context = self.admin_site.each_context(request) | {
            "back": reverse("admin:privacy_legalhold_change", args=[hold_id]),
            "form": form,
            "opts": self.opts,
            "title": _("Lift this hold?"),
            "words": _(
                "What is due is erased at the next nightly run, and so is every signer who asked "
                "for it meanwhile."
            ),
            "kicker": _title_of(hold.scope),
            "submit_words": _("Lift the hold"),
        }
        return render(request, "petitions/desk/ask.html", context)

    @admin.display(description=_("what is held"))
    def what(self, hold: LegalHold) -> str:
        return _title_of(hold.scope)

    @admin.display(description=_("reference"))
    def its_reference(self, hold: LegalHold) -> str:
        beside = HoldReference.objects.filter(hold=hold).first()
        return beside.reveal_words() if beside else "–"


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """What retention erased; the exact counts are for the host alone, since they tell staff's."""

    list_display = ["which", "begun_on", "erased_on", "problem"]
    fields = ["which", "begun_on", "erased_on", "rows", "entry", "problem"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Erasure]:
        return Erasure.objects.all() if _is_host(request) else Erasure.objects.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return _is_host(request)

    @admin.display(description=_("petition"))
    def which(self, erasure: Erasure) -> str:
        return _title_of(erasure.scope)


class DemandForm(forms.ModelForm):
    source = forms.URLField(
        label=_("Where it can be read"),
        required=False,
        assume_scheme="https",
        help_text=_("Where the demand or its answer is published, if it is."),
    )

    class Meta:
        model = LegalDemand
        fields = ["received_on", "asker", "asked", "given", "answer", "told", "source"]
        widgets = {
            "received_on": forms.DateInput(attrs={"type": "date"}),
            "asked": forms.Textarea(attrs={"rows": 4, "maxlength": DEMAND_WORDS_MAX}),
            "answer": forms.Textarea(attrs={"rows": 4, "maxlength": DEMAND_WORDS_MAX}),
        }
        help_texts = {
            "asked": _("Name no person. Everybody can read this once it is published."),
        }


@admin.register(LegalDemand)
class LegalDemandAdmin(ByVerbs):
    """The host's register of legal demands."""

    change_form_template = "petitions/desk/demand.html"
    form = DemandForm
    list_display = ["received_on", "asker", "given", "told", "published_on"]
    ordering = ["-received_on"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_host(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return _is_host(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_host(request)

    def save_model(self, request: HttpRequest, obj: LegalDemand, form: Any, change: bool) -> None:
        names = DemandForm.Meta.fields
        demand = Demand(**{name: form.cleaned_data[name] for name in names})
        actor, now = _actor(request), timezone.now()
        if change:
            demands.change(demand_id=obj.pk, demand=demand, actor=actor, now=now)
        else:
            entered = demands.enter(demand=demand, actor=actor, now=now)
            obj.pk, obj._state.adding = entered.demand_id, False

    def get_urls(self) -> list[URLPattern]:
        publish = path(
            "<int:demand_id>/publish/",
            self.admin_site.admin_view(self.publish),
            name="privacy_legaldemand_publish",
        )
        return [publish, *super().get_urls()]

    def publish(self, request: HttpRequest, demand_id: int) -> HttpResponse:
        """Ask before publishing; act on POST."""
        demand = LegalDemand.objects.filter(pk=demand_id, published_on=None).first()
        if demand is None or not _is_host(request):
            raise Http404
        form = NothingForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                demands.publish(demand_id=demand_id, actor=_actor(request), now=timezone.now())
            except Refused as refusal:
                form.add_error(None, refusal.words)
            else:
                return redirect("admin:privacy_legaldemand_change", demand_id)
        context = self.admin_site.each_context(request) | {
            "back": reverse("admin:privacy_legaldemand_change", args=[demand_id]),
            "form": form,
            "opts": self.opts,
            "title": _("Publish this demand?"),
            "words": _("Everybody can read it then. It can be corrected, but not hidden again."),
            "kicker": str(demand),
            "submit_words": _("Publish"),
        }
        return render(request, "petitions/desk/ask.html", context)
