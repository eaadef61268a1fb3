"""Run a recogniser over a folder: pictures in, scores and failures to enrol out.

Embeddings live in memory until all pictures are enrolled, then every pair is compared, block by
block. A stopped run goes on at the picture: the journal knows where each face was found and which
pictures have none, so the detector (the slow part) is not run again; embeddings, which must not be
stored, are made again from the pictures.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recognition_audit.adapters.base import (
    SCORE_SCALE,
    SCORE_SUFFIX,
    Enrolled,
    Failure,
    Recogniser,
    Region,
)
from recognition_audit.adapters.journal import NAME as JOURNAL
from recognition_audit.adapters.journal import Journal
from recognition_audit.adapters.pictures import (
    Picture,
    Pictures,
    read_pictures,
    write_csv,
    write_failed,
)
from recognition_audit.errors import BadInput
from recognition_audit.files import replace_with
from recognition_audit.report import input_entry

RUN = "run.json"
BLOCK_ROWS = 256  # embeddings compared with all others at once
PICTURE_BYTES_MAX = 64 << 20
DIGEST_HEX = 16

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """What a run made. files: role → path; summary: what run.json says."""

    files: dict[str, Path]
    summary: dict[str, Any]


@dataclass(frozen=True)
class Face:
    """A picture that was enrolled."""

    picture: Picture
    embedding: NDArray[np.float64]


def enrol_folder(
    recogniser: Recogniser,
    folder: Path,
    *,
    labels: Path,
    out: Path,
    axes: Sequence[str] | None = None,
    progress: Progress | None = None,
    key: bytes | None = None,
) -> Run:
    """Enrol and compare every labelled picture; raises BadInput, AdapterError.

    One picture a subject: `scores.parquet` is a condensed matrix (all pairs are impostors).
    Several: it holds pairs with `mated`. Beside it: subjects.csv, failed.csv, run.json.
    """
    begin(out)
    about = {"adapter": recogniser.name, "version": recogniser.version}
    with Journal(out, about, key=key) as journal:
        pictures = read_pictures(folder, labels, key=journal.key, axes=axes)
        faces, failed, several = _enrol_all(recogniser, pictures, journal, progress)
        if len(faces) < 2:  # noqa: PLR2004 - a pair
            raise BadInput(f"only {len(faces)} of the pictures could be enrolled", file=str(folder))
        layout = "pairs" if pictures.several_each else "matrix"
        files = {"scores": out / "scores.parquet", "subjects": out / "subjects.csv",
                 "failed": out / "failed.csv"}  # fmt: skip
        write_scores(files["scores"], recogniser, faces, mated=layout == "pairs")
        subjects = dict.fromkeys((f.picture.subject, *f.picture.labels) for f in faces)
        write_csv(files["subjects"], ["subject", *pictures.axes], subjects)
        write_failed(files["failed"], pictures, failed, _lost(pictures, failed))
        summary = {
            **about,
            "layout": layout,
            "score": recogniser.score,
            "threshold": recogniser.threshold,
            "axes": list(pictures.axes),
            "pictures": len(pictures.pictures),
            "enrolled": len(faces),
            "failed": dict(sorted(Counter(reason for _picture, reason in failed).items())),
            "pictures with several faces": several,
            "oddities": pictures.oddities,
        }
        finish(out, files, summary, journal)
    return Run(files, summary)


def _lost(pictures: Pictures, failed: Sequence[tuple[Picture, str]]) -> dict[str, int] | None:
    """What fell out with each failed picture; None where nobody has several."""
    if not pictures.several_each:
        return None
    left = Counter(picture.subject for picture in pictures.pictures)
    lost = {}
    for picture, _reason in failed:
        left[picture.subject] -= 1
        lost[picture.sample] = left[picture.subject]
    return lost


def begin(out: Path) -> None:
    """Make the folder; a finished run in it is never written over."""
    out.mkdir(parents=True, exist_ok=True)
    if (out / RUN).exists():
        # A run that died between its last two steps leaves its journal, and in it the key.
        (out / JOURNAL).unlink(missing_ok=True)
        raise BadInput("a finished run is here; name another folder", file=str(out / RUN))


def finish(out: Path, files: dict[str, Path], summary: dict[str, Any], journal: Journal) -> None:
    """Write run.json with the digests of all files, last; then the journal may go."""
    told = summary | {
        "files": {
            role: {"name": path.name, "sha256": input_entry(role, path, None)["sha256"]}
            for role, path in files.items()
        }
    }
    summary.update(told)
    replace_with(out / RUN, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
    journal.finish()


def _enrol_all(
    recogniser: Recogniser, pictures: Pictures, journal: Journal, progress: Progress | None
) -> tuple[list[Face], list[tuple[Picture, str]], int]:
    faces: list[Face] = []
    failed: list[tuple[Picture, str]] = []
    several = 0
    for place, picture in enumerate(pictures.pictures):
        result, found = _enrol_one(recogniser, picture, journal)
        if isinstance(result, Failure):
            failed.append((picture, result.reason))
        else:
            faces.append(Face(picture, result.embedding))
            several += found > 1
        if progress:
            progress(place + 1, len(pictures.pictures))
    return faces, failed, several


def _enrol_one(
    recogniser: Recogniser, picture: Picture, journal: Journal
) -> tuple[Enrolled | Failure, int]:
    """Enrol a picture, by the journal where it knows the same bytes; and count its faces."""
    if picture.path.stat().st_size > PICTURE_BYTES_MAX:
        return Failure("too large"), 0
    image = picture.read()
    # Keyed like the pseudonyms, so that the journal does not say which picture it was.
    digest = hashlib.blake2b(image, key=journal.key, digest_size=DIGEST_HEX // 2).hexdigest()
    known = journal.done.get(picture.sample)
    if known and known["digest"] == digest:
        if "failed" in known:
            return Failure(known["failed"]), 0
        return recogniser.enrol(image, Region(*known["region"])), known["faces"]
    result = recogniser.enrol(image)
    if isinstance(result, Failure):
        journal.add(picture.sample, {"digest": digest, "failed": result.reason})
        return result, 0
    region = list(asdict(result.region).values())
    journal.add(picture.sample, {"digest": digest, "region": region, "faces": result.faces})
    return result, result.faces


def write_scores(path: Path, recogniser: Recogniser, faces: Sequence[Face], *, mated: bool) -> None:
    """All pairs: the upper triangle row by row, as whole numbers, or as pairs with their ids."""
    beside = path.with_name(f".{path.name}.part")
    column = recogniser.score + SCORE_SUFFIX
    schema = pa.schema([(column, pa.int32())])
    if mated:
        ids = ("subject_a", "sample_a", "subject_b", "sample_b")
        schema = pa.schema(
            [*((name, pa.string()) for name in ids), (recogniser.score, pa.float64()),
             ("mated", pa.bool_())]
        )  # fmt: skip
    with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
        for first, second, scores in _pairs(recogniser, faces):
            whole = np.rint(scores * SCORE_SCALE).astype(np.int32)
            columns: list[Any] = [whole]
            if mated:
                of_both = [[faces[place].picture for place in side] for side in (first, second)]
                columns = [
                    *([getattr(p, field) for p in side]
                      for side in of_both for field in ("subject", "sample")),
                    whole / SCORE_SCALE,
                    [a.subject == b.subject for a, b in zip(*of_both, strict=True)],
                ]  # fmt: skip
            arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    beside.replace(path)


def _pairs(
    recogniser: Recogniser, faces: Sequence[Face]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Places of both faces and their scores, a block of rows of the upper triangle at a time."""
    every = np.stack([face.embedding for face in faces])
    for start in range(0, len(every) - 1, BLOCK_ROWS):
        rows = every[start : start + BLOCK_ROWS]
        scores = recogniser.scores(rows, every[start + 1 :])
        # Within the block, row i begins at column i: what is left of it was compared before.
        keep = np.triu(np.ones(scores.shape, dtype=bool))
        first, second = np.nonzero(keep)
        yield first + start, second + start + 1, scores[keep]
