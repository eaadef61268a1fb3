"""Signatures per second including confirmation, beside a bare Django view doing the same SQL.

`make bench` prints both and their ratio. Each side runs under gunicorn with the same workers, on
the embedded PostgreSQL with durable commits, driven by the same client threads over loopback.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from config.embedded import ROOT, SECRETS, prepare_environment

SIGNERS = 600
CLIENTS = 16
WEB_WORKERS = 2


def main() -> None:
    for name in SECRETS:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= {"VAR_DIR": folder, "DEMO": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        prepare_environment(Path(folder))
        for name in ("static", "broker/data", "broker/control"):
            (Path(folder) / name).mkdir(parents=True)
        for command in (["migrate"], ["createcachetable"]):
            manage(*command)
        ours = measure("ours")
        bare = measure("bare")
    print(f"ours  {ours:7.1f} signatures/s, confirmed (the form posted, the link's button pressed)")
    print(f"bare  {bare:7.1f} signatures/s, the same writes in two plain views")
    print(f"ratio {ours / bare:7.2f}")


def manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words, "--verbosity", "0"], cwd=ROOT, check=True)


def measure(side: str) -> float:
    """Signatures per second of one side."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    words += ["--workers", str(WEB_WORKERS)]
    server = subprocess.Popen([sys.executable, "-m", *words, "--log-level", "error"], cwd=ROOT)
    try:
        slug, text = ask(port, "GET", "/bench/petition/").decode().split()
        work(port, side, slug, text, range(-2 * CLIENTS, 0))  # warm up
        start = time.perf_counter()
        work(port, side, slug, text, range(SIGNERS))
        return SIGNERS / (time.perf_counter() - start)
    finally:
        server.terminate()
        server.wait()


def work(port: int, side: str, slug: str, text: str, numbers: range) -> None:
    def one(number: int) -> None:
        address = f"{side}{number}@mail.example"
        if side == "ours":
            form = {"address": address, "text": text, "consent": "on"}
            ask(port, "POST", f"/petitions/{slug}/sign/public/", form)
            token = ask(port, "POST", "/bench/token/", {"address": address}).decode()
            ask(port, "POST", f"/s/{token}/", {})
        else:
            key = ask(port, "POST", "/bench/bare/sign/", {"address": address}).decode()
            ask(port, "POST", "/bench/token/", {"address": ""})  # the same look-up by the driver
            ask(port, "POST", "/bench/bare/confirm/", {"key": key})

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(one, numbers))


def ask(port: int, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(form or {}), headers)
            answer = connection.getresponse()
            body = answer.read()
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        finally:
            connection.close()
        assert answer.status in (200, 302), (path, answer.status, body[:300])
        return body
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main()
