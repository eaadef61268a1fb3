"""The folder as a broker: a worker never sees half a message."""

import json
import threading
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from config import broker

MESSAGES = 300


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setitem(TRANSPORT_ALIASES, "filesystem", TRANSPORT_ALIASES["filesystem"])
    broker.use()
    for name in ("data", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def connection(folder: Path) -> Connection:
    """To a folder; its queue is named after it, since kombu remembers bindings by name alone."""
    options = {
        "data_folder_in": str(folder / "data"),
        "data_folder_out": str(folder / "data"),
        "control_folder": str(folder / "control"),
    }
    return Connection("filesystem://localhost", transport_options=options)


def test_messages_written_by_many_are_read_once_and_whole(folder):
    got: list[int] = []
    faults: list[Exception] = []

    def write(start: int) -> None:
        with connection(folder) as mine, mine.SimpleQueue(folder.name) as queue:
            for number in range(start, start + MESSAGES // 3):
                queue.put({"number": number, "padding": "x" * 20_000})

    def read() -> None:
        with connection(folder) as mine, mine.SimpleQueue(folder.name) as queue:
            while len(got) < MESSAGES and not faults:
                try:
                    message = queue.get(timeout=1)
                except queue.Empty:
                    continue
                except Exception as error:  # noqa: BLE001 - the test looks at it
                    faults.append(error)
                else:
                    got.append(message.payload["number"])
                    message.ack()

    threads = [threading.Thread(target=write, args=[n * MESSAGES // 3]) for n in range(3)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert faults == []
    assert sorted(got) == list(range(MESSAGES))


def test_a_message_gets_its_name_once_it_is_complete(folder, monkeypatch):
    seen = []
    replace = broker.os.replace

    def watched(part, name):
        seen.append([path.name for path in (folder / "data").glob("*.msg")])
        assert json.loads(Path(part).read_text())
        replace(part, name)

    monkeypatch.setattr(broker.os, "replace", watched)
    with connection(folder) as mine, mine.SimpleQueue(folder.name) as queue:
        queue.put({"number": 1})

    assert seen == [[]]
    assert len(list((folder / "data").glob("*.msg"))) == 1
