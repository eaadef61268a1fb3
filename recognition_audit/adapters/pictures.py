"""A folder of pictures and the file of their labels, under pseudonyms.

Labels file: `image` (path inside the folder), optional `subject` (who it is; several pictures of a
person make mated pairs), and a column for each axis, as in race and gender.
"""

import csv
import hashlib
import hmac
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.files import replace_with
from recognition_audit.readers import tables, values

IMAGE_NAMES = ("image", "file", "filename")
SUBJECT_NAMES = ("subject", "subject_id")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
PSEUDONYM_HEX = 16


@dataclass(frozen=True)
class Picture:
    """One labelled picture. sample and subject are pseudonyms; name and extra stay in memory."""

    name: str
    path: Path
    sample: str
    subject: str
    labels: tuple[str | None, ...]
    extra: str | None = None

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True)
class Pictures:
    """Pictures in the order of their pseudonyms, which says nothing about the folder.

    oddities : what did not fit together, by kind.
    """

    axes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    oddities: dict[str, int] = field(default_factory=dict)

    @property
    def several_each(self) -> bool:
        """Whether some subject has more than one picture."""
        return len({picture.subject for picture in self.pictures}) < len(self.pictures)


def pseudonym(key: bytes, kind: str, name: str) -> str:
    """The same name under the same key gives the same pseudonym; without the key, none can."""
    text = f"{kind}\0{name}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:PSEUDONYM_HEX]


def read_pictures(
    folder: Path,
    labels: Path,
    *,
    key: bytes,
    axes: Sequence[str] | None = None,
    extra: str | None = None,
) -> Pictures:
    """The labelled pictures of a folder; raises BadInput.

    key : of the pseudonyms. extra : a further column to read, which is no axis.
    """
    if not folder.is_dir():
        raise BadInput("this is not a folder of pictures", file=str(folder))
    names = tables.columns_of(labels)
    image, subject = (_column(names, wanted) for wanted in (IMAGE_NAMES, SUBJECT_NAMES))
    if image is None:
        words = f"no column for the picture ({', '.join(IMAGE_NAMES)})"
        raise BadInput(words, file=labels.name)
    chosen = list(axes) if axes else [name for name in names if name not in (image, subject, extra)]
    unknown = [one for one in [*chosen, *([extra] if extra else [])] if one not in names]
    if unknown or not chosen:
        raise BadInput(f"there is no column {(unknown or ['for a group'])[0]}", file=labels.name)
    found: dict[str, Picture] = {}
    missing = 0
    wanted = [image, *([subject] if subject else []), *([extra] if extra else []), *chosen]
    for row, cells in tables.chunks(labels, wanted):
        columns = {name: values.texts(cells[name]) for name in wanted}
        for place, path in enumerate(columns[image]):
            inside = _inside(folder, path, labels, row + place, image)
            if path in found:
                raise BadInput("the picture stands twice", file=labels.name, row=row + place)
            if not inside.is_file():
                missing += 1
                continue
            who = columns[subject][place] if subject else path
            if who is None:
                words = "the subject is missing"
                raise BadInput(words, file=labels.name, row=row + place, column=subject)
            found[path] = Picture(
                path,
                inside,
                pseudonym(key, "sample", path),
                pseudonym(key, "subject", who),
                tuple(columns[axis][place] for axis in chosen),
                columns[extra][place] if extra else None,
            )
    if not found:
        raise BadInput("none of its pictures is in the folder", file=labels.name)
    return _made(folder, tuple(chosen), found, missing, labels)


def _made(
    folder: Path, axes: tuple[str, ...], found: dict[str, Picture], missing: int, labels: Path
) -> Pictures:
    by_subject: dict[str, tuple[str | None, ...]] = {}
    for path, picture in found.items():
        if by_subject.setdefault(picture.subject, picture.labels) != picture.labels:
            words = f"the subject of {path} has other labels at another picture"
            raise BadInput(words, file=labels.name)
    known = {picture.path for picture in found.values()}
    there = {p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()}
    oddities = {
        "labels without a picture": missing,
        "pictures without a label": len(there - known),
    }
    ordered = sorted(found.values(), key=lambda picture: picture.sample)
    return Pictures(axes, tuple(ordered), {kind: n for kind, n in oddities.items() if n})


def _column(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    return next((name for name in names if name.lower() in wanted), None)


def _inside(folder: Path, path: str | None, labels: Path, row: int, column: str) -> Path:
    """The picture's path; one that leads out of the folder is refused."""
    if path is None:
        raise BadInput("the picture is missing", file=labels.name, row=row, column=column)
    inside = folder / path
    if not inside.resolve().is_relative_to(folder.resolve()):
        words = f"{path[:60]!r} leads out of the folder"
        raise BadInput(words, file=labels.name, row=row, column=column)
    return inside


def write_failed(
    path: Path,
    pictures: Pictures,
    failed: Sequence[tuple[Picture, str]],
    lost: Mapping[str, int] | None = None,
) -> None:
    """The pictures that could not be processed, with their labels and the reason.

    lost : by sample, the comparisons with the person's other pictures that fell out; one with
    another failed picture stands with one of the two. With it the subjects are named too.
    """
    if lost is None:
        header = [*pictures.axes, "reason"]
        rows = [(*picture.labels, reason) for picture, reason in failed]
        write_csv(path, header, rows)
        return
    header = ["subject", *pictures.axes, "mated", "reason"]
    several = [
        (picture.subject, *picture.labels, lost.get(picture.sample, 0), reason)
        for picture, reason in failed
    ]
    write_csv(path, header, several)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file that is whole or is not there."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    replace_with(path, text.getvalue().encode())
