"""Forms of the desk. They clean into the domain's types, so that no verb parses text."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models import Team, User
from accounts.rights import Right, teams_with
from evidence.models import Report
from petitions.actions.drafting import Particulars, Text, check_particulars
from petitions.errors import PetitionRefused
from petitions.models import Petition, Publication, Reason
from petitions.policy import (
    DEMAND_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    SMALL_CELL_FLOOR,
    SMALL_CELL_FLOOR_MIN,
    TITLE_CHARACTERS_MAX,
)
from petitions.relations import Relation
from proofs.methods.base import METHODS, default_methods
from register.models import Company


class TextForm(forms.ModelForm):
    """The words of the next version, and the evidence under them."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_CHARACTERS_MAX)
    demand = forms.CharField(
        label=_("Demand"),
        max_length=DEMAND_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Markdown: **bold**, lists, quotes, [words](https://address)."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    evidence = forms.ModelMultipleChoiceField(
        label=_("Evidence cited"),
        queryset=Report.objects.none(),
        to_field_name="sha256",
        required=False,
        help_text=_("Published reports. They are cited by their content, so they cannot change."),
    )

    # The admin makes a form class for each request and says here for whom, and what a verb refused.
    actor: User | None = None
    refusal: Refused | None = None

    class Meta:
        model = Petition
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = Report.objects.published()  # type: ignore[attr-defined]
        version = None
        if self.instance.pk and not self.instance._state.adding:
            version = self.instance.draft() or self.instance.text
        if version:
            self.initial = dict(self.initial) | {
                "title": version.title,
                "demand": version.demand,
                "language": version.language,
                "evidence": [citation.report_id for citation in version.citations.all()],
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.refusal:
            self.add_error(None, self.refusal.words)
        return data

    def text(self) -> Text:
        data = self.cleaned_data
        hashes = [report.sha256 for report in data["evidence"]]
        return Text(data["title"], data["demand"], data["language"], hashes)


class DraftForm(TextForm):
    """A draft: its words and its particulars."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    company = forms.ModelChoiceField(label=_("Company addressed"), queryset=Company.objects.all())
    addressee = forms.CharField(
        label=_("Who is addressed there"), max_length=120, initial=_("the board")
    )
    relations = forms.MultipleChoiceField(
        label=_("Who may sign"),
        choices=Relation.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Relation.EMPLOYEE, Relation.PUBLIC],
    )
    publication = forms.ChoiceField(
        label=_("How staff counts are published"),
        choices=Publication.choices,
        initial=Publication.BATCHED,
        help_text=_("“At once” lets an employer match a step of the count with a moment."),
    )
    floor = forms.IntegerField(
        label=_("Floor for small counts"),
        min_value=SMALL_CELL_FLOOR_MIN,
        max_value=1000,
        initial=SMALL_CELL_FLOOR,
    )
    closes_on = forms.DateField(
        label=_("Closes on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    methods = forms.MultipleChoiceField(
        label=_("How people may show their relation"),
        choices=lambda: [(name, way.label) for name, way in METHODS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=default_methods,
        required=False,
        help_text=_("Each signer sees the risk of each way before choosing one."),
    )

    class Meta:
        model = Petition
        fields = [
            "contract", "in_scope", "in_scope_source", "review_days", "two_reviewers", "vouchers",
            "keep_days",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = teams_with(self.actor, Right.EDIT_PETITION).order_by("pk")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.initial = {"team": teams.first()} | dict(self.initial)
        petition = self.instance
        if petition.pk and not petition._state.adding:
            del self.fields["team"]  # it stays with the team that began it
            self.initial = dict(self.initial) | {
                "company": petition.target.company_id,
                "addressee": petition.target.addressee,
                "relations": petition.relations,
                "publication": petition.publication,
                "floor": petition.floor,
                "closes_on": petition.closes_on,
                "methods": petition.methods,
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            try:
                check_particulars(self.particulars(), timezone.now())
            except PetitionRefused as refusal:
                place = "closes_on" if refusal.code.startswith("closing-day") else None
                self.add_error(place, refusal.words)
        return data

    def particulars(self) -> Particulars:
        names = (
            "company", "addressee", "relations", "contract", "publication", "floor", "in_scope",
            "in_scope_source", "closes_on", "methods", "review_days", "two_reviewers", "vouchers",
            "keep_days",
        )  # fmt: skip
        return Particulars(**{name: self.cleaned_data[name] for name in names})


class NothingForm(forms.Form):
    """A transition that needs no words."""


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("In a sentence or two; everybody can read this"),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RejectForm(WordsForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)
    field_order = ["reason", "words"]


class PublishForm(forms.Form):
    closes_on = forms.DateField(
        label=_("Closes on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty to close by hand."),
    )


TRANSITION_FORMS: dict[str, type[forms.Form]] = {
    "publish": PublishForm,
    "reject": RejectForm,
    "deliver": WordsForm,
    "answer": WordsForm,
    "remove": WordsForm,
}

# The verb on its button, and the page's question.
TRANSITION_WORDS = {
    "submit": (_("Submit for moderation"), _("Submit this petition?")),
    "revise": (_("Take back to work on it"), _("Take this petition back?")),
    "publish": (_("Publish"), _("Publish this petition? Its text can never change afterwards.")),
    "publish-version": (
        _("Publish the new version"),
        _("Publish the new version? People sign it from now on."),
    ),
    "reject": (_("Reject"), _("Reject this petition?")),
    "pause": (_("Pause"), _("Stop taking signatures for a while?")),
    "resume": (_("Resume"), _("Take signatures again?")),
    "close": (_("Close"), _("End signing?")),
    "deliver": (_("Record the delivery"), _("How was it handed over?")),
    "answer": (_("Record the answer"), _("What did they answer?")),
    "archive": (_("Archive"), _("Put this petition away?")),
    "remove": (_("Remove"), _("Take this page down for good?")),
}
