"""Promise 9: nothing published about staff is below the floor, nor follows from all of it.

A month is simulated; everything that was published in it is kept, as one who never sleeps would,
and solved for what was not: each cell, and how far each cell moved between any two moments.
"""

import random
from dataclasses import dataclass, field
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions import ledger
from petitions.actions import ledger as verbs
from petitions.ledger import Cell, names_parts
from petitions.models import Petition, Total
from petitions.relations import ADDRESS_ONLY, Relation
from signatures.actions import counting
from tests.factories import confirmed, open_petition
from tests.people import NOON
from transparency.actions import append
from transparency.models import LogEntry

FLOOR = 10
MOMENTS_MAX = 60
PROOFS = ("mailbox", "document", "vouching")
RELATIONS = (Relation.EMPLOYEE, Relation.CONTINGENT, Relation.FORMER)
PLACES = [(relation, proof) for relation in RELATIONS for proof in (ADDRESS_ONLY, *PROOFS)]
OTHERS = [(Relation.SHAREHOLDER, ADDRESS_ONLY), (Relation.PUBLIC, ADDRESS_ONLY)]


@dataclass
class Month:
    """A petition that exists in memory, with the very functions that publish."""

    totals: dict = field(default_factory=dict)
    published: list = field(default_factory=list)
    others: dict = field(default_factory=dict)
    entries: int = 0

    def __post_init__(self):
        for relation, proof in PLACES + OTHERS:
            self.totals[relation, proof] = Total(relation=relation, proof=proof)
        self.petition = SimpleNamespace(
            relations=list(Relation.values), publishes_at_once=False, floor=FLOOR,
            in_scope=None, in_scope_source="", opened_at=None,
            totals=SimpleNamespace(all=lambda: list(self.totals.values())),
        )  # fmt: skip

    def move(self, place, delta):
        self.totals[place].total += delta

    def fold(self):
        for place, cell in ledger.next_shown(self.petition, self.totals.values()).items():
            self.totals[place].shown, self.totals[place].told = cell.shown, cell.told
        said = ledger.statement(self.petition)
        self.entries = max(self.entries, ledger.staff_told(self.petition, self.totals.values()))
        self.others[id(said)] = self.totals[OTHERS[0]].shown
        self.published.append((said, self.entries))


def simulate(seed, days=30):
    """People sign, prove, move, lapse and withdraw, a few or many an hour."""
    chance, month = random.Random(seed), Month()
    busy = chance.choice([1, 4, 15])
    for _hour in range(days * 6):
        for _event in range(chance.randrange(busy + 1)):
            happen(chance, month)
        month.fold()
    return month


def happen(chance, month):
    kind, relation = chance.random(), chance.choice(RELATIONS)
    proved = (relation, chance.choice(PROOFS))
    if kind < 0.45:
        month.move(chance.choice([(relation, ADDRESS_ONLY), *OTHERS]), +1)
    elif kind < 0.85:
        change(month, (relation, ADDRESS_ONLY), proved)
    elif kind < 0.92:  # a proof falls, or somebody leaves the company
        change(
            month, proved, chance.choice([(relation, ADDRESS_ONLY), (Relation.FORMER, proved[1])])
        )
    else:
        withdrawn = chance.choice(PLACES + OTHERS)
        month.move(withdrawn, -1 if month.totals[withdrawn].total else 0)


def change(month, before, after):
    if month.totals[before].total:
        month.move(before, -1)
        month.move(after, +1)


def moments(month):
    """What was published, each state once, in order."""
    kept = []
    for said, entries in month.published:
        state = (said.rows, said.unverified, entries)
        if not kept or kept[-1] != state:
            kept.append(state)
    return kept


def solved(states, relation):
    """What follows from a relation's published lines: each cell, each group of cells, and each
    step of one between two moments at which it is known and not in between.

    Unknown is each cell at each moment; known are the shares that were named, and the totals.
    """
    known, values = [], []
    for at, (rows, _unverified, _entries) in enumerate(states):
        line = next(row for row in rows if row.relation == relation)
        if line.total is None:
            continue
        known.append({(at, proof): 1 for proof in PROOFS})
        values.append(line.total)
        named = {part.proof: part.total for part in line.parts}
        for proof in PROOFS if not line.hidden_parts else ():
            known.append({(at, proof): 1})
            values.append(named.get(proof, 0))
    groups = [group for size in (1, 2, 3) for group in combinations(PROOFS, size)]
    places = [(at, proof) for at in range(len(states)) for proof in PROOFS]
    asked = [(at, group) for group in groups for at in range(len(states))]
    answers = follow(known, values, places, [{(at, p): 1 for p in g} for at, g in asked])
    for n, (at, group) in enumerate(asked):
        if answers[n] is None:
            continue
        yield (at, group), answers[n]
        earlier = [m for m in range(n) if asked[m][1] == group and answers[m] is not None]
        if earlier and (len(group) < len(PROOFS) or asked[earlier[-1]][0] == at - 1):
            yield (asked[earlier[-1]], at), answers[n] - answers[earlier[-1]]


def follow(known, values, places, asked):
    """The answer to each question that the equations settle, else None, by their null space."""
    column = {place: n for n, place in enumerate(places)}

    def rows(terms):
        matrix = np.zeros((len(terms), len(places)))
        for n, term in enumerate(terms):
            for place, factor in term.items():
                matrix[n, column[place]] = factor
        return matrix

    if not known:
        return [None] * len(asked)
    equations, wanted = rows(known), rows(asked)
    _left, sizes, right = np.linalg.svd(equations)
    free = right[int((sizes > 1e-9).sum()) :]
    settled = np.abs(wanted @ free.T).max(axis=1, initial=0) < 1e-6
    found = wanted @ np.linalg.lstsq(equations, np.array(values, float), rcond=None)[0]
    return [round(n) if is_settled else None for n, is_settled in zip(found, settled, strict=True)]


def leaks(month):
    states = moments(month)[-MOMENTS_MAX:]
    return [
        (relation, what, number)
        for relation in RELATIONS
        for what, number in solved(states, relation)
        if 0 < abs(number) < FLOOR
    ]


@pytest.mark.parametrize("seed", range(12))
def test_a_month_of_pages_tells_no_small_cell(seed):
    month = simulate(seed)

    assert leaks(month) == []
    assert len(moments(month)) > 1 or seed % 3 == 0  # something was published


@pytest.mark.parametrize("seed", range(4))
def test_the_length_of_the_log_follows_from_the_pages(seed):
    month, most = simulate(seed), 0
    for said, entries in month.published:
        shown = sum(row.total or 0 for row in said.rows if row.is_staff)
        # At its worst a reader knows how many of the unverified are no staff.
        most = max(most, shown + (said.unverified or 0) - month.others[id(said)])
        assert entries == most


def test_the_solver_finds_what_a_page_with_exact_parts_tells():
    """The search itself must be able to fail: here every total and every share is published."""
    month = simulate(3)

    class Naive(Month):
        def fold(self):
            for row in self.totals.values():
                row.shown = row.told = max(0, row.total)
            self.published.append((ledger.statement(self.petition), 0))

    naive, chance = Naive(), random.Random(3)
    for _hour in range(200):
        for _event in range(chance.randrange(5)):
            happen(chance, naive)
        naive.fold()

    assert leaks(month) == []
    assert leaks(naive)


cells = st.builds(Cell, *[st.integers(0, 40)] * 3)


@given(st.lists(st.lists(st.integers(-15, 25), min_size=3, max_size=3), max_size=30))
@settings(max_examples=300, deadline=None)
def test_each_step_is_none_or_as_large_as_the_floor(steps):
    ways = {proof: Cell(0) for proof in PROOFS}
    for step in steps:
        before = ways
        exact = {p: max(0, ways[p].exact + n) for p, n in zip(PROOFS, step, strict=True)}
        ways = {p: Cell(exact[p], c.shown, c.told) for p, c in ways.items()}
        shown = ledger.batch(ways, FLOOR)
        told = ledger.next_told(shown, {p: c.told for p, c in ways.items()}, FLOOR)
        ways = {p: Cell(exact[p], shown[p], told[p]) for p in PROOFS}
        for proof in PROOFS:
            assert told[proof] == 0 or told[proof] >= FLOOR
            assert abs(told[proof] - before[proof].told) not in range(1, FLOOR)
        change = abs(sum(shown.values()) - sum(c.shown for c in before.values()))
        both_named = names_parts(before) and names_parts(ways)
        assert both_named or change not in range(1, FLOOR)


def test_page_api_log_and_desk_tell_the_same(client, team, ben):
    petition = open_petition(team, ben)
    chance, totals = random.Random(1), {}
    for number in range(26):
        relation = "public" if number % 3 == 0 else "employee"
        confirmed(petition, f"person{number}@mail.example", relation)
        place = ("employee", chance.choice(["mailbox", "document"]))
        totals[place] = totals.get(place, 0) + 1
        verbs.apply(petition_id=petition.pk, changes={place: 1}, now=NOON)
        counting.fold(now=NOON)
        append(now=NOON)
        check_places_agree(client, ben, petition)
    assert sum(totals.values()) == 26


def check_places_agree(client, ben, petition):
    fresh = Petition.objects.with_texts().get(pk=petition.pk)
    said = ledger.statement(fresh)
    totals = {row.relation: row.total for row in said.rows}
    counts = client.get(f"/api/v1/petitions/{petition.slug}/counts/").json()
    page = client.get(petition.get_absolute_url()).content.decode()
    client.force_login(ben)
    desk = client.get(reverse("admin:petitions_petition_changelist")).content.decode()
    client.logout()

    assert {row["relation"]: row["total"] for row in counts["rows"]} == totals
    shown = totals["employee"]
    assert (f">{shown}<" in page) if shown else ("fewer than 10" in page)
    assert (f">{shown}<" in desk) if shown else ("below the floor" in desk)
    # The log holds the public's entries at once, and no more of staff than the page tells.
    public = totals["public"]
    of_staff = LogEntry.objects.count() - public
    assert of_staff <= sum(totals[r] or 0 for r in RELATIONS) + (said.unverified or 0)
