"""Every transition: from the right state, by the right person, written down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.rights import may
from petitions.actions import lifecycle
from petitions.actions.lifecycle import VERBS
from petitions.errors import PetitionRefused
from petitions.models import Petition, State, Transition
from privacy.models import AccessRecord
from tests.factories import draft_petition, make_company
from tests.people import NOON

WORDS = {
    "reject": {"reason": "unsourced", "words": "Name the contract."},
    "deliver": {"words": "Handed over in Seattle."},
    "answer": {"words": "They will look into it."},
    "remove": {"words": "A court said so."},
}
# The way that a petition of each state has come.
WAY = {
    State.DRAFT: [],
    State.SUBMITTED: ["submit"],
    State.OPEN: ["submit", "publish"],
    State.PAUSED: ["submit", "publish", "pause"],
    State.CLOSED: ["submit", "publish", "close"],
    State.DELIVERED: ["submit", "publish", "close", "deliver"],
    State.ANSWERED: ["submit", "publish", "close", "deliver", "answer"],
    State.ARCHIVED: ["submit", "publish", "close", "archive"],
    State.REJECTED: ["submit", "reject"],
    State.REMOVED: ["submit", "publish", "remove"],
}


@pytest.fixture
def people(ben, mo, cleo, eve, ravi, ada):
    return [ben, mo, cleo, eve, ravi, ada]


def act(verb, petition, actor):
    return getattr(lifecycle, verb)(
        petition_id=petition.pk, actor=actor, now=NOON, **WORDS.get(verb, {})
    )


def in_state(state, team, ben, mo):
    petition = draft_petition(team, ben)
    for verb in WAY[state]:
        act(verb, petition, mo if VERBS[verb].right.name == "MODERATE_PETITION" else ben)
    petition.refresh_from_db()
    assert petition.state == state
    return petition


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(VERBS))
def test_a_verb_works_from_its_own_states_only(verb, state, team, ben, mo):
    petition = in_state(state, team, ben, mo)
    actor = mo if VERBS[verb].right.name == "MODERATE_PETITION" else ben

    if state in VERBS[verb].before:
        moved = act(verb, petition, actor)
        petition.refresh_from_db()
        assert moved.state == petition.state == VERBS[verb].after
        last = Transition.objects.latest("pk")
        assert (last.verb, last.before, last.after, last.actor) == (
            verb, state, petition.state, actor,
        )  # fmt: skip
    else:
        with pytest.raises(PetitionRefused) as refusal:
            act(verb, petition, actor)
        assert refusal.value.code == "wrong-state"
        petition.refresh_from_db()
        assert petition.state == state


@pytest.mark.parametrize("verb", list(VERBS))
def test_only_those_with_the_right_act_and_each_act_is_logged(verb, team, people, ben, mo):
    for person in people:
        petition = in_state(VERBS[verb].before[0], team, ben, mo)
        before = AccessRecord.objects.count()
        if may(person, VERBS[verb].right, team):
            act(verb, petition, person)
            record = AccessRecord.objects.latest("pk")
            assert (record.actor_id, record.verb) == (person.pk, f"petition.{verb}")
        else:
            with pytest.raises(PetitionRefused, match="no-right"):
                act(verb, petition, person)
            assert AccessRecord.objects.count() == before


@pytest.mark.parametrize("verb", list(WORDS))
def test_public_words_are_asked_for(verb, team, ben, mo):
    petition = in_state(VERBS[verb].before[0], team, ben, mo)
    blank = WORDS[verb] | {"words": "  "}

    with pytest.raises(PetitionRefused, match="no-reason"):
        getattr(lifecycle, verb)(petition_id=petition.pk, actor=mo, now=NOON, **blank)


def test_a_petition_closes_after_its_day_and_not_on_it(team, ben, mo):
    petition = draft_petition(team, ben)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    day = NOON.date() + timedelta(days=3)
    lifecycle.publish(petition_id=petition.pk, closes_on=day, actor=mo, now=NOON)

    on_the_day = lifecycle.close_due(now=NOON + timedelta(days=3))
    after_it = lifecycle.close_due(now=NOON + timedelta(days=4))
    again = lifecycle.close_due(now=NOON + timedelta(days=4))

    assert [len(closed) for closed in (on_the_day, after_it, again)] == [0, 1, 0]
    assert Transition.objects.latest("pk").actor is None


@pytest.mark.parametrize(("days", "code"), [(-1, "closing-day-past"), (5000, "closing-day-far")])
def test_a_closing_day_lies_ahead_and_near(days, code, team, ben, mo):
    petition = in_state(State.SUBMITTED, team, ben, mo)
    day = NOON.date() + timedelta(days=days)

    with pytest.raises(PetitionRefused, match=code):
        lifecycle.publish(petition_id=petition.pk, closes_on=day, actor=mo, now=NOON)
    petition.refresh_from_db()
    assert (petition.state, petition.published_number) == (State.SUBMITTED, None)


def test_the_database_knows_the_states(team, ben):
    petition = draft_petition(team, ben)

    for wrong in ({"state": "sold"}, {"state": "open"}, {"relations": []}, {"floor": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Petition.objects.filter(pk=petition.pk).update(**wrong)


def test_petitions_are_found_by_company_and_words(team, ben, mo):
    petition = in_state(State.OPEN, team, ben, mo)

    assert list(Petition.objects.addressed_to(make_company())) == [petition]
    assert list(Petition.objects.matching("board -bicycle")) == [petition]
    assert not Petition.objects.matching("bicycle")
