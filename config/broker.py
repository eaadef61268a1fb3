"""The folder as a broker: kombu's own, with messages that appear whole or not at all.

kombu opens a message's file and writes it afterwards; a worker that looks in between reads nothing,
takes it for broken JSON and dies. Here a file gets its name once it is complete. So does the table
of an exchange: of two processes that make one at once, kombu's second empties that of the first.
"""

import contextlib
import os
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

_binding = threading.Lock()


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ARG002
        """Put a message onto a queue; the name is as kombu's, which sorts by age."""
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = folder / f".{name}.part"  # no queue's files end so
        part.write_bytes(dumps(payload).encode())
        os.replace(part, folder / name)  # noqa: PTH105 - atomic on one file system

    def queue_bind(self, *args: Any, **kwargs: Any) -> None:
        """Bind a queue, once a process.

        kombu notes that it is bound before it is: another thread would send into nothing.
        """
        with _binding:
            super().queue_bind(*args, **kwargs)

    def _queue_bind(self, exchange: str, *args: Any) -> None:
        """Bind a queue; what is there already kombu changes in place, under a lock."""
        table = self._exchange_file(exchange)
        if not table.exists():
            self.control_folder.mkdir(exist_ok=True)
            part = table.with_name(f".{table.name}.{uuid4()}.part")
            part.write_text("[]")
            with contextlib.suppress(FileExistsError):
                os.link(part, table)  # unlike a rename it leaves what is there
            part.unlink()
        super()._queue_bind(exchange, *args)


class Transport(filesystem.Transport):
    Channel = Channel


def use() -> None:
    """Let `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
