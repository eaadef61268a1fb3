"""Whatever tells of a person is held for a time: some rule erases it, and a page says which."""

import pytest
from django.apps import apps
from django.db.models import CASCADE
from django.utils import timezone

from privacy.fields import SealedTextField
from privacy.retention import AFTER_CLOSING, SHORT_LIVED, Files

# Tables that tell of people without such a column.
OTHERS = [
    "proofs.Claim",
    "proofs.Document",
    "proofs.InvitationBatch",
    "proofs.Opinion",
    "sessions.Session",
    "signatures.Link",
    "signatures.Reveal",
    "signatures.Visibility",
    "usersessions.UserSession",
]
NOT_OF_SIGNERS = {
    "petitions.HoldReference.words": "a court's reference, kept with its hold",
    "signatures.Signature.log_leaf": "public in the log, and nobody's without the salt",
}
SIGNS = ("_digest", "_salt", "_leaf")


def columns_of_people():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField) or field.name.endswith(SIGNS):
                yield f"{model._meta.label}.{field.name}"


def rules():
    found = (*AFTER_CLOSING.values(), *SHORT_LIVED.values())
    return [rule for rule in found if not isinstance(rule, Files)]


def deleted_by(rule):
    """The models whose rows go by a rule, those that go along included."""
    going = [] if rule.clears else [rule.rows(timezone.now()).model]
    for model in going:
        going += [
            relation.related_model
            for relation in model._meta.related_objects
            if relation.on_delete is CASCADE and relation.related_model not in going
        ]
    return {model._meta.label for model in going}


def erased():
    """Whole tables, and single columns, as names."""
    tables = set().union(*map(deleted_by, rules()))
    columns = {
        f"{rule.rows(timezone.now()).model._meta.label}.{column}"
        for rule in rules()
        for column in rule.clears
    }
    return tables, columns


def test_there_is_something_to_look_at():
    assert len(list(columns_of_people())) > 15


@pytest.mark.parametrize("column", sorted(set(columns_of_people()) - set(NOT_OF_SIGNERS)))
def test_a_rule_erases_each_column_that_tells_of_a_person(column):
    tables, columns = erased()

    whole = column.rpartition(".")[0]
    # The rows of the counted stay, so that deleting the uncounted is not enough.
    stays = {name.rpartition(".")[0] for name in columns} - {"background.OutboxMail"}
    assert column in columns or (whole in tables and whole not in stays), (
        f"{column} is held for ever: register a rule for it in the room's retention.py"
    )


@pytest.mark.parametrize("table", OTHERS)
def test_a_rule_erases_each_other_table_of_people(table):
    assert table in erased()[0]


def test_what_is_left_out_exists():
    assert set(NOT_OF_SIGNERS) <= set(columns_of_people())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_finds_its_rows_and_names_columns_that_exist(rule, db):
    rows = rule.rows(timezone.now())
    names = {field.name for field in rows.model._meta.concrete_fields}

    assert list(rows[:1]) == []
    assert set(rule.clears) <= names
    if rule.name in AFTER_CLOSING:
        assert rule.held_in, "without it a petition's rows cannot be told from those of others"
        assert rows.filter(**{f"{rule.held_in}__isnull": False}).count() == 0
