"""Vouching: who may, how often, for whom; and what is kept of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import Refused
from proofs import policy
from proofs.actions import claiming
from proofs.models import Proof, Tries, Vouch
from signatures.actions.confirming import new_visit
from signatures.models import CountEvent, Signature
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON
from tests.proofs.vouching import WAYS, by_mailbox, phrases, vouch

LATER = NOON + timedelta(days=policy.PHRASE_DAYS)


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


@pytest.fixture
def asha(petition):
    return confirmed(petition, ASHA)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


def test_two_colleagues_make_a_proof_and_one_does_not(petition, asha):
    first, second = phrases(asha)

    vouch(by_mailbox(petition, "devi"), first)
    assert not Proof.objects.filter(method="vouching").exists()

    vouch(by_mailbox(petition, "emil"), second)
    signature = signature_of(petition, ASHA)
    assert (signature.proof_method, signature.relation) == ("vouching", "employee")
    proof = signature.proof
    assert proof.expires_on - proof.verified_on == timedelta(days=policy.VOUCHING_PROOF_DAYS)


def test_employed_is_the_verdict_only_if_all_say_so(petition, asha):
    first, second = phrases(asha)
    vouch(by_mailbox(petition, "devi"), first)

    vouch(by_mailbox(petition, "emil"), second, attests="contingent")

    assert signature_of(petition, ASHA).relation == "contingent"


def test_as_many_vouch_as_the_petition_asks_for(team, ben):
    petition = open_petition(team, ben, methods=WAYS, vouchers=3)
    token = confirmed(petition, ASHA, "contingent")
    told = phrases(token)
    assert len(told) == 3

    for name, phrase in zip(("devi", "emil", "fay"), told, strict=True):
        assert not signature_of(petition, ASHA).is_proved
        vouch(by_mailbox(petition, name), phrase, attests="contingent")

    assert signature_of(petition, ASHA).cell == ("contingent", "vouching")


def test_a_phrase_works_once_in_its_days_and_for_others_only(petition, asha):
    first, second = phrases(asha)
    devi, emil = by_mailbox(petition, "devi"), by_mailbox(petition, "emil")
    wrong = "zoo zoo zoo zoo"
    vouch(devi, first)

    answers = {
        refused(vouch, emil, wrong),
        refused(vouch, emil, first),  # used
        refused(vouch, devi, second),  # of somebody for whom devi vouched
    }
    answers.add(refused(vouch, devi, phrases(devi)[0]))  # one's own

    assert answers == {"not-usable"}
    vouch(emil, second)  # and so far only devi's and wrong ones counted as tries
    assert signature_of(petition, ASHA).is_proved


def test_a_phrase_ends_after_its_days(petition, asha):
    first, _second = phrases(asha)
    devi = by_mailbox(petition, "devi")
    visit = new_visit(signature_of(petition, "devi@mail.example"), LATER)

    assert refused(vouch, visit, first, now=LATER) == "not-usable"
    vouch(devi, first, now=NOON + timedelta(minutes=30))


def test_new_phrases_end_the_old_and_keep_the_words_given(petition, asha):
    first, second = phrases(asha)
    vouch(by_mailbox(petition, "devi"), first)

    (new,) = phrases(asha)

    emil = by_mailbox(petition, "emil")
    assert refused(vouch, emil, second) == "not-usable"
    vouch(emil, new)
    assert signature_of(petition, ASHA).proof_method == "vouching"
    assert refused(phrases, asha) == "shown-already"


def test_wrong_phrases_are_limited_for_each_voucher_and_day(petition, asha):
    first, _second = phrases(asha)
    devi = by_mailbox(petition, "devi")

    for left in range(policy.PHRASE_TRIES_PER_DAY - 1, -1, -1):
        with pytest.raises(Refused) as refusal:
            vouch(devi, "zoo zoo zoo zoo")
        assert refusal.value.params == {"left": left}

    assert refused(vouch, devi, first) == "tries-over"
    vouch(by_mailbox(petition, "emil"), first)
    tomorrow = NOON + timedelta(days=1)
    visit = new_visit(signature_of(petition, "devi@mail.example"), tomorrow)
    assert refused(vouch, visit, "zoo zoo zoo zoo", now=tomorrow) == "not-usable"


def test_one_person_vouches_for_so_many_and_no_more(petition):
    devi = by_mailbox(petition, "devi")
    most = policy.VOUCHES_PER_PERSON_MAX
    told = [phrases(confirmed(petition, f"p{n}@mail.example"))[0] for n in range(most + 1)]
    for phrase in told[:-1]:
        vouch(devi, phrase)

    assert refused(vouch, devi, told[-1]) == "vouches-over"

    claiming.forget(subject=signature_of(petition, "p0@mail.example").pk)
    assert refused(vouch, devi, told[-1]) == "vouches-over"


def test_who_rests_on_vouching_alone_cannot_vouch(petition, asha):
    first, second = phrases(asha)
    vouch(by_mailbox(petition, "devi"), first)
    vouch(by_mailbox(petition, "emil"), second)
    told = phrases(confirmed(petition, "fay@mail.example"))

    assert refused(vouch, asha, told[0]) == "may-not-vouch"


@pytest.mark.parametrize("relation", ["public", "shareholder", "former", "employee"])
def test_who_is_not_counted_as_staff_cannot_vouch(petition, asha, relation):
    first, _second = phrases(asha)

    token = confirmed(petition, "gus@mail.example", relation)

    assert refused(vouch, token, first) == "may-not-vouch"


def test_a_phrase_of_another_petition_is_none(petition, asha, team, ben):
    other = open_petition(team, ben, methods=WAYS)

    assert refused(vouch, by_mailbox(other, "devi"), phrases(asha)[0]) == "not-usable"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("needed", [2, 5])
def test_all_colleagues_at_once_give_one_proof_and_one_event(team, ben, needed):
    petition = open_petition(team, ben, methods=WAYS, vouchers=needed)
    asha = confirmed(petition, ASHA)
    told = phrases(asha)
    tokens = [by_mailbox(petition, f"voucher{n}") for n in range(needed)]
    CountEvent.objects.all().delete()

    # Each presses four times, as somebody in a hurry does.
    outcomes = at_once(4 * needed, lambda n: vouch(tokens[n % needed], told[n % needed]))

    given = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(given) == needed
    assert {type(one).__name__ for one in outcomes} == {"Vouched", "SignatureRefused"}
    assert Proof.objects.filter(method="vouching").count() == 1
    assert sorted(CountEvent.objects.values_list("proof", "delta")) == [
        ("none", -1),
        ("vouching", 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_people_who_vouch_for_one_another_at_once_do_not_lock_each_other_out(team, ben):
    petition = open_petition(team, ben, methods=WAYS)
    tokens = [by_mailbox(petition, f"voucher{n}") for n in range(5)]
    told = [phrases(token) for token in tokens]

    # 0 and 1 for each other, 1 and 2, … in a ring, both ways.
    def act(n):
        me, step = n // 2, (-1, 1)[n % 2]
        return vouch(tokens[me], told[(me + step) % 5][n % 2])

    outcomes = at_once(10, act)

    assert [type(one).__name__ for one in outcomes] == ["Vouched"] * 10
    assert Proof.objects.filter(method="vouching").count() == 5


def test_no_table_holds_a_phrase_or_joins_a_voucher(petition, asha):
    told = phrases(asha)
    vouch(by_mailbox(petition, "devi"), told[0])

    devi = signature_of(petition, "devi@mail.example").pk
    kept = repr(list(Vouch.objects.values())) + repr(list(Tries.objects.values()))
    dumped = everything()

    assert str(devi) not in kept
    for phrase in told:
        assert phrase not in dumped
        assert "".join(phrase.split()) not in dumped
    # The phrase that was used is not even there as a digest.
    assert Vouch.objects.get(given_on__isnull=False).phrase_digest is None


def test_the_table_refuses_half_a_vouch(petition, asha):
    phrases(asha)
    for wrong in ({"voucher_digest": b"x"}, {"phrase_digest": None}, {"expires_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vouch.objects.update(**wrong)


def test_erasing_a_signer_leaves_the_voucher_a_day_and_no_name(petition, asha):
    told = phrases(asha)
    vouch(by_mailbox(petition, "devi"), told[0])
    me = signature_of(petition, ASHA)

    claiming.forget(subject=me.pk)

    assert Vouch.objects.values_list("subject", "phrase_digest").get() == (None, None)
    rows = repr(list(Vouch.objects.values()) + list(Proof.objects.values()))
    assert str(me.pk) not in rows


def test_erasing_a_voucher_erases_the_words_and_leaves_what_rested_on_them(petition, asha):
    first, second = phrases(asha)
    devi = by_mailbox(petition, "devi")
    vouch(devi, first)
    vouch(by_mailbox(petition, "emil"), second)
    with pytest.raises(Refused):
        vouch(devi, "zoo zoo zoo zoo")
    voucher = signature_of(petition, "devi@mail.example")

    Signature.objects.filter(pk=voucher.pk).update(proof=None, proof_method="none")
    claiming.forget(subject=voucher.pk)

    assert Vouch.objects.filter(given_on__isnull=False).count() == 1
    assert Tries.objects.count() == 0
    assert not Proof.objects.get(method="vouching").is_flagged


def everything() -> str:
    """All rows of all tables as text, as a dump has them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)
