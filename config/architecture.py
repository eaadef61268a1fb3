"""docs/architecture.md, made from the import contract and each room's own sentence.

`python -m config.architecture` writes it; a test compares.
"""

import ast
import configparser
from pathlib import Path

from config.embedded import ROOT

PAGE = ROOT / "docs" / "architecture.md"
HEAD = """# The house

Made by `python -m config.architecture` from `.importlinter` and the first lines of each room.
A room may use those below it, never one above it, and not the ones it shares a line with.

"""


def layers() -> list[list[str]]:
    """The lines of the house from the top; a name in brackets is a room not built yet."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    lines = parser["importlinter:contract:house"]["layers"].split("\n")
    return [[name.strip() for name in line.split("|")] for line in lines if line.strip()]


def sentence(room: str) -> str:
    """What a room says of itself."""
    source = (Path(ROOT) / room / "__init__.py").read_text()
    said = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(said.split("\n\n")[0].split())


def page() -> str:
    picture = "\n".join("    " + " │ ".join(line) for line in layers())
    rooms = [name for line in layers() for name in line if not name.startswith("(")]
    told = "\n".join(f"- **{room}**: {sentence(room)}" for room in rooms)
    return f"{HEAD}{picture}\n\n{told}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
