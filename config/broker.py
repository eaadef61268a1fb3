"""The folder as a broker: kombu's own, with messages that appear whole or not at all.

kombu opens a message's file and writes it afterwards; a worker that looks in between reads nothing,
takes it for broken JSON and dies. Here a file gets its name once it is complete.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

TRIES = 20
PAUSE_SECONDS = 0.01


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ARG002
        """Put a message onto a queue; the name is as kombu's, which sorts by age."""
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = folder / f".{name}.part"  # no queue's files end so
        part.write_bytes(dumps(payload).encode())
        os.replace(part, folder / name)  # noqa: PTH105 - atomic on one file system

    def get_table(self, exchange: str) -> Any:
        return _patiently(super().get_table, exchange)

    def _queue_bind(self, *args: Any) -> None:
        _patiently(super()._queue_bind, *args)


def _patiently(act: Callable[..., Any], *args: Any) -> Any:
    """Try again while another process is writing the table of an exchange."""
    for _ in range(TRIES):
        try:
            return act(*args)
        except ValueError:
            time.sleep(PAUSE_SECONDS)
    return act(*args)


class Transport(filesystem.Transport):
    Channel = Channel


def use() -> None:
    """Let `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
