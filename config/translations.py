"""The catalogues of locale/: `python -m config.translations` checks them, with `--update` it brings
new texts in and drops old ones.

Reads Python by its syntax tree and templates by Django's own lexer, so that no gettext is needed
on the machine. A language that is offered is complete: half a translated page helps nobody.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.architecture import layers
from config.embedded import ROOT

BLANK = re.compile(r"%\(\w+\)s")
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
# What templatize() makes of a template: calls of these, between letters X that stand for text.
QUOTED = r"""(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
IN_TEMPLATE = re.compile(rf"(?<![\w.])(?:_|gettext)\({QUOTED}\)", re.DOTALL)
PLURAL_IN_TEMPLATE = re.compile(rf"(?<![\w.])ngettext\({QUOTED},\s*{QUOTED}", re.DOTALL)

Message = str | tuple[str, str]


def main(arguments: list[str]) -> int:
    wanted = texts()
    paths = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    if "--update" in arguments:
        for path in paths:
            update(path, wanted)
    faults = [fault for path in paths for fault in check(path, wanted)]
    print("\n".join(faults) or "The translations are complete and compile.")
    return 1 if faults else 0


def texts() -> list[Message]:
    """Every text that the site's Python and templates mark for translation, once, in order."""
    rooms = [name for line in layers() for name in line if not name.startswith("(")]
    found: dict[Message, None] = {}
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(_of_python(path))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        found |= dict.fromkeys(_of_template(path))
    return list(found)


def _of_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        words = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if node.func.id in SINGLE and words:
            yield str(words[0])
        elif node.func.id in PLURAL:
            yield str(words[0]), str(words[1])


def _of_template(path: Path) -> Iterator[Message]:
    calls = templatize(path.read_text(), origin=str(path))
    for match in IN_TEMPLATE.finditer(calls):
        yield ast.literal_eval(match.group(1))
    for match in PLURAL_IN_TEMPLATE.finditer(calls):
        yield ast.literal_eval(match.group(1)), ast.literal_eval(match.group(2))


def update(path: Path, wanted: list[Message]) -> None:
    """Keep what is translated, add what is new (empty), drop what is no longer used."""
    old = _read(path)
    new = Catalog(
        locale=path.parent.parent.name,
        project="Countersign",
        version="1",
        header_comment="# Made by python -m config.translations --update; fill in each msgstr.",
        creation_date=old.creation_date,
        fuzzy=False,
    )
    for text in wanted:
        known = old.get(text if isinstance(text, str) else text[0])
        new.add(text, known.string if known else "")
    with path.open("wb") as file:
        write_po(file, new, omit_header=False, width=100, include_previous=False)


def check(path: Path, wanted: list[Message]) -> list[str]:
    """Compile one catalogue; what is wrong with it, line by line."""
    catalogue = _read(path)
    said: dict[Any, tuple[str, ...]] = {
        message.id: tuple(map(str, message.string))
        if isinstance(message.string, tuple | list)
        else (str(message.string),)
        for message in catalogue
        if message.id
    }
    faults = [f"{path}: {_start(text)} is used no more" for text in said.keys() - set(wanted)]
    for text in wanted:
        forms = said.get(text, ("",))
        original = "".join(text)
        if not all(forms):
            faults.append(f"{path}: {_start(text)} is not translated")
        elif any(set(BLANK.findall(form)) - set(BLANK.findall(original)) for form in forms):
            faults.append(f"{path}: {_start(text)} has other blanks than its translation")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return faults


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _start(text: Message) -> str:
    return repr("".join(text[:1] if isinstance(text, tuple) else text)[:60])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
