"""A folder of Parquet files with the same columns, here or on object storage, as one table.

The files are read in the order of their names. A folder elsewhere is named by its URL, as in
s3://bucket/folder; fsspec and the package of that storage must be installed.
"""

import functools
import io
import posixpath
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

from recognition_audit.errors import BadInput

ENDING = ".parquet"
FILES_MAX = 100_000
URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):/+(?P<rest>.*)")


class Remote:
    """A file on other storage, with the few things of a Path that the readers need."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __repr__(self) -> str:
        return f"Remote({self.url!r})"

    @property
    def name(self) -> str:
        return PurePosixPath(self.url).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.url).suffix

    def open(self, mode: str = "rb") -> IO[Any]:
        """The file for reading; raises OSError."""
        file: IO[Any] = _filesystem(self.url).open(self.url, mode)
        # Storage in memory hands out the one file that it holds: readers would move its place
        # under each other.
        return io.BytesIO(file.getvalue()) if isinstance(file, io.BytesIO) else file

    @property
    def size(self) -> int:
        return int(_filesystem(self.url).size(self.url))

    def fresh(self) -> Any:
        """The file opened anew, with what the readers of a Path ask of it."""
        return Fresh(self)


class Fresh:
    """An open file on other storage, for one reader: Arrow moves its place as it reads."""

    def __init__(self, remote: Remote) -> None:
        self._file, self.name, self.suffix = remote.open(), remote.name, remote.suffix
        self._size = remote.size

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def stat(self) -> "Fresh":
        return self

    @property
    def st_size(self) -> int:
        return self._size


def url_of(path: Any) -> str:
    """The URL that a path is, "" where it is none. A Path has lost one of the two strokes."""
    found = URL.match(str(path))
    if not found or Path(str(path)).exists():
        return ""
    scheme, rest = found["scheme"], found["rest"]
    return f"{scheme}:///{rest}" if scheme == "file" else f"{scheme}://{rest}"


def files_of(folder: Any) -> list[Any]:
    """The Parquet files of a folder or of its URL, by name; raises BadInput."""
    url = url_of(folder)
    if url:
        found: Sequence[Any] = _remote_files(url)
    else:
        found = sorted(Path(folder).glob("*" + ENDING), key=lambda path: path.name)
    name = PurePosixPath(str(folder)).name
    if not found:
        raise BadInput(f"the folder has no file that ends in {ENDING}", file=name)
    if len(found) > FILES_MAX:
        raise BadInput(f"{len(found):,} files; at most {FILES_MAX:,} are read", file=name)
    return list(found)


def _remote_files(url: str) -> list[Remote]:
    filesystem = _filesystem(url)
    try:
        if url.endswith(ENDING):
            return [Remote(url)]
        names = filesystem.glob(posixpath.join(url, "*" + ENDING))
    except (OSError, ValueError) as error:
        raise BadInput(f"the folder cannot be read: {error}", file=url) from error
    return [Remote(filesystem.unstrip_protocol(name)) for name in sorted(names)]


@functools.cache
def _fsspec() -> Any:
    try:
        import fsspec  # an optional extra
    except ImportError as error:
        words = "a folder on other storage needs fsspec: pip install '.[dask]' in the folder of "
        raise BadInput(f"{words}Countersign") from error
    return fsspec


def _filesystem(url: str) -> Any:
    try:
        return _fsspec().core.url_to_fs(url)[0]
    except (ValueError, ImportError) as error:
        raise BadInput(f"this storage cannot be reached: {error}", file=url) from error
