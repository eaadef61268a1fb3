"""A report as HTML, Markdown, CSV or PDF; all hold the same findings and figures.

The report itself is its JSON; every form here is made from it alone, and the same report gives the
same bytes.
"""

from recognition_audit.rendering.hypertext import html
from recognition_audit.rendering.marked import markdown
from recognition_audit.rendering.paper import NoTypesetter, pdf
from recognition_audit.rendering.spreadsheet import COLUMNS, PAIRED_COLUMNS, csv, has_rows

__all__ = [
    "COLUMNS",
    "PAIRED_COLUMNS",
    "NoTypesetter",
    "csv",
    "has_rows",
    "html",
    "markdown",
    "pdf",
]
