"""From what a caller names to a source of comparisons: which layout, which columns, which way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers.bob import open_bob
from recognition_audit.readers.columnar import File, columns_of
from recognition_audit.readers.columns import of_subjects
from recognition_audit.readers.comparisons import Source
from recognition_audit.readers.embeddings import Embeddings
from recognition_audit.readers.matrix import Matrix
from recognition_audit.readers.pairs import Pairs, PairsColumns, polarity_by_name
from recognition_audit.readers.pyeer import open_pyeer
from recognition_audit.readers.shards import files_of, url_of
from recognition_audit.readers.sniffing import known, matrix_polarity, sniff
from recognition_audit.readers.subjects import read_labels

PathInput = str | PathLike[str]
LAYOUTS = ("pairs", "matrix", "embeddings", "bob", "pyeer")


@dataclass(frozen=True)
class Opened:
    """A source, and the files that it reads."""

    layout: str
    files: list[File]
    source: Source


def opened(
    path: PathInput | Sequence[PathInput],
    layout: str | None,
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
    impostors: PathInput | None = None,
) -> Opened:
    """The source that a path names, or several paths: of shards; raises BadInput.

    impostors : the second file of the layout "pyeer", whose first one holds the genuine scores.
    """
    if (layout == "pyeer") != (impostors is not None):
        raise BadInput("pyeer has two files: the genuine scores, and --impostors, with its layout")
    if not isinstance(path, str | PathLike):
        shards: list[File] = [known(one) for one in path]
        return _pairs(shards, subjects, polarity, groups, columns)
    if url_of(path) or Path(path).is_dir():
        if layout not in (None, "pairs"):
            raise BadInput("a folder of shards holds pairs, no other layout", file=str(path))
        return _pairs(files_of(path), subjects, polarity, groups, columns)
    if impostors is not None:
        both = open_pyeer(Path(path), Path(impostors), polarity=polarity)
        return Opened("pyeer", [Path(path)], both)
    return _one_file(Path(path), layout, subjects, polarity, groups, columns)


def _one_file(
    path: Path,
    layout: str | None,
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
) -> Opened:
    if layout == "bob":
        return _bob(path, subjects, polarity, groups, columns)
    if layout == "embeddings" or path.suffix.lower() == ".npy":
        return _embeddings(path, subjects, polarity, groups)
    data = known(path)
    layout = layout or sniff(data).layout or "pairs"
    if layout == "matrix":
        if subjects is None:
            raise BadInput("a matrix needs the table of its subjects", file=data.name)
        kind = _polarity(polarity, matrix_polarity(columns_of(data)[0]), data.name)
        source: Source = Matrix(data, subjects=known(subjects), polarity=kind, axes=groups)
        return Opened(layout, [data], source)
    return _pairs([data], subjects, polarity, groups, columns)


def _bob(
    data: Path,
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
) -> Opened:
    labels = None
    if subjects is not None:
        labels = read_labels(known(subjects), groups, columns=of_subjects(columns))
    source = open_bob(data, polarity=polarity, axes=groups, labels=labels)
    return Opened("bob", [source.path], source)


def _embeddings(
    data: Path,
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
) -> Opened:
    if subjects is None:
        raise BadInput("embeddings need the table of their subjects", file=data.name)
    if not data.is_file():
        raise BadInput("there is no such file", file=str(data))
    if data.suffix.lower() not in (".npy", ".parquet"):
        raise BadInput("embeddings are read from .npy and .parquet", file=data.name)
    kind = polarity or "similarity"
    source = Embeddings(data, subjects=known(subjects), polarity=kind, axes=groups)
    return Opened("embeddings", [data], source)


def _pairs(
    files: list[File],
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
) -> Opened:
    found = PairsColumns(files[0], columns, groups, axes_inline=subjects is None)
    for file in files[1:]:
        missing = set(found.all()) - set(columns_of(file))
        if missing:
            words = f"there is no column {min(missing)}, as {found.file} has it"
            raise BadInput(words, file=file.name)
    kind = _polarity(polarity, polarity_by_name(found.score), found.file)
    if subjects is None:
        return Opened("pairs", files, Pairs(*files, polarity=kind, columns=found))
    axes, by_id = read_labels(known(subjects), groups, columns=of_subjects(columns))
    source = Pairs(*files, polarity=kind, columns=found, subjects=by_id, axes=axes)
    return Opened("pairs", files, source)


def _polarity(given: str | None, by_name: str | None, file: str) -> str:
    polarity = given or by_name
    if polarity not in ("distance", "similarity"):
        words = "say whether a small score means alike (distance) or a large one (similarity)"
        raise BadInput(words, file=file)
    return polarity
