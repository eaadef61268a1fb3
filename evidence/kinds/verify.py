"""Comparison scores, one to one."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import DATA, Fault, Input, Kind, Parameters, register
from recognition_audit import verify


def faults(parameters: Parameters, roles: Collection[str]) -> Iterator[Fault]:  # noqa: ARG001
    if not parameters.get("thresholds") and not parameters.get("at_fmr"):
        yield "thresholds", "no-threshold"


register(
    Kind(
        name="verify",
        label=_("Comparison scores, one to one"),
        explain=_(
            "Is it the same person? Each row holds the score of two faces. Gives false matches and "
            "false non-matches by group."
        ),
        inputs=(
            Input(
                DATA,
                _("File of comparison scores"),
                _("One comparison a row, or the upper triangle of a matrix."),
            ),
            Input(
                "subjects",
                _("Table of subjects"),
                _("Where the groups are not in the file of scores; always with a matrix."),
                required=False,
            ),
            Input(
                "failed",
                _("Table of faces that were not found"),
                _("One row a face, with its groups."),
                required=False,
            ),
        ),
        fields=(
            "polarity", "thresholds", "origin", "at_fmr",
            "groups", "reference", "contrasts", "labels", "label_limits",
            "system", "version", "company", "product",
            "citation", "licence",
            "comparison_layout", "columns", "seed",
        ),
        make=verify,
        faults=faults,
        samples=("skin-types", "dlib-distances", "dlib-subjects", "dlib-failed"),
        hint=_(
            "Skin types: false match rate 0.01, groups skin. Distances: with both tables, "
            "threshold 0.6, groups race, gender."
        ),
    )
)  # fmt: skip
