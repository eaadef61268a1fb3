"""What the servers write down: no address of mail or network, no token."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.logs import redacted
from privacy.digests import new_token

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "written",
    [
        "Not Found: /s/{token}/",
        "Gone: /mine/open/{token}/?next=/",
        "could not send to asha@mail.example: 550",
        "'<asha.rao+tag@staff.example>' refused",
        "Invalid request from ip=203.0.113.77: bad",
        "connection from 2001:db8:0:0:1:0:0:77 closed",
        "connection from ::ffff:203.0.113.77",
    ],
)
def test_addresses_and_tokens_are_taken_out(written):
    token = new_token()

    line = redacted(written.format(token=token))

    for secret in (token, "asha", "203.0.113.77", "2001:db8"):
        assert secret not in line
    assert "[" in line


@pytest.mark.parametrize(
    "line",
    [
        "Job 1b4e28ba-2fa1-11d2-883f-0016d3cca427 of kind evidence.audit broke off.",
        "2026-11-24 12:00:01,123 INFO background.tasks done in 0.25 s",
        "Not Found: /petitions/stop-selling/",
    ],
)
def test_what_happened_stays_readable(line):
    assert redacted(line) == line


def test_gunicorn_writes_no_network_address_of_a_visitor():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"GUNICORN_LOG_LEVEL": "debug"}
    server = subprocess.Popen(
        [sys.executable, "-m", *words, "tests.config.hello:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for asked in (
            b"GET /s/planted HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\x16\x03\x01 garbage\r\n\r\n",
        ):
            ask(port, asked)
    finally:
        server.terminate()
        said, _none = server.communicate(timeout=30)

    assert "Invalid request" in said  # it wrote something, and without the address
    assert f"127.0.0.1:{port}" not in said.replace(f"http://127.0.0.1:{port}", "")
    assert "ip=127.0.0.1" not in said
    assert "/s/planted HTTP" not in said


def ask(port, request):
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(request)
                connection.recv(1000)
                return
        except ConnectionResetError:
            return  # how it ends a connection that it cannot read
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")
