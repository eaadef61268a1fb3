"""A real worker and beat on the test database, and a real SMTP sink."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from config.embedded import ROOT

PATIENCE_SECONDS = 40


class Sink:
    """Keeps every message that arrives."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], str]] = []
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server, _session, envelope):
        self.messages.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"

    def __enter__(self) -> "Sink":
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()


@dataclass
class Workers:
    """Worker and beat processes over one folder."""

    folder: Path
    environment: dict[str, str]

    def start(self, kind: str = "worker") -> subprocess.Popen:
        words = {
            "worker": ["worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
            "beat": ["beat", "--schedule", str(self.folder / "beat"), "--pidfile="],
        }[kind]
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "tests.faults.application", "--quiet", *words,
             "--loglevel", "warning"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )  # fmt: skip

    def empty_the_broker(self) -> int:
        """Lose every message; returns how many there were."""
        if settings.CELERY_BROKER_URL.startswith("redis"):
            broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
            messages = broker.llen("celery")
            broker.flushdb()
            return messages
        files = list((self.folder / "broker" / "data").glob("*"))
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)


def kill(process: subprocess.Popen) -> None:
    """kill -9 the process and its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def database_url() -> str:
    given = settings.DATABASES["default"]
    name, host = connection.settings_dict["NAME"], given["OPTIONS"].get("host", "")
    if host:
        return f"postgresql://{given['USER']}:@/{name}?host={host}"
    who = f"{given['USER']}:{quote(given['PASSWORD'])}@" if given["USER"] else ""
    place = f"{given['HOST']}:{given['PORT']}" if given["HOST"] else ""
    return f"postgresql://{who}{place}/{name}"


def workers_in(folder: Path, smtp_port: int) -> Workers:
    for name in ("broker/data", "broker/control", "mail"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "C_FORCE_ROOT": "1",
    }
    if environment["CELERY_BROKER_URL"].startswith("memory:"):
        del environment["CELERY_BROKER_URL"]  # the folder, as everybody has it
    return Workers(folder, environment)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")
