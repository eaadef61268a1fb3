"""What an adapter is. There are two kinds, because there are two kinds of system to test.

A `Recogniser` runs on this machine: it enrols a picture (finds the face, makes its embedding) and
compares embeddings. A `Service` is asked over the network, one question at a time, and is paid by
the question. Neither may write a file: an embedding is a biometric template, it stays in memory and
dies with the process. Neither may decide what a match is: they give scores, the audit has the
thresholds. What could not be processed is a `Failure` with one of REASONS, never an exception and
never a low score: failures to enrol are a result of the audit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from numpy.typing import NDArray

from recognition_audit.errors import AuditError

REASONS = {
    "no face found": "the detector found no face",
    "not a picture": "the file could not be read as a picture",
    "too large": "the picture has more pixels or bytes than the system takes",
}


# Scores are written times 10,000, in whole numbers: enough for any threshold in use. More digits
# would only make it easier to rebuild the embeddings from all the scores together.
SCORE_SCALE, SCORE_SUFFIX = 10_000, "_e4"


class AdapterError(AuditError):
    """The system cannot be used at all: not installed, no credentials, no right to call it."""


@dataclass(frozen=True)
class Failure:
    """A picture that could not be processed; reason is one of REASONS."""

    reason: str

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"{self.reason} is none of {', '.join(REASONS)}")


@dataclass(frozen=True)
class Region:
    """Where the face is, in pixels of the picture as the recogniser scaled it."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Enrolled:
    """A face that was found. embedding: shape (d,), float64, for memory only.

    faces : how many were found; the largest one is enrolled.
    """

    embedding: NDArray
    region: Region
    faces: int = 1


class Recogniser(Protocol):
    """A recogniser that runs on this machine.

    name, version : as the report prints them; the version changes whenever a score could.
    score : "distance" or "similarity". threshold : the maker's default, None where there is none.
    """

    name: str
    version: str
    score: str
    threshold: float | None

    def enrol(self, image: bytes, region: Region | None = None) -> Enrolled | Failure:
        """Find the face and make its embedding. The same bytes give the same embedding.

        region : where the face was found before; the detector is then not run again.
        """

    def scores(self, first: NDArray, second: NDArray) -> NDArray:
        """Scores of embeddings, shapes (n, d) and (m, d), all against all: shape (n, m)."""


@dataclass(frozen=True)
class Answer:
    """What a service said of one question: cells of the output row by column name."""

    cells: Mapping[str, str | float | int | None]


class Service(Protocol):
    """A service that is asked over the network.

    question : "compare" (two pictures), "classify" (one) or "search" (one, in a gallery).
    columns : the names of an answer's cells, as the reader of that input knows them.
    price : the entry of prices.toml. gallery : people searched, None where nothing is.
    """

    name: str
    version: str
    question: str
    columns: tuple[str, ...]
    price: str
    gallery: int | None

    def ask(self, *images: bytes, mate: str | None = None) -> Answer | Failure:
        """Ask once, waiting and retrying as the service wants; raises AdapterError.

        mate : in a search, the name that the person's own picture has in the gallery.
        """
