"""What an audit of searches found, in plain sentences, and what it cannot say."""

from collections.abc import Mapping, Sequence
from typing import Any

from recognition_audit.findings import CHOSEN_AFTER, people, percent

Row = Mapping[str, Any]
PROJECTION = (
    "A projection, not a measurement: 1 − (1 − FMR)^N from this group's false match rate against "
    "everybody. It takes comparisons to be independent, and they are not."
)


def findings(document: Row) -> list[dict[str, Any]]:
    """For each threshold and metric, at the largest gallery: the highest and the lowest group."""
    axes = document["labels"]["axes"]
    rows = [row for row in document["rates"] if row["value"] is not None and row["axes"] == axes]
    result = []
    for number, step in enumerate(document["thresholds"]):
        for metric in ("FPIR", "FNIR"):
            of = [r for r in rows if r["metric"] == metric and r["threshold"] == step["name"]]
            if of:
                size = max(row["gallery"] for row in of)
                rank = min(row.get("rank", 0) for row in of)
                shown = [r for r in of if r["gallery"] == size and r.get("rank", 0) == rank]
                result.append(_extremes(shown, axes, step, metric, number))
    return result


def limits(document: Row) -> list[str]:
    """What this audit cannot say."""
    said = [document["labels"]["limits"]] if document["labels"].get("limits") else []
    metrics = {row["metric"] for row in document["rates"]}
    kinds = {row["kind"] for row in document["rates"]}
    if "FNIR" not in metrics:
        said.append("Nobody searched for is in the gallery, so missed people were not measured.")
    if "FPIR" not in metrics:
        said.append("Everybody searched for is in the gallery, so false hits were not measured.")
    if "drawn" in kinds:
        said.append(
            "The galleries are drawn from the people of this data set. A gallery of arrest photos "
            "has other people, other pictures and other numbers of each group."
        )
    if any(curve.get("kind") == "projected" for curve in document["curves"]["gallery"]):
        said.append(PROJECTION)
    return [*said, "It tests the system and the pictures named here, and no others."]


def _extremes(
    rows: Sequence[Row], axes: Sequence[str], step: Row, metric: str, number: int
) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: -row["value"])
    high, low = ordered[0], ordered[-1]
    text = f"At the threshold {step['name']} ({step['origin']}), {_sentence(high, axes)}"
    if len(ordered) > 1:
        text += f"; {_counts(low, axes)}"
    caveat = CHOSEN_AFTER.format(n=len(ordered)) if len(ordered) > 1 else _caveat(high)
    groups = [high["group_a"], *([low["group_a"]] if len(ordered) > 1 else [])]
    refs = {"metric": metric, "groups": groups, "gallery": high["gallery"]}
    return {
        "id": f"highest-and-lowest-{metric.lower()}-{number}",
        "text": text + ".",
        "caveat": caveat,
        "refs": refs,
    }


def _sentence(row: Row, axes: Sequence[str]) -> str:
    among = f"{row['gallery']:,} people"
    if row["metric"] == "FPIR":
        happened = f"a search for somebody who is not among {among} returned somebody"
    else:
        first = "first" if row["rank"] == 1 else f"among the first {row['rank']}"
        happened = f"a search for somebody who is among {among} did not return them {first}"
    return f"{happened} in {_counts(row, axes)}"


def _counts(row: Row, axes: Sequence[str]) -> str:
    drawn = f" in {row['draws']} drawn galleries" if row["kind"] == "drawn" else ""
    return (
        f"{row['errors']:,} of {row['trials']:,} searches for {people(row['group_a'], axes)}"
        f"{drawn} ({percent(row['value'])})"
    )


def _caveat(row: Row) -> str:
    low, high = percent(row["ci"]["lo"]), percent(row["ci"]["hi"])
    return f"The rate may be {low} to {high} ({row['ci']['method']}, 95 %)."
