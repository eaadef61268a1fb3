"""All pairs of embeddings: computed here as matrix products, tile by tile, and never stored.

A matrix of n rows (.npy; or Parquet with one column of lists or one column a dimension) and the
table of subjects with its n rows in the same order. A subject who stands there several times has
as many samples: these pairs are mated. The similarity is the cosine of the angle, the distance
is Euclidean.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import columnar, tables, values
from recognition_audit.readers.blas import one_thread
from recognition_audit.readers.columns import usual_axes
from recognition_audit.readers.comparisons import Batch, Notes, Part, Readable, Tile
from recognition_audit.readers.subjects import id_column
from recognition_audit.readers.units import Units

ROWS_OF_A_BLOCK = 2048
ROWS_OF_A_STRIPE = 64
DIMENSIONS_MAX = 1 << 16
LARGEST_COMPARED = 1e15  # the sum of so many of its squares is a 32-bit number

Floats = NDArray[np.float32]
Codes = NDArray[np.int64]


class Embeddings(Readable):
    """Compares every two embeddings once; see Source."""

    has_subjects = True

    def __init__(
        self, path: Path, *, subjects: Path, polarity: str, axes: Sequence[str] | None
    ) -> None:
        super().__init__()
        self.path, self.polarity = path, polarity
        self.axes, ids, groups = _labels(subjects, axes)
        vectors = _vectors(path)
        if len(vectors) != len(ids):
            words = f"{len(vectors):,} embeddings, and {len(ids):,} rows in {subjects.name}"
            raise BadInput(words, file=path.name)
        self.bad = ~np.isfinite(vectors).all(axis=1)
        if polarity == "similarity":
            self.bad |= ~vectors.any(axis=1)  # the null vector has no direction
        self.unlabelled = np.array([None in group for group in groups], dtype=bool) & ~self.bad
        kept = np.flatnonzero(~self.bad & ~self.unlabelled)
        # By group and subject, so that a tile is of two groups and mates are near each other.
        order = sorted(kept.tolist(), key=lambda row: (groups[row], ids[row], row))
        self.groups = [groups[row] for row in order]
        self.ids = [ids[row] for row in order]
        self.vectors = _prepared(vectors, np.array(order, dtype=np.int64), polarity, path.name)
        self.squares = np.einsum("nd,nd->n", self.vectors, self.vectors, dtype=np.float64)
        self.complete = len(set(self.ids)) == len(ids)
        self._subjects = np.unique(self.ids, return_inverse=True)[1]
        self._ends = _blocks(self.groups)
        self.total = len(ids) * (len(ids) - 1) // 2
        self._people = len(ids)

    def new_units(self) -> Units:
        return Units(self.axes)

    def parts(self) -> Sequence[Part]:
        blocks = len(self._ends) - 1
        # Number 0 notes what is left out; a tile of blocks i and j is number 1 + i * blocks + j.
        tiles = [1 + i * blocks + j for i in range(blocks) for j in range(i, blocks)]
        return [
            Part(0, (tile,), 1, self._size(*divmod(tile - 1, blocks)) if tile else 0)
            for tile in [0, *tiles]
        ]

    def read(self, part: Part, notes: Notes) -> Iterator[Batch | Tile]:
        (tile,) = part.pieces
        if not tile:
            self._note(notes)
            return
        if "codes" not in notes.kept:
            notes.kept["codes"] = self._codes(notes.units)
        units, groups = notes.kept["codes"]
        first, second = (self._block(n) for n in divmod(tile - 1, len(self._ends) - 1))
        mates = np.intersect1d(self._subjects[first], self._subjects[second])
        with one_thread():
            scores, ends = self._scores(first, second)
        if len(mates):
            yield from self._near(scores, first, second, units, groups, notes)
            return
        notes.rows += scores.size
        one, other = groups[first.start], groups[second.start]
        yield Tile(scores, units[first], units[second], one, other, ends)

    def _near(
        self, scores: Floats, first: slice, second: slice, units: Codes, groups: Codes, notes: Notes
    ) -> Iterator[Batch | Tile]:
        """Some rows at a time, each pair once, mates told from impostors."""
        for start in range(first.start, first.stop, ROWS_OF_A_STRIPE):
            rows = slice(start, min(start + ROWS_OF_A_STRIPE, first.stop))
            mine = scores[rows.start - first.start : rows.stop - first.start]
            # Beyond the stripe's own rows all columns are whole: a tile, where nobody is a mate.
            beyond = slice(max(rows.stop, second.start), second.stop)
            is_tile = beyond.stop > beyond.start and not len(
                np.intersect1d(self._subjects[rows], self._subjects[beyond])
            )
            if is_tile:
                found = np.ascontiguousarray(mine[:, beyond.start - second.start :])
                notes.rows += found.size
                yield Tile(found, units[rows], units[beyond], *groups[[start, beyond.start]])
            last = beyond.start if is_tile else second.stop
            one, other = np.nonzero(
                np.arange(rows.start, rows.stop)[:, np.newaxis] < np.arange(second.start, last)
            )
            picked = mine[one, other]
            one, other = one + rows.start, other + second.start
            notes.rows += len(picked)
            mated = self._subjects[one] == self._subjects[other]
            yield Batch(picked, units[one], units[other], groups[one], groups[other], mated)

    def _scores(self, first: slice, second: slice) -> tuple[Floats, tuple[float, float] | None]:
        """Shape (rows of the first block, rows of the second), and their ends where known."""
        scores = self.vectors[first] @ self.vectors[second].T
        if self.polarity == "similarity":
            low, high = float(scores.min()), float(scores.max())
            if low < -1 or high > 1:  # by a hair, of rounding
                np.clip(scores, -1, 1, out=scores)
            return scores, (max(low, -1.0), min(high, 1.0))
        scores *= np.float32(-2)
        scores += self.squares[first, np.newaxis].astype(np.float32)
        scores += self.squares[second].astype(np.float32)
        np.maximum(scores, 0, out=scores)
        return np.sqrt(scores, out=scores), None

    def _codes(self, units: Units) -> tuple[Codes, Codes]:
        """Unit and group of each row; they stay the same from part to part."""
        subjects = units.subjects.of_local(np.arange(len(self.ids)), self.ids)
        groups = units.groups.of_local(np.arange(len(self.ids)), self.groups)
        return units.unit_codes(subjects, groups), groups

    def _note(self, notes: Notes) -> None:
        here = len(self.ids)
        good = self._people - int(self.bad.sum())
        notes.oddities.add("embeddings that hold no numbers or only zeros", self.bad.sum())
        notes.oddities.add(
            "rows without a group label", (good * (good - 1) - here * (here - 1)) // 2
        )
        notes.rows += self.total - here * (here - 1) // 2

    def _block(self, number: int) -> slice:
        return slice(self._ends[number], self._ends[number + 1])

    def _size(self, first: int, second: int) -> int:
        rows, columns = (self._ends[number + 1] - self._ends[number] for number in (first, second))
        return rows * (rows - 1) // 2 if first == second else rows * columns


def _blocks(groups: Sequence[Any]) -> list[int]:
    """Where blocks begin, of one group each and about as large as each other; and the end."""
    ends = [0]
    for row in range(1, len(groups) + 1):
        if row == len(groups) or groups[row] != groups[row - 1]:
            size = row - ends[-1]
            start, pieces = ends[-1], -(-size // ROWS_OF_A_BLOCK)
            ends += [start + size * piece // pieces for piece in range(1, pieces + 1)]
    return ends


def _labels(
    subjects: Path, axes: Sequence[str] | None
) -> tuple[list[str], list[str], list[tuple[str | None, ...]]]:
    """The axes, and the id and group of each row; a subject may stand there several times."""
    key = id_column(subjects)
    offered = [name for name in tables.columns_of(subjects) if name != key]
    chosen = list(dict.fromkeys(axes or usual_axes(offered, subjects.name)))
    unknown = [axis for axis in chosen if axis not in offered]
    if unknown or not chosen:
        words = f"there is no column {(unknown or ['for a group'])[0]}"
        raise BadInput(words, file=subjects.name)
    ids: list[str] = []
    groups: list[tuple[str | None, ...]] = []
    for row, cells in tables.chunks(subjects, [key, *chosen]):
        found = values.texts(cells[key]).tolist()
        if None in found:
            place = row + found.index(None)
            raise BadInput("the id is missing", file=subjects.name, row=place, column=key)
        ids += found
        groups += list(zip(*(values.texts(cells[axis]).tolist() for axis in chosen), strict=True))
    return chosen, ids, groups


def _vectors(path: Path) -> NDArray[Any]:
    """Shape (n, dimensions); a .npy file stays on disk until its rows are wanted."""
    if path.suffix.lower() != ".npy":
        return _columns(path)
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise BadInput("this is not a .npy file, or it is cut off", file=path.name) from error
    if not isinstance(found, np.ndarray) or found.ndim != 2 or found.dtype.kind != "f":  # noqa: PLR2004
        words = "embeddings are a matrix of floats, a row each"
        raise BadInput(words, file=path.name)
    return _checked(found, path)


def _columns(path: Path) -> NDArray[Any]:
    file = columnar.opened(path)
    lists = [f for f in file.schema_arrow if _is_list(f.type)]
    floats = [f for f in file.schema_arrow if pa.types.is_floating(f.type)]
    if len(lists) != 1 and not floats:
        words = "embeddings are one column of lists of floats, or one column of floats a dimension"
        raise BadInput(words, file=path.name)
    table = file.read([field.name for field in (lists[:1] if lists else floats)])
    if not lists:
        columns = [column.to_numpy().astype(np.float32) for column in table.columns]
        return _checked(np.stack(columns, axis=1), path)
    column = table.column(0).combine_chunks()
    lengths = pc.unique(pc.list_value_length(column)).to_pylist()
    if len(lengths) != 1 or not lengths[0]:
        raise BadInput("the lists are not all as long", file=path.name, column=lists[0].name)
    flat = column.flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    return _checked(flat.reshape(-1, lengths[0]), path)


def _is_list(kind: Any) -> bool:
    of = pa.types
    return bool(of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind))


def _checked(found: NDArray[Any], path: Path) -> NDArray[Any]:
    if len(found) < 2 or not 0 < found.shape[1] <= DIMENSIONS_MAX:  # noqa: PLR2004 - no pair
        words = f"a matrix of {found.shape[0]:,} rows and {found.shape[1]:,} columns has no pairs"
        raise BadInput(words, file=path.name)
    return found


def _prepared(vectors: NDArray[Any], order: Codes, polarity: str, file: str) -> Floats:
    """The rows in this order; of length 1 where only their direction counts."""
    result = np.empty((len(order), vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(order), ROWS_OF_A_BLOCK):
        rows = slice(start, start + ROWS_OF_A_BLOCK)
        found = np.asarray(vectors[order[rows]], dtype=np.float64)
        largest = np.abs(found).max(axis=1, keepdims=True)
        if polarity == "distance" and (largest > LARGEST_COMPARED).any():
            row = int(order[rows][int(np.argmax(largest))]) + 1
            raise BadInput(f"the numbers of row {row:,} are too large to be compared", file=file)
        if polarity == "similarity":
            found = found / largest  # else the squares of 1e200 would be infinite
            found = found / np.sqrt(np.square(found).sum(axis=1, keepdims=True))
        result[rows] = found
    return result
