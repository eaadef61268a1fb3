"""What the audit raises.

AuditError
└── BadInput
"""


class AuditError(Exception):
    """The root of this package's errors."""


class BadInput(AuditError):
    """A file cannot be audited. Says the file, the row and the column, and what to do.

    row counts from 1 for the first row of data; None where the whole file is meant.
    """

    def __init__(
        self, words: str, *, file: str = "", row: int | None = None, column: str | None = None
    ) -> None:
        self.words, self.file, self.row, self.column = words, file, row, column
        place = [file] if file else []
        if row is not None:
            place.append(f"row {row}")
        if column is not None:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {words}" if place else words)
