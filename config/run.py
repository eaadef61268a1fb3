"""`make run`: the embedded database, migrations, the demo, then web, worker and beat together.

They stop together too: when one ends or Ctrl-C is pressed, all end, and the database with them.
"""

import os
import subprocess
import sys
from pathlib import Path

from honcho.manager import Manager

from config.embedded import ROOT, prepare_environment

BIN = Path(sys.executable).parent
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))


def main() -> int:
    port = os.environ.get("PORT", "8000")
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SITE_URL", address)
    for folder in ("broker/data", "broker/control", "mail", "files", "static"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    prepare_environment()  # the children find DATABASE_URL set and leave the server alone
    is_demo = os.environ.get("DEMO", "0") not in ("0", "no", "false", "")
    prepare(is_demo=is_demo)
    tell(address, is_demo=is_demo)
    return serve(port)


def prepare(*, is_demo: bool) -> None:
    """Bring the database and the static files up to date."""
    manage("migrate", "--verbosity", "0")
    manage("createcachetable", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    manage("seed_register")
    if is_demo:
        manage("seed_demo")


def manage(*words: str) -> None:
    # No worker runs yet: what the seed would wake, beat wakes later.
    environment = os.environ | {"CELERY_BROKER_URL": "memory://localhost"}
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)


def serve(port: str) -> int:
    """Run until one of the processes ends or a signal comes; returns the exit code."""
    celery = f"{BIN}/celery --app config.celery --quiet"
    environment = dict(os.environ)
    manager = Manager()
    web = f"{BIN}/gunicorn --config config/gunicorn.py config.wsgi --bind 127.0.0.1:{port}"
    manager.add_process("web", f"exec {web} --workers 2", env=environment, cwd=str(ROOT))
    worker = f"{celery} worker --concurrency 2 --without-gossip --without-mingle --loglevel warning"
    manager.add_process("worker", f"exec {worker}", env=environment, cwd=str(ROOT))
    beat = f"{celery} beat --schedule {VAR}/beat-schedule --pidfile= --loglevel warning"
    manager.add_process("beat", f"exec {beat}", env=environment, cwd=str(ROOT))
    manager.loop()
    return manager.returncode or 0


def tell(address: str, *, is_demo: bool) -> None:
    lines = [f"\n  Countersign is at {address}"]
    if is_demo:
        lines += [
            f"  Mailbox of the demo   {address}/mailbox/",
            f"  For organisers        {address}/desk/",
            "  Sign in as            ben@demo.example (organiser), mo@demo.example (moderator),",
            "                        eve@demo.example (evidence editor), ada@demo.example (auditor),",  # noqa: E501
            "                        ravi@demo.example (reviewer; “four words for reviewers”)",
            "  Password              countersign-demo",
        ]
    print("\n".join(lines), "\n  Ctrl-C stops everything.\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
