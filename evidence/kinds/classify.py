"""Predicted labels of an attribute."""

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import DATA, Input, Kind, register
from recognition_audit import classify

register(
    Kind(
        name="classify",
        label=_("Predictions of a label"),
        explain=_(
            "Which gender, age or race does the system say? Each row holds its answer for a face. "
            "This is classification, not face recognition."
        ),
        inputs=(
            Input(DATA, _("File of predictions"), _("One face a row: id and answer.")),
            Input(
                "truth",
                _("Table of true labels"),
                _("By the same ids, with the groups; not needed where they are in the first file."),
                required=False,
            ),
        ),
        fields=(
            "attribute", "confidence_zero_is_missing",
            "groups", "reference", "contrasts", "labels", "label_limits",
            "system", "version", "company", "product",
            "citation", "licence",
            "columns", "seed",
        ),
        make=classify,
        samples=("deepface-predictions", "deepface-labels"),
        hint=_("What is predicted: gender. Groups: race, gender."),
    )
)  # fmt: skip
