"""recognition-audit collect: scores of a folder of pictures, through an adapter."""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from recognition_audit.adapters.asking import ask_folder
from recognition_audit.adapters.dlib import Dlib
from recognition_audit.adapters.enrolment import Run, enrol_folder
from recognition_audit.adapters.pacing import TokenBucket
from recognition_audit.adapters.prices import Estimate
from recognition_audit.adapters.rekognition import (
    CALLS_PER_S,
    CompareFaces,
    DetectFaces,
    SearchFaces,
    client_of,
)
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar
from recognition_audit.errors import BadInput

EXAMPLES = (
    "recognition-audit collect dlib faces/ --labels labels.csv --out scores/",
    "recognition-audit collect rekognition-detect faces/ --labels labels.csv --out answers/",
)
STOPPED = 130  # what a shell says of a command that Ctrl-C ended
ADAPTERS = ("dlib", "rekognition-compare", "rekognition-detect", "rekognition-search")


def add(commands: Any) -> None:
    words = "run a recogniser over pictures; write its scores"
    parser = shared.command(commands, "collect", words, run, EXAMPLES)
    parser.add_argument("adapter", choices=ADAPTERS)
    parser.add_argument("folder", type=Path, help="of pictures")
    parser.add_argument(
        "--labels", type=Path, required=True,
        help="table with the columns image, optional subject, and an axis each",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="folder for scores and labels")
    parser.add_argument("--groups", type=shared.words, help="axes of the groups, as in race,gender")
    parser.add_argument("--json", action="store_true", help="print run.json")
    service = parser.add_argument_group("services that are paid by the call")
    service.add_argument("--yes", action="store_true", help="do not ask whether to pay")
    service.add_argument("--rate", type=_rate, default=CALLS_PER_S, help="calls a second, at most")
    service.add_argument("--region", help="of the service, if not that of your settings")
    service.add_argument("--plan", type=Path, help="pairs to compare: image_a, image_b")
    service.add_argument("--collection", help="the collection to search")
    service.add_argument("--mate", help="column with the person's name in the collection")


def run(options: argparse.Namespace) -> int:
    with LateBar() as bar:
        try:
            made = _collect(options, bar)
        except KeyboardInterrupt:
            words = "Stopped. The same command goes on where this one was."
            Console(stderr=True, highlight=False).print(words)
            return STOPPED
    if options.json:
        json.dump(made.summary, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(made)
    return 0


class LateBar(ExitStack):
    """A progress bar that appears with the first progress, after the question what may be paid."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Bar | None = None

    def told(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = self.enter_context(Bar())
        self._bar.told(done, total)


def _collect(options: argparse.Namespace, bar: LateBar) -> Run:
    if options.adapter == "dlib":
        return enrol_folder(
            Dlib(), options.folder, labels=options.labels, out=options.out, axes=options.groups,
            progress=bar.told,
        )  # fmt: skip
    return ask_folder(
        _service(options),
        options.folder,
        labels=options.labels,
        out=options.out,
        axes=options.groups,
        plan=options.plan,
        mate=options.mate,
        confirm=lambda estimate: _confirmed(estimate, yes=options.yes),
        progress=bar.told,
    )


def _service(options: argparse.Namespace) -> Any:
    bucket = TokenBucket(options.rate, burst=max(1, int(options.rate)))
    if options.adapter == "rekognition-search":
        if not options.collection:
            raise BadInput("a search needs --collection NAME")
        client = client_of(options.region)
        return SearchFaces(client, collection=options.collection, bucket=bucket)
    kind = CompareFaces if options.adapter == "rekognition-compare" else DetectFaces
    return kind(client_of(options.region), bucket=bucket)


def _typed(question: str) -> str:
    return input(question) if sys.stdin.isatty() else ""


def _confirmed(estimate: Estimate, *, yes: bool) -> bool:
    """Say the cost, always; go on only with --yes or a typed yes."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(escape(estimate.sentence))
    if yes or not estimate.calls:
        return True
    return _typed("Send the pictures? Type yes: ").strip().lower() == "yes"


def _show(made: Run) -> None:
    console = Console(highlight=False, soft_wrap=True)
    told = made.summary
    console.print(f"{escape(told['adapter'])}, {escape(told['version'])}")
    for name in ("pictures", "enrolled", "questions", "answered", "failed pictures"):
        if name in told:
            console.print(f"{told[name]:,} {name}")
    for reason, count in (told.get("failed") or told.get("failed questions") or {}).items():
        console.print(f"{count:,} failed: {escape(reason)}")
    for kind, count in told["oddities"].items():
        console.print(f"{count:,} {escape(kind)}")
    for path in made.files.values():
        console.print(f"[dim]{escape(str(path))}[/dim]")


def _rate(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("a rate is above 0")
    return value
