"""docs/audit-statistics.md says what the code does."""

import re

import pytest

from config.embedded import ROOT
from recognition_audit import bootstrap, contrasts, limits, measures, permutation
from recognition_audit.clauses import parse
from recognition_audit.pair_counts import PAIR_COUNTS_MAX

TEXT = (ROOT / "docs" / "audit-statistics.md").read_text()


@pytest.mark.parametrize("name", sorted(measures.MEASURES))
def test_every_measure_is_explained_in_its_own_words(name):
    measure = measures.MEASURES[name]

    (line,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]
    assert measure.words in line
    assert measure.limits in line


def test_every_clause_shown_can_be_read():
    shown = re.findall(r"^    (\S.*?)(?:  .*)?$", TEXT, re.MULTILINE)

    assert len(shown) == 5
    assert [parse(clause).text for clause in shown] == shown


def test_the_numbers_are_those_of_the_code():
    assert f"{bootstrap.REPLICATES:,} times" in TEXT
    assert f"{permutation.PERMUTATIONS:,} shuffles" in TEXT
    assert f"{PAIR_COUNTS_MAX:,} pairs" in TEXT
    assert f"more than {contrasts.EXPLORED_GROUPS_MAX} groups" in TEXT
    assert f"{measures.RATE_FLOOR:.5f}" in TEXT
    assert f"fewer than {limits.SUBJECTS_MIN} subjects or {limits.TRIALS_MIN} trials" in TEXT
    assert limits.ERRORS_FOR_A_RATIO == 5
    assert limits.ERRORS_FOR_A_RATE == 30
