"""How often a service is asked, and how often again after it said “later”."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Answered = TypeVar("Answered")

ATTEMPTS_MAX = 8
WAIT_FIRST_S = 0.5
WAIT_MAX_S = 60.0


class Later(Exception):
    """The service wants to be asked again later."""


@dataclass
class TokenBucket:
    """At most `rate` calls a second in the long run, and at most `burst` of them at once.

    clock and sleep are passed in by tests.
    """

    rate: float
    burst: int = 1
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.burst < 1:
            raise ValueError("a rate is above 0 calls a second, a burst at least 1 call")
        self._tokens, self._at = float(self.burst), self.clock()

    def take(self) -> None:
        """Wait until a call may be made, and take its token."""
        self._fill()
        if self._tokens < 1:
            self.sleep((1 - self._tokens) / self.rate)
            self._fill()
        self._tokens -= 1

    def _fill(self) -> None:
        now = self.clock()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now


@dataclass
class Patience:
    """Waits longer after each refusal, by a random share: many askers must not march in step."""

    attempts: int = ATTEMPTS_MAX
    sleep: Callable[[float], None] = time.sleep
    # Only for waiting: no result depends on it.
    share: Callable[[], float] = random.random

    def until_answered(self, bucket: TokenBucket, ask: Callable[[], Answered]) -> Answered:
        """Ask until the answer is not Later; raises the last Later when patience is at its end."""
        for attempt in range(self.attempts):
            bucket.take()
            try:
                return ask()
            except Later:
                if attempt + 1 == self.attempts:
                    raise
                wait = min(WAIT_MAX_S, WAIT_FIRST_S * 2**attempt)
                self.sleep(wait * (0.5 + self.share() / 2))
        raise ValueError("patience needs at least one attempt")
