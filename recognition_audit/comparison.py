"""One door to the comparison of two systems, scores or predictions, as `reproduce` opens it."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from recognition_audit.engine import Engine, Progress
from recognition_audit.errors import BadInput
from recognition_audit.pairing import System
from recognition_audit.pairing import compare as compare_scores
from recognition_audit.pairing_predictions import compare_predictions
from recognition_audit.report import Report
from recognition_audit.thresholds import Threshold

PathInput = str | PathLike[str]


def compare(
    _data: Sequence[PathInput] = (),
    *,
    a: PathInput | Sequence[PathInput],
    b: PathInput | Sequence[PathInput],
    systems: Sequence[Mapping[str, Any]],
    truth: PathInput | None = None,
    subjects: PathInput | None = None,
    layout: str | None = None,
    attribute: str = "gender",
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Report:
    """Compare two systems; raises BadInput. Its keywords are a manifest's inputs and parameters.

    systems : name, and of scores polarity, thresholds and at_fmr, of each. truth : true labels;
    with them predictions are compared, else scores.
    """
    if len(systems) != 2:  # noqa: PLR2004 - two are compared
        raise BadInput("a comparison is of two systems")
    more: dict[str, Any] = {
        "groups": groups,
        "columns": columns,
        "labels": labels,
        "source": source,
    }
    if truth is not None:
        if not isinstance(a, str | PathLike) or not isinstance(b, str | PathLike):
            raise BadInput("the predictions of a system are one file")
        names = (systems[0]["name"], systems[1]["name"])
        return compare_predictions(a, b, truth=truth, names=names, attribute=attribute, **more)
    first, second = (_system(path, told) for path, told in zip((a, b), systems, strict=True))
    return compare_scores(
        first, second, subjects=subjects, layout=layout, engine=engine, progress=progress,
        **more,
    )  # fmt: skip


def _system(path: PathInput | Sequence[PathInput], told: Mapping[str, Any]) -> System:
    return System(
        path=path,
        name=told["name"],
        polarity=told["polarity"],
        thresholds=tuple(Threshold(**step) for step in told["thresholds"]),
        at_fmr=tuple(told["at_fmr"]),
    )
