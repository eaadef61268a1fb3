"""Writing a file so that no reader, and no full disk, leaves half of it."""

from pathlib import Path


def replace_with(path: Path, content: bytes) -> None:
    """Write beside and move into place; what is no plain file (a pipe, a device) is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
