"""What the comparison of two systems says in plain sentences, each with its counts and caveat."""

from collections.abc import Mapping, Sequence
from typing import Any

from recognition_audit.findings import people, percent

Row = dict[str, Any]
WORDS = {
    "FMR": "two different {people} were taken for one person",
    "FNMR": "{people} were not recognised as themselves",
    "error": "{people} were given a wrong label",
    "error_of_all": "{people} were given a wrong label or none",
}
SIGNIFICANT = 0.05


def findings_of(document: Mapping[str, Any], names: tuple[str, str]) -> list[Row]:
    """The largest difference of each metric between groups of the intersection, and how many."""
    result = []
    axes = document["labels"]["axes"]
    shown = [
        row
        for row in document["paired_rates"]
        if row["axes"] == axes and row["difference"] is not None and row["ci"] is not None
    ]
    keys = dict.fromkeys((row["metric"], row["threshold_a"], row["threshold_b"]) for row in shown)
    for number, key in enumerate(keys):
        rows = [r for r in shown if (r["metric"], r["threshold_a"], r["threshold_b"]) == key]
        result.append(_largest(rows, names, f"largest-difference-{key[0]}-{number}"))
    return result


def _largest(rows: Sequence[Row], names: tuple[str, str], name: str) -> Row:
    row = max(rows, key=lambda one: abs(one["difference"]))
    who = people(row["group"], row["axes"])
    text = (
        f"{WORDS[row['metric']].format(people=who)} in {row['errors_a']:,} of {row['trials_a']:,} "
        f"cases with {names[0]} ({percent(row['value_a'])}) and in {row['errors_b']:,} of "
        f"{row['trials_b']:,} with {names[1]} ({percent(row['value_b'])}): a difference of "
        f"{_points(row['difference'])} points ({_points(row['ci']['lo'])} to "
        f"{_points(row['ci']['hi'])})."
    )
    worse = sum(_differs(one) and one["difference"] > 0 for one in rows)
    better = sum(_differs(one) and one["difference"] < 0 for one in rows)
    return {
        "id": name,
        "text": text[0].upper() + text[1:],
        "caveat": (
            f"The largest of {len(rows)} groups, chosen after looking. Beyond chance, {names[1]} "
            f"errs more often in {worse} of them and less often in {better}."
        ),
        "refs": {"metric": row["metric"], "axes": row["axes"], "groups": [row["group"]]},
    }


def _differs(row: Row) -> bool:
    return row["p_adjusted"] is not None and row["p_adjusted"] <= SIGNIFICANT


def _points(share: float) -> str:
    """Percentage points with a sign, three significant digits: −85.6."""
    return f"{'−' if share < 0 else '+'}{percent(abs(share)).removesuffix(' %')}"
