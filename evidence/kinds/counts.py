"""A published table of counts or rates."""

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import DATA, Input, Kind, register
from recognition_audit.counting import count

register(
    Kind(
        name="counts",
        label=_("A published table"),
        explain=_(
            "What somebody else printed: errors and number tested by group, or rates only. Gives "
            "the intervals that the table lacks, and says where it contradicts itself."
        ),
        inputs=(
            Input(
                DATA,
                _("Table of counts or rates"),
                _("One group of one system a row: errors and n, or the rate."),
            ),
        ),
        fields=(
            "metric", "percent_values",
            "groups", "reference", "contrasts", "labels", "label_limits",
            "system", "version", "company", "product",
            "citation", "licence",
            "table_layout", "columns", "seed",
        ),
        make=count,
        # Such a table often has a column that names several systems.
        optional=frozenset({"system"}),
        samples=("gender-shades-counts",),
        hint=_("Groups: skin, gender. The table names its systems."),
    )
)  # fmt: skip
