"""The fields that kinds of audits choose from, by name, and the pieces that they are made of."""

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from recognition_audit.metrics import METRICS
from register.models import Company, Contract

NUMBERS_MAX = 20
LINES_MAX = 200
LINES_CHARACTERS_MAX = 20_000
GALLERY_MAX = 10**9
SEED_MAX = 2**32 - 1


class Numbers(forms.CharField):
    """Numbers with blanks between them. A comma could be either a point or a separator."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a number."),
        "whole": _("Enter whole numbers, with blanks between them."),
        "comma": _("Write numbers with a point, as in 0.6, and several with blanks between them."),
        "twice": _("A number stands twice."),
        "many": _("These are too many numbers."),
    }

    def __init__(self, *, low: float, high: float, whole: bool = False, **options: Any) -> None:
        super().__init__(required=False, max_length=NUMBERS_MAX * 24, **options)
        self.whole = whole
        self.of_each = [MinValueValidator(low), MaxValueValidator(high)]

    def clean(self, value: Any) -> list[float]:
        words = super().clean(value).replace(", ", " ").split()
        if len(words) > NUMBERS_MAX:
            raise self._wrong("many")
        numbers = [self._number(word) for word in words]
        if len(set(numbers)) < len(numbers):
            raise self._wrong("twice")
        for number in numbers:
            for validator in self.of_each:
                validator(number)
        return numbers

    def _number(self, word: str) -> float:
        if "," in word:
            raise self._wrong("comma")
        try:
            number = int(word) if self.whole else float(word)
            is_finite = math.isfinite(number)
        except (ValueError, OverflowError) as error:
            raise self._wrong("whole" if self.whole else "invalid") from error
        if not is_finite:
            raise self._wrong("invalid")
        return number

    def _wrong(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)


class Pairs(forms.CharField):
    """Two words a line, with a sign between them: a list of pairs."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, sign: str, example: str, **options: Any) -> None:
        super().__init__(required=False, max_length=LINES_CHARACTERS_MAX, **options)
        self.sign, self.example = sign, example

    def clean(self, value: Any) -> list[tuple[str, str]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINES_MAX:
            raise forms.ValidationError(_("These are too many lines."))
        return [self._pair(line.strip()) for line in lines]

    def _pair(self, line: str) -> tuple[str, str]:
        first, _sign, second = (part.strip() for part in line.partition(self.sign))
        if not (first and second):
            raise forms.ValidationError(
                _("“%(line)s”: write one a line, as in “%(example)s”."),
                params={"line": line[:60], "example": self.example},
            )
        return first, second


class ProductField(forms.ModelChoiceField):
    """The products that the register knows contracts of, each once."""

    def label_from_instance(self, contract: Contract) -> str:
        return f"{contract.company.name}: {contract.product}"


def _text(label: Any, help_text: Any = "", *, required: bool = False, most: int = 200) -> Any:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most)


def _choice(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> Any:
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=False)


def _polarity(label: Any) -> Callable[[], Any]:
    return lambda: _choice(
        label,
        [
            ("", _("as the column’s name says")),
            ("distance", _("distances: small means alike")),
            ("similarity", _("similarities: large means alike")),
        ],
    )


def _layout(**layouts: Any) -> Callable[[], Any]:
    return lambda: _choice(
        _("How the file is laid out"), [("", _("as its columns say")), *layouts.items()]
    )


def _thresholds(label: Any) -> Callable[[], Any]:
    help_text = _("From this score on it says: the same person. Several with blanks between them.")
    return lambda: Numbers(label=label, help_text=help_text, low=-1e12, high=1e12)


def _whole(label: Any, help_text: Any, low: int, high: int) -> Callable[[], Any]:
    return lambda: forms.IntegerField(
        label=label, help_text=help_text, required=False, min_value=low, max_value=high
    )


def _tick(label: Any) -> Callable[[], Any]:
    return lambda: forms.BooleanField(label=label, required=False)


PAIRS, MATRIX = _("one comparison a row"), _("the upper triangle of a matrix")
TEMPLATES = _("templates, one picture a row")

# By section of the form, in which order and under which headings a page shows them.
SECTIONS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "tested": (
        _("What was tested"),
        ("name_a", "version_a", "name_b", "version_b", "system", "version", "company", "product"),
    ),
    "measured": (
        _("What is measured"),
        (
            "polarity", "polarity_a", "thresholds_a", "polarity_b", "thresholds_b", "thresholds",
            "origin", "at_fmr", "ranks", "gallery", "sizes", "draws", "project",
            "attribute", "confidence_zero_is_missing", "metric", "percent_values",
        ),
    ),
    "groups": (
        _("The groups"), ("groups", "labels", "label_limits", "reference", "contrasts"),
    ),
    "source": (_("Where the data come from"), ("citation", "licence")),
    "rare": (
        _("For unusual files"),
        ("comparison_layout", "search_layout", "table_layout", "pair_layout", "columns", "seed"),
    ),
}  # fmt: skip

PARAMETERS: Mapping[str, Callable[[], Any]] = {
    "polarity": _polarity(_("The scores are")),
    "polarity_a": _polarity(_("The scores of the first system are")),
    "polarity_b": _polarity(_("The scores of the second system are")),
    "thresholds": _thresholds(_("Threshold")),
    "thresholds_a": _thresholds(_("Threshold of the first system")),
    "thresholds_b": _thresholds(_("Threshold of the second system")),
    "origin": lambda: _text(
        _("Where the threshold comes from"), _("For example: the vendor's default"), most=100
    ),
    "at_fmr": lambda: Numbers(
        label=_("Or: fix it at this false match rate"),
        help_text=_("For example 0.01: one in a hundred, over all groups together."),
        low=0.000001,
        high=0.5,
    ),
    "ranks": lambda: Numbers(
        label=_("Ranks"),
        help_text=_("Found means: among the first so many candidates. Empty: the first one."),
        low=1,
        high=GALLERY_MAX,
        whole=True,
    ),
    "gallery": _whole(_("People in the gallery"), _("Where no column says so."), 1, GALLERY_MAX),
    "sizes": lambda: Numbers(
        label=_("Sizes of galleries to draw"),
        help_text=_("Of a matrix. For example: 100 500"),
        low=1,
        high=GALLERY_MAX,
        whole=True,
    ),
    "draws": _whole(_("How many galleries of each size"), _("Empty: 100."), 1, 10_000),
    "project": _tick(_("Add what one-to-one rates would predict, marked as a projection")),
    "attribute": lambda: forms.CharField(
        label=_("What is predicted"), initial="gender", max_length=60
    ),
    "confidence_zero_is_missing": _tick(
        _("A face confidence of 0 means that no face was found (as DeepFace writes it)")
    ),
    "metric": lambda: _choice(
        _("What the errors are"),
        [
            ("", _("as a column says, or wrong answers")),
            *((name, f"{one.title} ({name})") for name, one in METRICS.items()),
        ],
    ),
    "percent_values": _tick(_("The rates are percentages")),
    "groups": lambda: _text(
        _("Groups"),
        _("Names of columns, for example: race, gender. Empty: as the file offers."),
        most=200,
    ),
    "labels": lambda: _text(
        _("Who gave the group labels"), _("The people themselves, observers, a program?")
    ),
    "label_limits": lambda: forms.CharField(
        label=_("What this cannot say"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "reference": lambda: _text(
        _("Compare every group with this one"),
        _("Named before looking, as in: White · Male. Empty: all pairs are explored."),
    ),
    "contrasts": lambda: Pairs(
        label=_("Pairs of groups named before looking"),
        help_text=_("One a line, as in: Black · Female / White · Male"),
        sign=" / ",
        example="Black · Female / White · Male",
    ),
    "system": lambda: _text(_("System tested"), required=True, most=120),
    "version": lambda: _text(_("Version"), _("As exactly as you know it."), most=70),
    "name_a": lambda: _text(_("First system"), required=True, most=60),
    "version_a": lambda: _text(_("Version of the first"), most=30),
    "name_b": lambda: _text(_("Second system"), required=True, most=60),
    "version_b": lambda: _text(_("Version of the second"), most=30),
    "company": lambda: forms.ModelChoiceField(
        label=_("Made by"),
        queryset=Company.objects.all(),
        empty_label=_("a maker that is not in the register"),
        required=False,
    ),
    "product": lambda: ProductField(
        label=_("Product under contract that this tests"),
        help_text=_(
            "Only if it is the very product. Beside every other contract the report says that it "
            "tests another system."
        ),
        queryset=Contract.objects.select_related("company")
        .order_by("company__name", "product", "pk")
        .distinct("company__name", "product"),
        empty_label=_("none: another system"),
        required=False,
    ),
    "citation": lambda: _text(_("Source of the data"), most=300),
    "licence": lambda: _text(_("Licence of the data"), most=100),
    "comparison_layout": _layout(
        pairs=PAIRS, matrix=MATRIX, embeddings=TEMPLATES, bob=_("score file of bob")
    ),
    "search_layout": _layout(searches=_("one search a row"), matrix=MATRIX, embeddings=TEMPLATES),
    "table_layout": _layout(counts=_("errors and number tested"), rates=_("rates only")),
    "pair_layout": _layout(pairs=PAIRS, matrix=MATRIX),
    "columns": lambda: Pairs(
        label=_("Which column holds what"),
        help_text=_("One a line, as in: score = vgg_dist. Empty: by the usual names."),
        sign="=",
        example="score = vgg_dist",
    ),
    "seed": _whole(_("Seed of the resampling"), _("Empty: the usual one."), 0, SEED_MAX),
}
