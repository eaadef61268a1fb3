"""Resampling by hand on few pairs, and laws: exact sums, any chunk, any number of cores."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.embedded import ROOT
from recognition_audit import bootstrap
from recognition_audit.cells import View
from recognition_audit.pair_counts import PairCounter, PairCounts
from recognition_audit.readers.comparisons import Batch
from recognition_audit.tally import Tally
from recognition_audit.views import views
from tests.recognition_audit.simulated import all_pairs, batch_of_matrix, cut

GROUPS = np.repeat([0, 1], [40, 60])
LOOKS = [View.of(*view) for view in views(["group"], [("x",), ("y",)])]


@pytest.fixture
def batch():
    return batch_of_matrix(all_pairs(np.random.default_rng(2), 100, 0.4), GROUPS)


def counted(batch, **scope):
    tally = Tally((cut(0.05), cut(0.01)), "similarity")
    tally.add(batch, 100, 2)
    return tally, PairCounts.from_batches([batch], tally.thresholds, "similarity", **scope)


def test_a_comparison_weighs_as_often_as_both_of_its_subjects_were_drawn():
    pairs = PairCounts(
        first=np.array([0, 0, 1, 2]), second=np.array([1, 2, 2, 2]),
        trials=np.array([1, 2, 1, 5]), errors=np.array([[1, 1, 0, 5]]),
    )  # fmt: skip
    weights = np.array([[2.0], [3.0], [1.0]])
    place = np.zeros(3, dtype=np.int64)

    # 2·3·1 + 2·1·2 + 3·1·1; the pair of a subject with itself is dropped.
    assert bootstrap.PairSums(pairs, pairs.trials, place, 1).of(weights).tolist() == [[13]]
    assert bootstrap.PairSums(pairs, pairs.errors[0], place, 1).of(weights).tolist() == [[8]]


def test_weights_draw_as_many_subjects_as_a_group_has():
    group_of = np.array([0, 1, 1, -1, 0, 1])

    for chunk in bootstrap.weights(group_of, 600, seed=1):
        assert (chunk[group_of == 0].sum(axis=0) == 2).all()
        assert (chunk[group_of == 1].sum(axis=0) == 3).all()
        assert (chunk[3] == 0).all()


def test_accepted_pairs_alone_give_the_same_replicates_when_every_pair_was_compared(batch):
    tally, every = counted(batch)
    _same, accepted = counted(batch, across=True, each=1)

    one, other = (
        bootstrap.of_comparison(tally, pairs, GROUPS, LOOKS, replicates=300)
        for pairs in (every, accepted)
    )

    assert len(accepted) < len(every) / 4
    for key, draws in one.items():
        assert (draws.errors == other[key].errors).all()
        assert (draws.trials == other[key].trials).all()


def test_sparse_and_dense_sums_are_the_same(batch, monkeypatch):
    tally, pairs = counted(batch, across=True, each=1)
    sparse_gain = bootstrap.of_comparison(tally, pairs, GROUPS, LOOKS, replicates=50)
    monkeypatch.setattr(bootstrap, "DENSE_UNITS_MAX", 0)

    again = bootstrap.of_comparison(tally, pairs, GROUPS, LOOKS, replicates=50)

    assert all((draws.errors == again[key].errors).all() for key, draws in sparse_gain.items())


def test_the_replicates_lie_around_the_rate(batch):
    tally, pairs = counted(batch)
    draws = bootstrap.of_comparison(tally, pairs, GROUPS, LOOKS)["FMR", 0, 0]

    for group in (0, 1):
        units = group == GROUPS
        rate = tally.false_matches[0][units, group].sum() / tally.impostors[units, group].sum()
        assert draws.rates()[:, group].mean() == pytest.approx(rate, rel=0.1)


def test_mated_comparisons_weigh_as_often_as_their_subject_was_drawn():
    counts, place = np.array([3, 0, 2]), np.array([0, 0, 1])
    chunk = np.array([[2.0, 0], [1, 1], [1, 4]])

    assert bootstrap.by_group(counts, place, 2, chunk).tolist() == [[6, 2], [0, 8]]


def test_groups_made_of_several_need_pairs_across_them():
    looks = [
        View.of(*view)
        for view in views(["a", "b"], [("x", "1"), ("x", "2")])
    ]  # fmt: skip
    batch = batch_of_matrix(all_pairs(np.random.default_rng(2), 100, 0.4), GROUPS)
    tally, within = counted(batch)
    _same, across = counted(batch, across=True)

    assert set(bootstrap.of_comparison(tally, within, GROUPS, looks, replicates=5)) == {
        ("FMR", number, step) for number in (0, 2) for step in (0, 1)
    }
    assert ("FMR", 1, 0) in bootstrap.of_comparison(tally, across, GROUPS, looks, replicates=5)


def test_a_matrix_with_holes_is_not_taken_for_complete(batch):
    holes = batch.only(np.arange(len(batch.scores)) != 7)

    assert counted(batch, across=True, each=1)[1].settled(GROUPS) is not None
    assert counted(holes, across=True, each=1)[1].settled(GROUPS) is None
    assert counted(holes, across=True)[1].settled(GROUPS) is not None


def test_more_pairs_than_can_be_held_are_none(batch):
    assert counted(batch, limit=100)[1] is None


pair = st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0, 1, width=16), st.booleans())


def of(rows, **scope):
    columns = list(zip(*rows, strict=True)) if rows else [[]] * 4
    kinds = [np.int64, np.int64, np.float64, bool]
    a, b, scores, mated = (
        np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)
    )
    batch = Batch(scores, a, b, a % 2, b % 2, mated)
    return PairCounts.from_batches([batch], (0.3, 0.7), "similarity", **scope)


def table(pairs):
    names = ("first", "second", "trials", "errors", "compared")
    return [np.array(getattr(pairs, name)).tolist() for name in names]


@settings(max_examples=60)
@given(st.lists(pair, max_size=40), st.lists(pair, max_size=40), st.randoms())
def test_merging_in_any_split_and_order_gives_the_same_pairs(some, more, chance):
    for scope in ({}, {"across": True}, {"across": True, "each": 1}):
        whole = of(some + more, **scope)
        shuffled = some + more
        chance.shuffle(shuffled)
        assert table(of(some, **scope).merge(of(more, **scope))) == table(whole)
        assert table(of(more, **scope).merge(of(some, **scope))) == table(whole)
        assert table(of(shuffled, **scope)) == table(whole)


def test_waiting_rows_are_settled_in_between(monkeypatch):
    rows = [(n % 5, (n * 3) % 7, (n % 10) / 10, False) for n in range(200)]
    once = of(rows, across=True)
    monkeypatch.setattr("recognition_audit.pair_counts.WAITING_MAX", 10)
    counter = PairCounter(2, across=True)
    for a, b, score, _mated in rows:
        accepted = np.array([[score >= 0.3], [score >= 0.7]])
        counter.add(np.array([a]), np.array([b]), accepted)

    assert table(counter.result()) == table(once)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=80), st.integers(1, 30))
def test_the_limit_counts_distinct_pairs_however_they_were_merged(rows, limit):
    distinct = {tuple(sorted(row)) for row in rows}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recognition_audit.pair_counts.WAITING_MAX", 3)
        counters = [PairCounter(1, across=True, limit=limit) for _ in range(2)]
        for number, (a, b) in enumerate(rows):
            counters[number % 2].add(np.array([a]), np.array([b]), np.array([[a < b]]))
        found = [counter.result() for counter in counters]
    both = None if None in found else found[0].merge(found[1], limit=limit)

    assert (both is None) == (len(distinct) > limit)
    if both is not None:
        assert set(zip(both.first.tolist(), both.second.tolist(), strict=True)) == distinct
        assert both.trials.sum() == len(rows)
        assert both.errors.sum() == sum(a < b for a, b in rows)


def test_codes_and_thresholds_too_many_for_one_number_are_counted_all_the_same():
    a, b = np.array([3, 1 << 31, 3, 7]), np.array([1 << 31, 3, 5, 7])
    accepted = np.array([[True, False, True, False]] * 3)
    counter = PairCounter(3, across=True)
    counter.add(a, b, accepted)

    pairs = counter.result()

    assert pairs.first.tolist() == [3, 3, 7]
    assert pairs.second.tolist() == [5, 1 << 31, 7]
    assert (pairs.trials.tolist(), pairs.errors[2].tolist()) == ([1, 2, 1], [1, 1, 0])


def test_new_codes_move_pairs_and_keep_them_sorted():
    pairs = of([(0, 2, 0.9, False), (2, 4, 0.1, False)])
    moved = pairs.recoded(np.array([5, 9, 1, 9, 3]))

    assert (moved.first.tolist(), moved.second.tolist()) == ([1, 1], [3, 5])
    assert moved.errors.tolist() == [[0, 1], [0, 1]]


def test_counts_of_another_scope_do_not_merge():
    with pytest.raises(ValueError, match="scope"):
        of([]).merge(of([], across=True))


def test_the_replicates_are_the_same_on_one_core_and_on_two():
    code = (
        "import hashlib, numpy as np; from recognition_audit import bootstrap as b;"
        "from tests.recognition_audit.test_bootstrap import *;"
        "x = batch_of_matrix(all_pairs(np.random.default_rng(2), 100, 0.4), GROUPS);"
        "t, p = counted(x, across=True, each=1);"
        "d = b.of_comparison(t, p, GROUPS, LOOKS);"
        "print(hashlib.sha256(b''.join(v.errors.tobytes() for v in d.values())).hexdigest())"
    )
    cores = sorted(os.sched_getaffinity(0))
    told = set()
    for threads, on in (("1", cores[:1]), ("2", cores)):
        told.add(
            subprocess.run(
                ["taskset", "-c", ",".join(map(str, on)), sys.executable, "-c", code],
                env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)},
                capture_output=True, text=True, cwd=ROOT, check=True,
            ).stdout
        )  # fmt: skip

    assert len(told) == 1


def test_independent_cases_are_drawn_with_their_own_rates():
    draws = bootstrap.of_cases(np.array([30, 0]), np.array([100, 50]))

    assert draws.errors[:, 0].mean() == pytest.approx(30, abs=0.5)
    assert draws.errors[:, 0].std() == pytest.approx(np.sqrt(21), rel=0.06)
    assert not draws.errors[:, 1].any()
    assert (draws.rates()[:, 1] == 0.01).all()  # half an error, so that there is a logarithm
