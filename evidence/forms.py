"""The form that asks for an audit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from evidence.models import AuditRun
from register.models import Company


class AuditForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the report"),
        max_length=200,
        help_text=_("Name the system, not a verdict."),
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("What the file holds"), choices=AuditRun.Kind.choices)
    scores = forms.FileField(
        label=_("File of scores or predictions"),
        help_text=_("CSV, TSV, JSON lines or Parquet; at most 200 MB."),
    )
    subjects = forms.FileField(
        label=_("Table of subjects, or of true labels"),
        required=False,
        help_text=_("Where the groups are not in the first file."),
    )
    failed = forms.FileField(label=_("Table of faces that were not found"), required=False)
    threshold = forms.FloatField(
        label=_("Threshold"), required=False, help_text=_("The score at which it says: the same.")
    )
    origin = forms.CharField(
        label=_("Where the threshold comes from"),
        required=False,
        max_length=100,
        help_text=_("For example: the vendor's default"),
    )
    at_fmr = forms.FloatField(
        label=_("Or: fix it at this false match rate"),
        required=False,
        min_value=0.000001,
        max_value=0.5,
        help_text=_("For example 0.01: one in a hundred, over all groups together."),
    )
    groups = forms.CharField(
        label=_("Groups"),
        required=False,
        max_length=100,
        help_text=_("Names of columns, for example: race, gender. Empty: as the file offers."),
    )
    system = forms.CharField(label=_("System tested, with version"), max_length=200)
    company = forms.ModelChoiceField(
        label=_("Made by"), queryset=Company.objects.all(), required=False
    )
    labels = forms.CharField(label=_("Who gave the group labels"), max_length=200, required=False)
    limits = forms.CharField(
        label=_("What this cannot say"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    citation = forms.CharField(label=_("Source of the data"), max_length=300, required=False)
    licence = forms.CharField(label=_("Licence of the data"), max_length=100, required=False)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].initial = teams.first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_verify = data.get("kind") == AuditRun.Kind.VERIFY
        if is_verify and data.get("threshold") is None and data.get("at_fmr") is None:
            self.add_error("threshold", _("Give a threshold, or a false match rate to fix one at."))
        if not is_verify and not data.get("subjects"):
            self.add_error("subjects", _("Predictions need the table of true labels."))
        return data

    def parameters(self) -> dict[str, Any]:
        """What `recognition_audit` is told, without what was left empty."""
        data = self.cleaned_data
        given = {
            "threshold": data["threshold"],
            "origin": data["origin"],
            "at_fmr": data["at_fmr"],
            "groups": [word.strip() for word in data["groups"].split(",") if word.strip()],
            "system": _told(name=data["system"], vendor=data["company"] and data["company"].name),
            "labels": _told(source=data["labels"], limits=data["limits"]),
            "source": _told(citation=data["citation"], licence=data["licence"]),
        }
        return {name: value for name, value in given.items() if value not in (None, "", [], {})}


def _told(**words: str | None) -> dict[str, str]:
    return {name: word for name, word in words.items() if word}
