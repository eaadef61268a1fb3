"""Ask a service about the pictures of a folder: answers in, the input of an audit out.

Every answer is in the journal before the next question is asked, so that a stopped run pays for
nothing twice. Nothing is sent before the number of calls and their price were confirmed.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from recognition_audit.adapters.base import AdapterError, Failure, Service
from recognition_audit.adapters.enrolment import DIGEST_HEX, Progress, Run, begin, finish
from recognition_audit.adapters.journal import Journal
from recognition_audit.adapters.pictures import (
    Picture,
    Pictures,
    read_pictures,
    write_csv,
    write_failed,
)
from recognition_audit.adapters.prices import Estimate, estimate
from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values

Confirm = Callable[[Estimate], bool]
PLAN_COLUMNS = ("image_a", "image_b")


@dataclass(frozen=True)
class Question:
    """Pictures to send in one call; the key stands in the journal."""

    pictures: tuple[Picture, ...]

    @property
    def key(self) -> str:
        return ":".join(picture.sample for picture in self.pictures)


def ask_folder(
    service: Service,
    folder: Path,
    *,
    labels: Path,
    out: Path,
    confirm: Confirm,
    axes: Sequence[str] | None = None,
    plan: Path | None = None,
    mate: str | None = None,
    progress: Progress | None = None,
    key: bytes | None = None,
) -> Run:
    """Ask about every labelled picture, or every pair; raises BadInput, AdapterError.

    confirm : is shown the estimate; nothing is sent unless it says True.
    plan : for comparisons, a file of pairs (image_a, image_b); otherwise all pairs.
    mate : for searches, the column with the name of the person's picture in the gallery; a blank
    means that the person is not in it. Without the column, nobody is.
    """
    begin(out)
    about = {
        "adapter": service.name,
        "version": service.version,
        "question": service.question,
    }
    with Journal(out, about, key=key) as journal:
        pictures = read_pictures(folder, labels, key=journal.key, axes=axes, extra=mate)
        questions = list(_questions(service, pictures, plan))
        left = sum(question.key not in journal.done for question in questions)
        if not confirm(estimate(service.price, left)):
            raise AdapterError("not confirmed: nothing was sent")
        for place, question in enumerate(questions):
            _ask(service, question, journal)
            if progress:
                progress(place + 1, len(questions))
        files = WRITERS[service.question](service, pictures, questions, journal.done, out)
        failed = _failed_pictures(pictures, questions, journal.done)
        files["failed"] = out / "failed.csv"
        compares = service.question == "compare" and pictures.several_each
        lost = _lost(questions, journal.done, failed) if compares else None
        write_failed(files["failed"], pictures, failed, lost)
        reasons = Counter(e["failed"] for e in _entries(questions, journal.done) if "failed" in e)
        summary = {
            **about,
            "axes": list(pictures.axes),
            "pictures": len(pictures.pictures),
            "questions": len(questions),
            "answered": len(questions) - sum(reasons.values()),
            "failed questions": dict(sorted(reasons.items())),
            "failed pictures": len(failed),
            **_fell_out(questions, journal.done, lost),
            "oddities": pictures.oddities,
        }
        if service.gallery is not None:
            summary["gallery"] = service.gallery
        finish(out, files, summary, journal)
    return Run(files, summary)


def _questions(service: Service, pictures: Pictures, plan: Path | None) -> Iterator[Question]:
    if service.question != "compare":
        yield from (Question((picture,)) for picture in pictures.pictures)
    elif plan is None:
        yield from (Question(pair) for pair in combinations(pictures.pictures, 2))
    else:
        yield from _planned(pictures, plan)


def _planned(pictures: Pictures, plan: Path) -> Iterator[Question]:
    by_name = {picture.name: picture for picture in pictures.pictures}
    seen = set()
    for row, cells in tables.chunks(plan, list(PLAN_COLUMNS)):
        columns = [values.texts(cells[name]) for name in PLAN_COLUMNS]
        for place, names in enumerate(zip(*columns, strict=True)):
            unknown = [name for name in names if name not in by_name]
            if unknown or names[0] == names[1]:
                words = (
                    f"{unknown[0]} has no label or no file" if unknown else "a picture with itself"
                )
                raise BadInput(words, file=plan.name, row=row + place)
            question = Question(tuple(by_name[name] for name in names))
            if question.key in seen:
                raise BadInput("the pair stands twice", file=plan.name, row=row + place)
            seen.add(question.key)
            yield question


def _ask(service: Service, question: Question, journal: Journal) -> None:
    """Ask, unless the journal has the answer about the same bytes."""
    images = tuple(picture.read() for picture in question.pictures)
    digest = hashlib.blake2b(key=journal.key, digest_size=DIGEST_HEX // 2)
    for image in images:
        digest.update(hashlib.sha256(image).digest())
    known = journal.done.get(question.key)
    if known and known["digest"] == digest.hexdigest():
        return
    if service.question == "search":
        answer = service.ask(*images, mate=question.pictures[0].extra)
    else:
        answer = service.ask(*images)
    told = (
        {"failed": answer.reason} if isinstance(answer, Failure) else {"cells": dict(answer.cells)}
    )
    journal.add(question.key, {"digest": digest.hexdigest(), **told})


Done = Mapping[str, Mapping[str, Any]]


def _entries(questions: Sequence[Question], done: Done) -> Iterator[Mapping[str, Any]]:
    return (done[question.key] for question in questions)


def _failed_pictures(
    pictures: Pictures, questions: Sequence[Question], done: Done
) -> list[tuple[Picture, str]]:
    """Pictures that no question about them was answered for: a failed pair does not say which."""
    answered: set[str] = set()
    reasons: dict[str, str] = {}
    for question, entry in zip(questions, _entries(questions, done), strict=True):
        for picture in question.pictures:
            if "failed" in entry:
                reasons.setdefault(picture.sample, entry["failed"])
            else:
                answered.add(picture.sample)
    return [
        (picture, reasons[picture.sample])
        for picture in pictures.pictures
        if picture.sample in reasons and picture.sample not in answered
    ]


def _lost(
    questions: Sequence[Question], done: Done, failed: Sequence[tuple[Picture, str]]
) -> Counter[str]:
    """By failed picture, the comparisons of its person that fell out; each stands with one."""
    samples = {picture.sample for picture, _reason in failed}
    lost: Counter[str] = Counter()
    for question in _unanswered_mates(questions, done):
        lost.update([p.sample for p in question.pictures if p.sample in samples][:1])
    return lost


def _unanswered_mates(questions: Sequence[Question], done: Done) -> Iterator[Question]:
    for question, entry in zip(questions, _entries(questions, done), strict=True):
        if "failed" in entry and len({picture.subject for picture in question.pictures}) == 1:
            yield question


def _fell_out(
    questions: Sequence[Question], done: Done, lost: Counter[str] | None
) -> dict[str, int]:
    """How many comparisons of one person fell out; and of pictures that others were answered for.

    The table of failures has no row for these: neither of their pictures failed.
    """
    if lost is None:
        return {}
    every = sum(1 for _question in _unanswered_mates(questions, done))
    return {
        "mated comparisons that fell out": every,
        "of these with no failed picture": every - lost.total(),
    }


def _answered(
    service: Service, questions: Sequence[Question], done: Done
) -> Iterator[tuple[Question, list[Any]]]:
    for question, entry in zip(questions, _entries(questions, done), strict=True):
        if "cells" in entry:
            yield question, [_cell(entry["cells"][name]) for name in service.columns]


def _cell(value: Any) -> Any:
    return "" if value is None else value


def _write_pairs(
    service: Service, pictures: Pictures, questions: Sequence[Question], done: Done, out: Path
) -> dict[str, Path]:
    files = {"pairs": out / "pairs.csv", "subjects": out / "subjects.csv"}
    header = ["subject_a", "sample_a", "subject_b", "sample_b", "mated", *service.columns]
    rows = [
        (a.subject, a.sample, b.subject, b.sample, int(a.subject == b.subject), *cells)
        for question, cells in _answered(service, questions, done)
        for a, b in [question.pictures]
    ]
    write_csv(files["pairs"], header, rows)
    subjects = dict.fromkeys((p.subject, *p.labels) for p in pictures.pictures)
    write_csv(files["subjects"], ["subject", *pictures.axes], subjects)
    return files


def _write_predictions(
    service: Service, pictures: Pictures, questions: Sequence[Question], done: Done, out: Path
) -> dict[str, Path]:
    """A face that was not processed keeps its row, with no prediction: it is in the denominator."""
    files = {"predictions": out / "predictions.csv", "truth": out / "truth.csv"}
    answers = {q.key: cells for q, cells in _answered(service, questions, done)}
    nothing = [""] * len(service.columns)
    rows = [(q.key, *answers.get(q.key, nothing)) for q in questions]
    write_csv(files["predictions"], ["id", *service.columns], rows)
    truth = [(picture.sample, *picture.labels) for picture in pictures.pictures]
    write_csv(files["truth"], ["id", *pictures.axes], truth)
    return files


def _write_searches(
    service: Service, pictures: Pictures, questions: Sequence[Question], done: Done, out: Path
) -> dict[str, Path]:
    files = {"searches": out / "searches.csv"}
    header = ["probe", "subject", *pictures.axes, "gallery", "mated", *service.columns]
    rows = [
        (one.sample, one.subject, *map(_cell, one.labels), service.gallery, int(bool(one.extra)),
         *cells)
        for question, cells in _answered(service, questions, done)
        for one in question.pictures
    ]  # fmt: skip
    write_csv(files["searches"], header, rows)
    return files


WRITERS = {"compare": _write_pairs, "classify": _write_predictions, "search": _write_searches}
