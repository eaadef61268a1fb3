"""How a report names people, rates and metrics, in every form in which it is read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import Any

from recognition_audit.limits import CONFIDENCE_LEVEL
from recognition_audit.measures import MEASURES
from recognition_audit.metrics import METRICS

BETWEEN = " · "
WOMEN = frozenset({"female", "females", "f", "woman", "women"})
MEN = frozenset({"male", "males", "m", "man", "men"})
# What an axis is about, by its name without signs; any other is named as it stands.
GENDER = frozenset({"gender", "sex"})
PEOPLES = frozenset({"race", "ethnicity", "ethnicgroup", "raceethnicity", "population"})
SKIN = frozenset({"skin", "skintype", "skintone", "fitzpatrick"})
AGE = frozenset({"age", "agegroup", "ageband"})
PLACES = frozenset({"country", "countryofbirth", "nationality"})
ADULT_YEARS = 18
SCORE_DIGITS, MOST_DIGITS = 4, 10
ROUNDED_BY_MAX = 0.01
# Words for metrics that no other file registers here.
TITLES = {
    "EER": "Equal error rate",
    "d_prime": "d′, the distance of the two kinds of scores",
}


def score(value: float, other: float | None, kind: str) -> str:
    """A threshold with the digits that tell it from another, at least four: never a laxer one.

    Rounding moves it by no more than a hundredth of how far the two are apart.
    kind : "distance" (rounded down) or "similarity" (rounded up).

    >>> score(0.48578, 0.6, "distance"), score(1000.10651, 1000.1, "similarity")
    ('0.4857', '1000.10651')
    """
    ways = Context(rounding=ROUND_FLOOR if kind == "distance" else ROUND_CEILING)
    for digits in range(SCORE_DIGITS, MOST_DIGITS + 1):
        ways.prec = digits
        told = ways.create_decimal(repr(value))
        if other is None or abs(float(told) - value) <= abs(value - other) * ROUNDED_BY_MAX:
            break
    return f"{float(told):.{MOST_DIGITS}g}"


def counted(row: Mapping[str, Any], more: str = "") -> str:
    """Errors of trials with their share: “31 of 2,000 (1.55 %)”; more : after the share."""
    return f"{row['errors']:,} of {row['trials']:,} ({percent(row['value'])}{more})"


def percent(share: float) -> str:
    """Two or three digits that count, as a reader would say it: “24.8 %”, “0.054 %”."""
    value = share * 100
    if value == 0:
        return "0 %"
    if value < 1:
        return f"{_plain(float(f'{value:.2g}'))} %"
    digits = 1 if 10 <= value < 99.95 else 2  # noqa: PLR2004 - 24.8 %, 2.65 %, 99.97 %
    while value < 100 <= round(value, digits):  # noqa: PLR2004 - nearly all is not all
        digits += 1
    return f"{_plain(round(value, digits))} %"


def _plain(value: float) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{value:.12f}".rstrip("0")
    return text.rstrip(".")


def interval(ci: Mapping[str, Any]) -> str:
    """The ends of an interval of shares: “21.4 to 28.4 %”; a lower bound of one says so."""
    ends = f"{percent(ci['lo']).removesuffix(' %')} to {percent(ci['hi'])}"
    return f"at least {ends}" if is_too_narrow(ci) else ends


def is_too_narrow(ci: Mapping[str, Any]) -> bool:
    """Whether the truth is wider: then it may not be called an interval of 95 %."""
    return str(ci["method"]).startswith("at least")


def intervals(rows: Iterable[Mapping[str, Any]]) -> str:
    """What the intervals of some rows may be called: “95 % intervals”."""
    found = [row["ci"] for row in rows if row["ci"]]
    if any(is_too_narrow(ci) for ci in found):
        return "intervals that are wider in truth (no subject ids)"
    levels = sorted({ci["level"] for ci in found}) or [CONFIDENCE_LEVEL]
    return f"{' or '.join(f'{level * 100:g} %' for level in levels)} intervals"


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign: “+23.4”, “−0.5”, “0”."""
    size = percent(abs(share)).removesuffix(" %")
    return size if size == "0" else f"{'−' if share < 0 else '+'}{size}"


def number(value: float) -> str:
    """A plain number of a ratio or an index: “107”, “40.5”, “1.89”, “0.41”."""
    size = abs(value)
    if size >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return _plain(round(value, 1)) if size >= 10 else _plain(float(f"{value:.3g}"))  # noqa: PLR2004


def numbers(ci: Mapping[str, Any] | None) -> str:
    """The ends of an interval of ratios; an end may be open."""
    if not ci:
        return ""
    return f"{number(ci['lo'])} to {'any' if ci['hi'] is None else number(ci['hi'])}"


def people(group: str, axes: Sequence[str]) -> str:
    """A group as one would name its people: “Black women”, “people of skin type 6”.

    >>> people("Black · Female", ["race", "gender"])
    'Black women'
    >>> people("6", ["skin"]), people("North", ["region"])
    ('people of skin type 6', 'people of region North')
    """
    values = group.split(BETWEEN)
    if group == "all":
        return "people"
    if not axes:
        return _noun(group) or f"people labelled {_tidy(group)}"
    noun, before, after = "people", [], []
    ages = _ages(values, axes)
    for axis, value in zip(axes, values, strict=False):
        kind = re.sub(r"[^a-z]", "", axis.lower())
        if kind in GENDER:
            noun = _noun(value, ages) or f"{_tidy(value).lower()} people"
        elif kind in PEOPLES and value.lower().startswith("people "):
            after.append(_tidy(value)[len("people ") :])
        elif kind in PEOPLES:
            before.append(_tidy(value).removesuffix(" people"))
        elif kind in SKIN and not re.fullmatch(r"\d+|[IVX]+", value):
            before.append(f"{_tidy(value).lower()}-skinned")
        else:
            after.append(_after(kind, axis, value))
    return " ".join([*before, noun, *after])


def _noun(value: str, ages: tuple[int, int] | None = None) -> str:
    plain = value.lower()
    if plain not in WOMEN | MEN:
        return ""
    adults, children = ("women", "girls") if plain in WOMEN else ("men", "boys")
    if not ages or ages[0] >= ADULT_YEARS:
        return adults
    return children if ages[1] < ADULT_YEARS else f"{children} and {adults}"


def _ages(values: Sequence[str], axes: Sequence[str]) -> tuple[int, int] | None:
    for axis, value in zip(axes, values, strict=False):
        found = re.fullmatch(r"(\d+)\s*[-–]\s*(\d+)", value)
        if found and re.sub(r"[^a-z]", "", axis.lower()) in AGE:
            return int(found[1]), int(found[2])
    return None


def _after(kind: str, axis: str, value: str) -> str:
    if kind in SKIN:
        return f"of skin type {value}"
    if kind in AGE:
        span = re.sub(r"(\d)\s*-\s*(\d)", r"\1–\2", value)
        return "aged " + re.sub(r"^(\d+)\+$", r"\1 and over", span)
    if kind == "label":
        return f"labelled {_tidy(value)}"
    if kind in PLACES:
        return f"from {_tidy(value)}"
    # A label that names its axis does so once: "group 7" of the axis group.
    return f"of {value}" if value.lower().startswith(axis.lower()) else f"of {_tidy(axis)} {value}"


def _tidy(value: str) -> str:
    """Without the signs of a column: “Latino_Hispanic” names two words for one group."""
    return value.replace("Latino_Hispanic", "Latino / Hispanic").replace("_", " ")


def heading(group: str, axes: Sequence[str]) -> str:
    """A group's people at the beginning of a line."""
    name = people(group, axes)
    return name[:1].upper() + name[1:]


def title(metric: str) -> str:
    """The words for a metric; its own name where nobody registered any."""
    return METRICS[metric].title if metric in METRICS else TITLES.get(metric, metric)


def measure(name: str) -> str:
    """The words for a summary measure; its own name where nobody registered it."""
    return MEASURES[name].title if name in MEASURES else name
