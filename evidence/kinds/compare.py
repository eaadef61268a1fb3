"""Two systems, or two versions of one, on the same people."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import Fault, Input, Kind, Parameters, register
from recognition_audit.comparison import compare


def faults(parameters: Parameters, roles: Collection[str]) -> Iterator[Fault]:
    first, second = parameters["systems"]
    if first["name"] == second["name"]:
        yield "name_b", "same-name"
    if "truth" in roles:
        return
    many = [len(one["thresholds"]) + len(one["at_fmr"]) for one in (first, second)]
    if many[0] != many[1]:
        yield "thresholds_b", "unequal-thresholds"
    elif not many[0]:
        yield "thresholds_a", "no-threshold"


register(
    Kind(
        name="compare",
        label=_("Two systems on the same people"),
        explain=_(
            "Does the new version err less often, and for whom? Two files of scores, or two of "
            "predictions, paired by subject."
        ),
        inputs=(
            Input("a", _("File of the first system")),
            Input("b", _("File of the second system"), _("The same comparisons, or faces.")),
            Input(
                "subjects",
                _("Table of subjects"),
                _("For scores, where the groups are not in the files."),
                required=False,
            ),
            Input(
                "truth",
                _("Table of true labels"),
                _("With it, the files are read as predictions; without it, as scores."),
                required=False,
            ),
        ),
        fields=(
            "polarity_a", "thresholds_a", "polarity_b", "thresholds_b", "origin", "at_fmr",
            "attribute",
            "groups", "labels", "label_limits",
            "name_a", "version_a", "name_b", "version_b", "company", "product",
            "citation", "licence",
            "pair_layout", "columns",
        ),
        make=compare,
        faults=faults,
        # Scores have none.
        optional=frozenset({"attribute"}),
        samples=("deepface-predictions", "facellm-predictions", "deepface-labels"),
        hint=_("With the table of true labels; groups: race, gender."),
    )
)  # fmt: skip
