"""`manage.py test` runs pytest: Django's own runner would find no test and call that success."""

from collections.abc import Sequence
from typing import Any

import pytest


class PytestRunner:
    def __init__(self, verbosity: int = 1, **_options: Any) -> None:
        self.verbosity = verbosity

    def run_tests(self, test_labels: Sequence[str], **_options: Any) -> int:
        """Run the named tests, or all; returns pytest's exit code."""
        quiet = ["-q"] if self.verbosity < 1 else []
        return int(pytest.main([*quiet, *test_labels]))
