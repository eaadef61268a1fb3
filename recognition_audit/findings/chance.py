"""What chance alone gives, the worst group's band, and the comparisons named beforehand."""

import math

from recognition_audit.findings.extremes import rows_of
from recognition_audit.findings.phrases import (
    SURE,
    Finding,
    at,
    caveats,
    compared,
    counts,
    refs,
    share,
    system,
    times,
)
from recognition_audit.reading import Document, Row, within
from recognition_audit.words import number, numbers, people, percent, title

NAMED_MAX = 5
SMALLEST_P = 0.001
RATIOS = {"max_over_min": "largest-to-smallest ratio", "max_over_gm": "largest-to-mean ratio"}
WHY_SHUFFLED = (
    "The ratio of a largest to a smallest rate is above 1 by chance alone, the more so with many "
    "groups and few errors; so the shuffled one stands beside it."
)


def shuffled(document: Document, metric: str, threshold: str | None) -> list[Finding]:
    """The measured ratio beside that of shuffled labels."""
    rows = _several(document, metric, threshold)
    for measure, words in RATIOS.items():
        for row in document.get("differentials", ()):
            if not rows or not _is_of(row, rows[0]) or row["measure"] != measure:
                continue
            null = row["null_model"]
            if row["value"] is None or not row["ci"] or not null or null["median"] is None:
                continue
            return [_shuffled(document, row, rows, words)]
    return []


def _several(document: Document, metric: str, threshold: str | None) -> list[Row]:
    """The rates of two groups or more; one group is no comparison."""
    rows = rows_of(document, metric, threshold)
    return rows if len(rows) > 1 else []


def _is_of(row: Row, rate: Row) -> bool:
    same = ("threshold", "axes", "gallery", "rank")
    return row["metrics"] == [rate["metric"]] and all(
        row.get(name) == rate.get(name) for name in same
    )


def _shuffled(document: Document, row: Row, rows: list[Row], words: str) -> Finding:
    null = row["null_model"]
    upper = null["p95"]
    said = "" if upper is None else f" (in 95 of 100 shuffles at most {number(upper)})"
    text = (
        f"Shuffling the group labels gives a {words} of {number(null['median'])}{said}; the "
        f"measured one is {number(row['value'])} ({numbers(row['ci'])}), over {len(rows)} groups "
        f"and {sum(one['trials'] for one in rows):,} {_trials(row['metrics'][0])} "
        f"with {system(document)}{at(document, rows[0]).rstrip(',')}."
    )
    if upper is not None and row["value"] <= upper:
        text += " So chance alone can explain it."
    counted = f"{null['permutations']:,} shuffles"
    p = f"; {_p(row['p'])}" if row["p"] is not None else ""
    return {
        "id": f"shuffled-{row['id']}",
        "text": text,
        "caveat": caveats(document, rows[:1], f"{counted}{p}.", WHY_SHUFFLED, _open(row)),
        "refs": refs(rows[:1]) | {"groups": [one for one in (row["worst"], row["best"]) if one]},
    }


def _open(row: Row) -> str:
    """Why an interval has no upper end."""
    return str(row["note"]) if row["ci"]["hi"] is None else ""


def _trials(metric: str) -> str:
    words = {
        "FMR": "comparisons", "FNMR": "comparisons", "FNMR_of_all": "comparisons",
        "FPIR": "searches", "FNIR": "searches", "FTE_of_people": "people",
    }  # fmt: skip
    return words.get(metric, "faces")


def _p(value: float) -> str:
    return f"p below {SMALLEST_P:g}" if value < SMALLEST_P else f"p = {value:.2g}"


def worst(document: Document, metric: str, threshold: str | None) -> list[Finding]:
    """The highest rate with a band that allows for its having been chosen."""
    rows = _several(document, metric, threshold)
    for band in document.get("bands", ()):
        found = [row for row in rows if row["group_a"] == band["group"]]
        same = ("metric", "threshold", "axes", "gallery", "rank")
        if not found or any(band.get(name) != found[0].get(name) for name in same):
            continue
        row = found[0]
        text = (
            f"Of {len(rows)} groups {people(band['group'], band['axes'])} have the highest "
            f"{title(metric).lower()} with {system(document)}"
            f"{at(document, row) or ','} {counts(row)} {share(row, first=True)}. "
            f"Allowing for the choice of the highest, it lies between "
            f"{percent(band['lo'])} and {percent(band['hi'])}."
        )
        said = f"Band of {band['level'] * 100:g} % for all groups at once ({band['method']})."
        return [
            {
                "id": f"worst-group-{metric}-{threshold}".lower().replace(" ", "-"),
                "text": text,
                "caveat": caveats(document, [row], said),
                "refs": refs([row]),
            }
        ]
    return []


def named(document: Document, metric: str, threshold: str | None) -> list[Finding]:
    """The contrasts that were named before looking, those of the largest ratios first."""
    result: list[tuple[Row, list[Row]]] = []
    for row in document.get("contrasts", ()):
        if not row["named"] or (row["metric"], row["threshold"]) != (metric, threshold):
            continue
        sides = [_side(document, row, row[side]) for side in ("a", "b")]
        if None in sides or row["ratio"] is None or not row["ci"]:
            continue
        result.append((row, [side for side in sides if side]))
    result.sort(key=lambda one: -abs(math.log(one[0]["ratio"])))
    left = len(result) - NAMED_MAX
    more = f"{left:,} more that were named stand in the table of contrasts." if left > 0 else ""
    return [_named(document, row, sides, more) for row, sides in result[:NAMED_MAX]]


def _side(document: Document, row: Row, group: str) -> Row | None:
    where = {"threshold": row["threshold"], "axes": row["axes"], "group_a": group}
    where |= {name: row[name] for name in ("gallery", "rank") if name in row}
    return next(iter(within(document, row["metric"], **where)), None)


def _named(document: Document, row: Row, sides: list[Row], more: str) -> Finding:
    a, b = sides
    who, whom = (people(row[side], row["axes"]) for side in ("a", "b"))
    first, other = compared(document, row["metric"], who, whom)
    level = f"{row['ci']['level'] * 100:g} % interval"
    text = (
        f"Named beforehand: with {system(document)}{at(document, a)} {first} "
        f"{times(row['ratio'])} as {other} ({level} {numbers(row['ci'])}): "
        f"{counts(a)} {share(a)} against {counts(b)} {share(b)}."
    )
    said = _doubt(row)
    many = sum(1 for one in document["contrasts"] if one["named"])
    adjusted = row["p_adjusted"]
    p = "no p-value" if adjusted is None else f"{row['adjustment']}-adjusted {_p(adjusted)}"
    caveat = f"{many:,} comparison{'s were' if many > 1 else ' was'} named before looking; {p}."
    text += said
    return {
        "id": f"named-{row['metric']}-{row['a']}-{row['b']}".lower().replace(" ", ""),
        "text": text,
        "caveat": caveats(document, sides, caveat, more),
        "refs": refs(sides),
    }


def _doubt(row: Row) -> str:
    """What is said where a contrast shows no differential."""
    ci, p = row["ci"], row["p_adjusted"]
    if ci["lo"] <= 1 and (ci["hi"] is None or ci["hi"] >= 1):
        return " This does not show a differential: the interval holds 1."
    if p is not None and p >= SURE:
        return f" This does not show a differential: its adjusted p is {SURE:g} or more."
    return ""
