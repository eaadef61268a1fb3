"""`python -m config.translations`: every translation compiles, with the same blanks as its text."""

import re
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.embedded import ROOT

BLANK = re.compile(r"%\(\w+\)s")


def main() -> int:
    faults = [fault for path in ROOT.glob("locale/*/LC_MESSAGES/*.po") for fault in check(path)]
    print("\n".join(faults) or "The translations compile.")
    return 1 if faults else 0


def check(path: Path) -> list[str]:
    """Compile one catalogue; what is wrong with it, line by line."""
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    faults = []
    for message in catalogue:
        original = " ".join(message.id) if isinstance(message.id, tuple) else str(message.id)
        said = message.string if isinstance(message.string, tuple) else [str(message.string)]
        blanks = set(BLANK.findall(original))
        if message.id and any(set(BLANK.findall(text)) - blanks for text in said):
            faults.append(f"{path}: {original[:60]!r} has other blanks than its translation")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return faults


if __name__ == "__main__":
    sys.exit(main())
