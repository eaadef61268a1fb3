"""Real threads against the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(number: int, act: Callable[[int], Any], threads: int = 50) -> list[Any]:
    """Run `act(0…number - 1)` in threads that start together; exceptions are returned."""
    threads = min(threads, number)
    barrier = Barrier(threads)

    def run(place: int) -> Any:
        if place < threads:
            barrier.wait()
        try:
            return act(place)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(number)))
