"""Searches of one face among many."""

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import DATA, Input, Kind, register
from recognition_audit.identification import identify

register(
    Kind(
        name="identify",
        label=_("Searches, one among many"),
        explain=_(
            "Who is it? Each row holds a search in a gallery, as the police search. Gives false "
            "hits for people who are not in it, and people in it who are missed. Of a matrix of "
            "all pairs it draws galleries itself."
        ),
        inputs=(
            Input(
                DATA,
                _("File of searches"),
                _("One search a row, or the upper triangle of a matrix."),
            ),
            Input(
                "subjects",
                _("Table of people"),
                _("Where the groups are not in the file of searches; always with a matrix."),
                required=False,
            ),
        ),
        fields=(
            "polarity", "thresholds", "origin", "ranks", "gallery", "sizes", "draws", "project",
            "groups", "reference", "contrasts", "labels", "label_limits",
            "system", "version", "company", "product",
            "citation", "licence",
            "search_layout", "columns", "seed",
        ),
        make=identify,
        samples=("dlib-distances", "dlib-subjects"),
        hint=_(
            "Threshold 0.6, sizes of galleries 100 500, groups race. It takes about a minute."
        ),
    )
)  # fmt: skip
