"""The form that asks for an audit: the fields of one kind, in sections."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from evidence.errors import EvidenceRefused
from evidence.fields import PARAMETERS, SECTIONS
from evidence.kinds import Kind
from evidence.kinds.base import Words
from recognition_audit.thresholds import named
from register.models import Company

# Shown closed, since few need them.
CLOSED = ("rare",)
# One of these is needed, by most kinds.
EITHER = ("thresholds", "thresholds_a", "thresholds_b", "at_fmr")
# Choices and ticks say by themselves what it means to leave them alone.
SAID_TO_BE_OPTIONAL = (forms.CharField, forms.FileField, forms.IntegerField)
# What the library calls the same thing.
LAYOUTS = ("comparison_layout", "search_layout", "table_layout", "pair_layout")
AS_THEY_ARE = (
    "polarity", "reference", "contrasts", "seed", "ranks", "gallery", "sizes", "draws", "project",
    "attribute", "confidence_zero_is_missing", "metric", "percent_values",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of the form. is_closed : the reader opens it; never where something is wrong in it."""

    heading: Words
    fields: list[BoundField]
    is_closed: bool = False


class AuditForm(forms.Form):
    template_name = "evidence/audit/_form.html"

    title = forms.CharField(
        label=_("Title of the report"),
        max_length=200,
        help_text=_("Name the system, not a verdict."),
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)

    def __init__(self, *args: Any, kind: Kind, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for one in kind.inputs:
            self.fields[one.role] = forms.FileField(
                label=one.label, help_text=one.help, required=one.required
            )
        self.fields |= {name: PARAMETERS[name]() for name in kind.fields}
        for name in kind.optional:
            self.fields[name].required = False
        for name, field in self.fields.items():
            if not field.required and isinstance(field, SAID_TO_BE_OPTIONAL) and name not in EITHER:
                field.label_suffix = f" {_('(optional)')}{self.label_suffix}"
            if isinstance(field, forms.BooleanField):
                field.label_suffix = ""
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].initial = teams.first()
        if len(teams) == 1:
            self.fields["team"].widget = forms.HiddenInput()

    def sections(self) -> Iterator[Section]:
        """The fields in the order of the page."""
        yield Section("", [self[name] for name in ("title", "team") if not self[name].is_hidden])
        yield Section(_("The files"), [self[one.role] for one in self.kind.inputs])
        for name, (heading, names) in SECTIONS.items():
            fields = [self[one] for one in names if one in self.fields]
            if fields:
                closed = name in CLOSED and not any(field.errors for field in fields)
                yield Section(heading, fields, closed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        product, company = data.get("product"), data.get("company")
        if product and company and product.company != company:
            words = EvidenceRefused("other-company").words
            self.add_error("company", words)
        if not self.errors:
            for field, code in self.kind.faults(self.parameters(), self.files_given()):
                self.add_error(field, EvidenceRefused(code).words)
        return data

    def files_given(self) -> dict[str, Any]:
        """The chosen files by their role."""
        found = {one.role: self.cleaned_data.get(one.role) for one in self.kind.inputs}
        return {role: file for role, file in found.items() if file}

    def company(self) -> Company | None:
        """Who makes the system; a product under contract says it too."""
        product = self.cleaned_data.get("product")
        return product.company if product else self.cleaned_data.get("company")

    def product(self) -> str:
        chosen = self.cleaned_data.get("product")
        return chosen.product if chosen else ""

    def parameters(self) -> dict[str, Any]:
        """The keywords of the kind's maker, without what was left empty."""
        data = self.cleaned_data
        given = {name: data.get(name) for name in AS_THEY_ARE}
        given["layout"] = next((data[name] for name in LAYOUTS if data.get(name)), "")
        given["groups"] = [word.strip() for word in data["groups"].split(",") if word.strip()]
        given["columns"] = dict(data["columns"])
        given["labels"] = _told(source=data["labels"], limits=data["label_limits"])
        given["source"] = _told(citation=data["citation"], licence=data["licence"])
        if "name_a" in self.fields:
            given["systems"] = [self._system(side) for side in "ab"]
        else:
            company = self.company()
            name = _with_version(data["system"], data["version"])
            given["system"] = _told(name=name, vendor=company.name if company else "")
            given["thresholds"] = self._steps(data.get("thresholds"))
            given["at_fmr"] = data.get("at_fmr")
        # A seed may be 0.
        return {
            name: value
            for name, value in given.items()
            if value or (name == "seed" and value is not None)
        }

    def _system(self, side: str) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": _with_version(data[f"name_{side}"], data[f"version_{side}"]),
            "polarity": data[f"polarity_{side}"] or None,
            "thresholds": self._steps(data[f"thresholds_{side}"]),
            "at_fmr": data["at_fmr"],
        }

    def _steps(self, values: list[float] | None) -> list[dict[str, Any]]:
        origin = self.cleaned_data.get("origin") or "given"
        return [asdict(step) for step in named(values or [], [origin])]


def _told(**words: str | None) -> dict[str, str]:
    return {name: word for name, word in words.items() if word}


def _with_version(name: str, version: str) -> str:
    """One name, as the command line takes it, and as every figure says it."""
    return name if not version or version in name else f"{name} {version}"
