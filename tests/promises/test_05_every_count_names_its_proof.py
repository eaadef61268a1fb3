"""Promise 5: every count names its proof, and kinds are never added up."""

import pytest

from petitions import ledger
from petitions.actions import ledger as verbs
from petitions.ledger import LABELS, Cell, batch, suppress
from petitions.models import Petition
from petitions.relations import Relation
from tests.factories import open_petition
from tests.people import NOON


def with_cells(petition, cells):
    verbs.apply(petition_id=petition.pk, changes=cells, now=NOON)
    return ledger.statement(Petition.objects.with_texts().get(pk=petition.pk))


CELLS = {
    ("employee", "mailbox"): 41,
    ("employee", "none"): 13,
    ("contingent", "mailbox"): 12,
    ("public", "none"): 60,
}


def test_each_relation_has_its_own_line_with_its_proofs(team, ben):
    said = with_cells(open_petition(team, ben), CELLS)

    lines = {
        row.relation: (row.total, {part.proof: part.total for part in row.parts})
        for row in said.rows
    }
    assert lines["employee"] == (41, {"mailbox": 41})
    assert lines["contingent"] == (12, {"mailbox": 12})
    assert lines["public"] == (60, {"none": 60})
    assert said.unverified == 13
    assert said.as_of is not None


def test_no_sum_over_relations_appears_on_page_or_api(team, ben, client):
    petition = open_petition(team, ben)
    with_cells(petition, CELLS)
    sums = {41 + 12, 41 + 60, 12 + 60, 41 + 12 + 60, 41 + 12 + 60 + 13, 41 + 13}

    page = client.get(petition.get_absolute_url()).content.decode()
    counts = client.get(f"/api/v1/petitions/{petition.slug}/counts/").json()

    assert not [number for number in sums if f">{number}<" in page]
    assert not [number for number in sums if number in {row["total"] for row in counts["rows"]}]
    assert "by work mailbox" in page


def test_every_relation_has_its_words():
    assert set(LABELS) == set(Relation.values)


def test_parts_are_hidden_together_when_one_is_small():
    cells = {"mailbox": Cell(31, shown=31), "document": Cell(6, shown=6)}
    row = suppress("employee", cells, floor=10, at_once=False)

    assert (row.total, row.parts, row.hidden_parts) == (37, [], True)


@pytest.mark.parametrize(
    ("cells", "published"),
    [
        # Nothing is named yet: a total of ten is, its shares are not.
        ([(9, 0, 0), (0, 0, 0)], [0, 0]),
        ([(6, 0, 0), (4, 0, 0)], [6, 4]),
        ([(31, 0, 0), (6, 0, 0)], [31, 0]),
        ([(12, 6, 0), (10, 4, 0)], [12, 10]),
        ([(11, 6, 0), (8, 4, 0)], [6, 4]),
        # Named: a share moves by ten or stays, whatever the others do.
        ([(21, 11, 11), (14, 11, 11)], [21, 11]),
        ([(20, 11, 11), (20, 11, 11)], [11, 11]),
        ([(4, 15, 15), (30, 30, 30)], [0, 30]),
        ([(0, 15, 15), (30, 30, 30)], [0, 30]),
    ],
)
def test_what_a_relation_publishes_next(cells, published):
    ways = dict(zip("ab", (Cell(*cell) for cell in cells), strict=True))

    assert list(batch(ways, 10).values()) == published
