"""Searches: one a person is an independent case, several of one person are not."""

import json

import numpy as np
import pytest

from recognition_audit import BadInput
from recognition_audit.differentials import of_rows
from recognition_audit.people import of_people

AXES = ["race"]
KEY = ("FPIR", "80", (("gallery", 25_000),))


def searched(random, people, each, rates):
    """Errors by person; each has a rate of their own around that of the group."""
    table = {}
    for group, rate in rates.items():
        for person in range(people):
            own = random.beta(rate * 2, (1 - rate) * 2) if each > 1 else rate
            table[(group,), f"{group}{person}"] = [int(random.binomial(each, own)), each]
    return table


def rows_of(table, subjects):
    rows = []
    for group in sorted({one[0] for one, _person in table}):
        mine = [both for (one, _person), both in table.items() if one == (group,)]
        errors, trials = (sum(both[place] for both in mine) for place in (0, 1))
        rows.append({
            "metric": "FPIR", "threshold": "80", "axes": AXES, "group_a": group, "group_b": None,
            "errors": errors, "trials": trials, "subjects": subjects, "value": errors / trials,
            "adequacy": "enough", "gallery": 25_000,
        })  # fmt: skip
    return rows


def test_one_search_a_person_is_an_independent_case():
    table = searched(np.random.default_rng(1), 200, 1, {"x": 0.3, "y": 0.1, "z": 0.2})

    assert of_people({KEY: table}, AXES) == of_rows(rows_of(table, 200))


def test_several_searches_of_one_person_widen_the_interval_and_keep_the_value():
    table = searched(np.random.default_rng(2), 100, 20, {"x": 0.3, "y": 0.1})
    (found,) = of_people({KEY: table}, AXES, contrasts=[("x", "y")])["contrasts"]
    (naive,) = of_rows(rows_of(table, None), contrasts=[("x", "y")])["contrasts"]

    assert found["ratio"] == naive["ratio"]
    assert found["gallery"] == 25_000
    assert found["ci"]["method"] == "subject bootstrap on the log"
    width, narrow = (np.log(r["ci"]["hi"] / r["ci"]["lo"]) for r in (found, naive))
    assert width > 2 * narrow


def test_labels_of_whole_people_are_shuffled():
    random, small = np.random.default_rng(3), 0
    for seed in range(60):
        table = searched(random, 40, 20, {"x": 0.2, "y": 0.2})
        parts = of_people({KEY: table}, AXES, seed, replicates=10, permutations=99)
        small += parts["differentials"][0]["p"] <= 0.1

    # 6 of 60 are expected; with the searches taken as independent it is about 35.
    assert small <= 13


def test_people_are_drawn_together_in_every_table():
    table = searched(np.random.default_rng(4), 60, 5, {"x": 0.3, "y": 0.2})
    other = ("FPIR", "80", (("gallery", 50_000),))

    parts = of_people({KEY: table, other: table}, AXES, replicates=100, permutations=20)

    half = len(parts["differentials"]) // 2
    for one, again in zip(
        parts["differentials"][:half], parts["differentials"][half:], strict=True
    ):
        assert (one["value"], one["ci"], one["p"]) == (again["value"], again["ci"], again["p"])
        assert (one["gallery"], again["gallery"]) == (25_000, 50_000)


def test_too_few_people_stand_nowhere():
    table = searched(np.random.default_rng(5), 60, 5, {"x": 0.3, "y": 0.2})
    table |= {(("few",), f"few{n}"): [1, 5] for n in range(8)}

    parts = of_people({KEY: table}, AXES, replicates=20, permutations=20)

    assert '"few"' not in json.dumps(parts)
    assert "1 group with too few data left out" in parts["differentials"][0]["note"]


def test_nobody_and_names_that_are_not_there():
    assert of_people({}, AXES) == {"differentials": [], "contrasts": [], "bands": []}
    table = searched(np.random.default_rng(6), 40, 2, {"x": 0.3, "y": 0.2})
    with pytest.raises(BadInput, match="no contrast of z"):
        of_people({KEY: table}, AXES, reference="z")
