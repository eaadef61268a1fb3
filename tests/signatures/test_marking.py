"""Signatures set aside: nothing for a robot to see, all for the owner; the count is the rows."""

import random

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from petitions.models import Petition, Total
from privacy.actions import retaining
from privacy.models import AccessRecord
from signatures import policy
from signatures.actions import counting, erasing, marking, proving, vouching, withdrawing
from signatures.errors import SignatureRefused
from signatures.models import CountEvent, Objection, Signature
from tests.factories import confirm_link, confirmed, open_petition, opened, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON, make_team, member
from tests.proofs import vouching as steps
from tests.proofs.vouching import WAYS, by_mailbox
from tests.signatures.test_sign_and_prove import code_in_mail

WORDS = "I work in the harbour office and signed myself."


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


def set_aside(actor, *signatures):
    return marking.set_aside(signature_ids=[row.pk for row in signatures], actor=actor, now=NOON)


def count_again(actor, *signatures):
    return marking.count_again(signature_ids=[row.pk for row in signatures], actor=actor, now=NOON)


def totals(petition):
    counting.fold(now=NOON)
    found = Total.objects.filter(petition=petition)
    return {(row.relation, row.proof): row.total for row in found if row.total}


def test_setting_aside_moves_the_count_by_one_and_back(petition, ravi):
    confirmed(petition, ASHA, "public")
    row = signature_of(petition, ASHA)

    assert [set_aside(ravi, row).signatures, set_aside(ravi, row).signatures] == [1, 0]
    assert totals(petition) == {}
    assert counting.recount(now=NOON).corrected == 0

    assert [count_again(ravi, row).signatures, count_again(ravi, row).signatures] == [1, 0]
    assert totals(petition) == {("public", "none"): 1}
    assert counting.recount(now=NOON).corrected == 0
    verbs = AccessRecord.objects.filter(scope=petition.pk, actor_id=ravi.pk)
    assert set(verbs.values_list("verb", flat=True)) == {"signers.set-aside", "signers.count-again"}


def test_one_row_of_another_team_keeps_all_from_changing(petition, ravi, team):
    others = make_team("strangers")
    theirs = open_petition(others, member("otto", others, Role.OWNER, Role.EDITOR))
    confirmed(petition, ASHA, "public")
    confirmed(theirs, ASHA, "public")
    mine, foreign = signature_of(petition, ASHA), signature_of(theirs, ASHA)

    with pytest.raises(SignatureRefused, match="no-right"):
        set_aside(ravi, mine, foreign)

    assert Signature.objects.filter(marked_on=None).count() == 2


def test_what_was_erased_is_not_judged_any_more(petition, ravi):
    confirmed(petition, ASHA, "public")
    Signature.objects.update(anonymised_on=NOON.date())

    assert set_aside(ravi, signature_of(petition, ASHA)).signatures == 0


def test_too_many_at_once_change_nothing(petition, ravi, monkeypatch):
    monkeypatch.setattr(marking, "MARKED_AT_ONCE_MAX", 1)
    for name in ("a", "b"):
        confirmed(petition, f"{name}@mail.example", "public")

    with pytest.raises(SignatureRefused, match="too-many-at-once"):
        set_aside(ravi, *Signature.objects.all())

    assert not Signature.objects.exclude(marked_on=None).exists()


def vouched(petition):
    """Devi and Emil carry Asha by their words; returns Devi's visit."""
    asha = confirmed(petition, ASHA)
    visits = [by_mailbox(petition, name) for name in ("devi", "emil")]
    for visit, phrase in zip(visits, steps.phrases(asha), strict=True):
        steps.vouch(visit, phrase)
    assert signature_of(petition, ASHA).cell == ("employee", "vouching")
    return visits[0]


def test_who_rests_on_a_voucher_that_is_set_aside_counts_as_unverified(petition, ravi):
    devi = vouched(petition)

    set_aside(ravi, signature_of(petition, "devi@mail.example"))

    assert signature_of(petition, ASHA).cell == ("employee", "none")
    assert totals(petition) == {("employee", "mailbox"): 1, ("employee", "none"): 1}
    assert counting.recount(now=NOON).corrected == 0
    newcomer = confirmed(petition, "farid@mail.example")
    with pytest.raises(SignatureRefused, match="may-not-vouch"):
        vouching.vouch(token=devi, phrase=steps.phrases(newcomer)[0], attests="employee", now=NOON)


def test_a_voucher_and_who_rests_on_it_are_set_aside_in_one_go(petition, ravi):
    vouched(petition)

    assert set_aside(ravi, *Signature.objects.all()).signatures == 3

    assert totals(petition) == {}
    count_again(ravi, *Signature.objects.all())
    assert totals(petition) == {("employee", "mailbox"): 2, ("employee", "none"): 1}
    assert counting.recount(now=NOON).corrected == 0


@pytest.fixture
def surge(monkeypatch):
    monkeypatch.setattr(policy, "ENTRIES_PER_SMALL_DOMAIN_AT_ONCE", 1)


def walk(petition, address):
    """What a browser, or a robot, gets for signing and confirming."""
    client = Client()
    form = {"address": address, "text": petition.text.digest, "consent": "on"}
    path = reverse("signatures:signature-create", args=[petition.slug, "public"])
    seen = [client.post(path, form)]
    seen.append(client.get(seen[0]["Location"]))
    link = reverse("signatures:signature-confirm", args=[confirm_link(petition, address)])
    seen += [client.get(link), client.post(link)]
    return client, [(one.status_code, one.headers.get("Location")) for one in seen]


def test_a_surge_gets_the_very_answers_of_others_until_the_owner_looks(petition, surge):
    _first, usual = walk(petition, "a@rare-domain.example")
    client, marked = walk(petition, "b@rare-domain.example")

    assert usual == marked
    assert signature_of(petition, "a@rare-domain.example").marked_on is None
    assert signature_of(petition, "b@rare-domain.example").marked_on == NOON.date()
    page = client.get("/mine/").content.decode()
    assert "set aside and not counted" in page
    assert "many signatures came at once from one small mail provider" in page


def test_the_owner_of_one_that_counts_reads_nothing_of_it(client, petition):
    opened(client, petition, ASHA, "public")

    assert "set aside" not in client.get("/mine/").content.decode()
    answer = client.get("/mine/object/")
    assert answer["Location"] == "/mine/"


def test_the_owner_objects_and_reads_what_happens_next(client, petition, ravi):
    opened(client, petition, ASHA, "public")
    set_aside(ravi, signature_of(petition, ASHA))
    page = client.get("/mine/").content.decode()
    assert "a reviewer of the petition had doubts" in page
    assert '<span class="tag ok">counted</span>' not in page

    assert client.get("/mine/object/").status_code == 200
    for empty in ("", "   "):
        assert client.post("/mine/object/", {"words": empty}).status_code == 200
    too_long = "x" * (policy.OBJECTION_CHARACTERS_MAX + 1)
    assert client.post("/mine/object/", {"words": too_long}).status_code == 200
    assert not Objection.objects.exists()
    answer = client.post("/mine/object/", {"words": WORDS}, follow=True).content.decode()

    assert "Your objection is with the reviewers." in answer
    assert "decides whether your signature is counted again" in answer
    assert Objection.objects.get().reveal_words() == WORDS
    assert WORDS in client.get("/mine/held/").content.decode()
    assert client.get("/mine/data.json").json()["signature"]["objection"] == WORDS


@pytest.mark.parametrize("end", ["withdraw", "erase", "count again", "retention"])
def test_the_words_go_with_what_they_were_written_for(petition, ravi, ben, end):
    token = confirmed(petition, ASHA, "public")
    set_aside(ravi, signature_of(petition, ASHA))
    marking.object_to(token=token, words=WORDS, now=NOON)

    if end == "withdraw":
        withdrawing.withdraw(token=token, now=NOON)
    elif end == "erase":
        erasing.erase(token=token, now=NOON)
    elif end == "count again":
        count_again(ravi, signature_of(petition, ASHA))
    else:
        Petition.objects.filter(pk=petition.pk).update(
            state="closed", closed_on=NOON.date().replace(year=2020)
        )
        retaining.run(now=NOON)

    assert not Objection.objects.exists()
    assert counting.recount(now=NOON).corrected == 0


LIST = "admin:signatures_signature_changelist"


def act(client, action, *signatures):
    form = {"action": action, "_selected_action": [str(row.pk) for row in signatures]}
    return client.post(reverse(LIST), form, follow=True).content.decode()


def test_a_reviewer_sets_aside_and_counts_again_on_the_desk(client, petition, ravi):
    token = confirmed(petition, ASHA, "public")
    confirmed(petition, "b@mail.example", "public")
    row = signature_of(petition, ASHA)
    client.force_login(ravi)

    assert "1 signature changed." in act(client, "set_aside", row)
    marking.object_to(token=token, words=WORDS, now=NOON)
    pages = {
        chosen: client.get(reverse(LIST), {"aside": chosen}).content.decode()
        for chosen in ("yes", "objected", "no")
    }
    shown = {chosen: str(row) in page for chosen, page in pages.items()}
    assert shown == {"yes": True, "objected": True, "no": False}
    assert "1 signature changed." in act(client, "count_again", row)
    assert str(row) not in client.get(reverse(LIST), {"aside": "yes"}).content.decode()


def test_a_reviewer_reads_the_objection_and_the_look_is_logged(client, petition, ravi, ben):
    token = confirmed(petition, ASHA, "public")
    row = signature_of(petition, ASHA)
    set_aside(ravi, row)
    marking.object_to(token=token, words=WORDS, now=NOON)
    path = reverse("admin:signatures_signature_change", args=[row.pk])

    client.force_login(ravi)
    assert WORDS in client.get(path).content.decode()
    assert WORDS not in client.get(reverse(LIST)).content.decode()
    looks = AccessRecord.objects.filter(verb="signers.read", subject=f"signature:{row.pk}")
    assert list(looks.values_list("actor_id", flat=True)) == [ravi.pk]

    client.force_login(ben)  # an owner who is no reviewer does not decide on it
    assert WORDS not in client.get(path).content.decode()


def test_without_the_right_to_review_there_is_no_action(client, petition, ben, cleo, mo):
    confirmed(petition, ASHA, "public")
    row = signature_of(petition, ASHA)
    for person in (ben, cleo, mo):
        client.force_login(person)
        act(client, "set_aside", row)
        assert 'value="set_aside"' not in client.get(reverse(LIST)).content.decode()
    assert signature_of(petition, ASHA).marked_on is None
    client.force_login(cleo)
    path = reverse("admin:signatures_signature_change", args=[row.pk])
    assert client.get(path).status_code == 302  # Django's answer for what is not in one's list


def test_a_reviewer_of_another_team_changes_nothing_by_the_action(client, petition, ben):
    """Ben reads his team's signers; that he reviews elsewhere gives no right here."""
    member("sam", make_team("elsewhere"), Role.OWNER)
    from accounts.actions import teams
    from accounts.models import Team

    elsewhere = Team.objects.get(slug="elsewhere")
    teams.give_roles(team=elsewhere, user=ben, roles=[Role.REVIEWER], actor=None, now=NOON)
    confirmed(petition, ASHA, "public")
    client.force_login(ben)

    page = act(client, "set_aside", signature_of(petition, ASHA))

    assert "Your roles in this team do not allow this." in page
    assert signature_of(petition, ASHA).marked_on is None


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_on_one_signature_leave_the_count_equal_to_the_rows(team, ben, ravi):
    petition = open_petition(team, ben, methods=WAYS)
    vouched(petition)
    token = confirmed(petition, "grace@mail.example")
    answers = {"address": "grace@staff.example"}
    proving.begin_proof(token=token, method="mailbox", answers=answers, language="en", now=NOON)
    code = code_in_mail()
    row = signature_of(petition, "grace@mail.example")
    devi = signature_of(petition, "devi@mail.example")
    acts = [
        lambda: set_aside(ravi, row, devi),
        lambda: count_again(ravi, devi, row),
        lambda: proving.decide_proof(token=token, answers={"code": code}, now=NOON),
        lambda: marking.object_to(token=token, words=WORDS, now=NOON),
        lambda: counting.fold(now=NOON),
    ]
    order = random.Random(5).choices(acts, k=40)
    order[25] = lambda: withdrawing.withdraw(token=token, now=NOON)

    answers = at_once(40, lambda place: order[place](), threads=20)

    from accounts.errors import Refused

    assert [
        one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)
    ] == []
    assert sum(not isinstance(one, Exception) for one in answers) > 10
    rows = {}
    for one in Signature.objects.countable():
        rows[one.cell] = rows.get(one.cell, 0) + 1
    assert totals(petition) == rows
    assert CountEvent.objects.count() == 0
    assert counting.recount(now=NOON).corrected == 0
    sign(petition, "grace@mail.example", "public")  # nothing stands in the way of coming back
