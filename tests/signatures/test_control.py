"""The signer's own control, without an account: see, take along, come back, erase."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from background.actions.outbox import compose
from background.models import OutboxMail
from petitions.models import Petition
from privacy.addresses import canonical
from proofs.models import Claim, Proof
from signatures.actions import confirming, counting, erasing, returning, withdrawing
from signatures.actions.signing import address_digest
from signatures.errors import SignatureRefused
from signatures.models import Link, MailCount, Signature, Visibility
from signatures.policy import MAILS_PER_ADDRESS_PER_DAY, RECEIPT_DAYS
from tests.factories import confirm_link, confirmed, open_petition, opened, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON
from tests.signatures.test_sign_and_prove import rows
from tests.signatures.test_visibility import FULL, NAME, TITLE, say
from tests.signatures.test_visibility_together import prove
from transparency.actions import append
from transparency.models import LogEntry

CLOSED = "/mine/closed/"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}")


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, publication="at_once")


@pytest.fixture
def asha(client, petition):
    """A verified employee with a public name, whose signature is open in this browser."""
    token = opened(client, petition, ASHA)
    prove(token, 0)
    say(token, public=FULL)
    OutboxMail.objects.all().delete()
    return token


def make_code(client):
    return CODE.search(client.post("/mine/code/").content.decode()).group()


# What is held ----------------------------------------------------------------------------------


def test_the_page_tells_every_field_and_until_when(client, petition, asha, ben):
    from petitions.actions import lifecycle

    sign(petition, ASHA)  # which counts a mail and makes a link
    page = client.get("/mine/held/").content.decode()

    for said in (
        ASHA, NAME, TITLE, petition.title, "Employee", "by work mailbox", "24 November 2026",
        "I agree that my address is kept", "keyed fingerprint of the mailbox", "public log",
        "How many mails we sent you", "everybody: my name and my title",
        "180 days after the petition closes",
    ):  # fmt: skip
        assert said in page, said
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    assert "23 May 2027" in client.get("/mine/held/").content.decode()


def test_nothing_is_held_that_neither_page_nor_file_tells(client, petition, asha):
    """A field added to the signature must be told too."""
    told = {
        "id", "petition", "version", "consents", "state", "relation", "proof_method", "proof",
        "address", "address_digest", "name", "title", "is_muted", "marked_on", "mark_reason",
        "left_on", "received_on",
        "confirmed_on", "log_salt", "log_leaf",
    }  # fmt: skip
    empty_here = {"anonymised_on", "contact"}

    assert {field.name for field in Signature._meta.fields} == told | empty_here


def test_the_file_holds_all_of_it_and_nothing_of_others(client, petition, asha):
    other = confirmed(petition, "ben@mail.example", "public")
    say(other, public=FULL, name="Ben Other", title="")
    append(now=NOON)

    answer = client.get("/mine/data.json")
    data = answer.json()

    assert answer["Content-Disposition"] == 'attachment; filename="data.json"'
    assert answer["Cache-Control"].startswith("max-age=0")
    assert data["signature"]["address"] == ASHA
    assert data["signature"]["name"] == NAME
    assert data["version"]["sha256"] == petition.text.digest
    assert data["consents"]["keep"].startswith("I agree that")
    assert data["proofs"] == [
        {
            "method": "mailbox",
            "verdict": "employee",
            "verified_on": "2026-11-24",
            "expires_on": "2027-11-24",
            "counts": True,
            "in_doubt": False,
        }
    ]
    assert data["visibility"][0]["level"] == "name_title"
    assert data["log"]["leaf_hash"] == bytes(signature_of(petition, ASHA).log_leaf).hex()
    text = answer.content.decode()
    for foreign in ("ben@", "Ben Other", str(signature_of(petition, "ben@mail.example").pk)):
        assert foreign not in text


def test_the_shape_of_the_file_is_documented(client, petition, asha):
    from config.embedded import ROOT

    def names(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name
                yield from names(inner)
        if isinstance(value, list):
            for inner in value:
                yield from names(inner)

    described = (ROOT / "docs" / "export.md").read_text()
    missing = {
        name for name in names(client.get("/mine/data.json").json()) if f"`{name}`" not in described
    }
    assert missing - {"keep", "show"} == set()


@pytest.mark.parametrize(
    "path",
    ["/mine/held/", "/mine/data.json", "/mine/code/", "/mine/erase/", "/mine/visibility/",
     "/mine/signers/"],
)  # fmt: skip
def test_without_a_visit_nothing_opens(client, petition, asha, path):
    assert Client().get(path)["Location"] == CLOSED


# Coming back -----------------------------------------------------------------------------------


def test_a_code_is_shown_once_and_opens_the_signature_later(client, petition, asha):
    code = make_code(client)

    assert code not in client.get("/mine/code/").content.decode()
    for typed in (code, code.lower().replace("-", " "), code.replace("0", "O").replace("1", "l")):
        later = Client()
        answer = later.post(CLOSED, {"code": typed})
        assert answer["Location"] == "/mine/", typed
        assert petition.title in later.get("/mine/").content.decode()


def test_a_new_code_ends_the_one_before(client, petition, asha):
    old, new = make_code(client), make_code(client)

    assert "opens nothing" in Client().post(CLOSED, {"code": old}).content.decode()
    assert Client().post(CLOSED, {"code": new}).status_code == 302
    assert Link.objects.filter(purpose="receipt").count() == 1


def test_a_code_ends_after_a_year_and_with_the_signature(client, petition, asha):
    code = make_code(client)
    with pytest.raises(SignatureRefused, match="no-such-code"):
        returning.open_by_code(code=code, now=timezone.now() + timedelta(RECEIPT_DAYS, seconds=1))

    withdrawing.withdraw(token=asha, now=NOON)

    assert Client().post(CLOSED, {"code": code}).status_code == 200


@pytest.mark.parametrize("typed", ["", "0000", "\x00", "€" * 60, "x" * 61])
def test_a_wrong_code_is_refused_in_words(db, client, typed):
    page = client.post(CLOSED, {"code": typed})

    assert page.status_code == 200
    assert "another look" in page.content.decode()


def test_a_visit_or_mailed_link_is_no_code(client, petition, asha):
    for token in (asha, confirm_link(petition, ASHA)):
        assert Client().post(CLOSED, {"code": token}).status_code == 200


def ask(client, petition, address):
    return client.post(CLOSED, {"petition": petition.slug, "address": address})


def test_a_link_is_mailed_to_who_signed(client, petition, asha):
    answer = ask(Client(), petition, ASHA.upper())

    message = compose(OutboxMail.objects.get())
    link = re.search(r"/mine/open/\S+/", message.body).group()
    assert answer["Location"] == "/mine/mailed/"
    later = Client()
    assert later.post(link)["Location"] == "/mine/"
    assert NAME in later.get("/mine/").content.decode()


CASES = ["new", "waiting", "signed", "withdrawn", "blocked", "erased"]


@pytest.fixture
def cases(petition):
    """One address of each kind."""

    def at(case):
        return f"{case}@mail.example"

    sign(petition, at("waiting"), "public")
    confirmed(petition, at("signed"), "public")
    withdrawing.withdraw(token=confirmed(petition, at("withdrawn"), "public"), now=NOON)
    erasing.erase(token=confirmed(petition, at("erased"), "public"), now=NOON)
    sign(petition, at("blocked"), "public")
    confirming.refuse(token=confirm_link(petition, at("blocked")), now=NOON)
    OutboxMail.objects.all().delete()
    MailCount.objects.all().delete()
    return petition


def test_every_address_gets_the_same_page_and_one_mail_with_the_same_subject(client, cases):
    answers, subjects = set(), set()
    for case in CASES:
        answer = ask(client, cases, f"{case}@mail.example")
        page = client.get(answer["Location"]).content
        secret = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
        answers.add((answer.status_code, answer["Location"], secret.sub(b"", page)))
        mail = OutboxMail.objects.get()
        assert mail.kind == ("signatures.link" if case == "signed" else "signatures.no_link")
        subjects.add(compose(mail).subject)
        mail.delete()

    assert len(answers) == len(subjects) == 1
    assert Link.objects.filter(purpose="open").count() == 1


def test_every_address_costs_the_same_statements(client, cases):
    ask(client, cases, "first@mail.example")  # what is cached afterwards costs nothing
    counts = {}
    for case in CASES:
        with CaptureQueriesContext(connection) as queries:
            ask(client, cases, f"{case}@mail.example")
        verbs = [query["sql"].split()[0] for query in queries]
        counts[case] = sorted(verb for verb in verbs if verb in ("INSERT", "UPDATE", "SELECT"))

    assert len({tuple(verbs) for verbs in counts.values()}) == 1, counts


def test_the_times_overlap(client, cases):
    times = {case: [] for case in CASES}
    for turn in range(20):
        for case in CASES:
            start = time.perf_counter()
            ask(client, cases, f"{case}{turn if case == 'new' else ''}@mail.example")
            times[case].append(time.perf_counter() - start)
    middles = {case: statistics.median(values) for case, values in times.items()}

    spread = max(statistics.quantiles(values, n=4)[2] - statistics.quantiles(values, n=4)[0]
                 for values in times.values())  # fmt: skip
    assert max(middles.values()) - min(middles.values()) < max(3 * spread, 0.01), middles


def test_the_mails_of_signing_and_of_asking_share_one_cap(client, petition, asha):
    MailCount.objects.all().delete()
    for _ in range(3):
        sign(petition, "new@mail.example", "public")
    for _ in range(MAILS_PER_ADDRESS_PER_DAY):
        with_now = returning.mail_link(
            petition_id=petition.pk, address="new@mail.example", language="en", now=NOON
        )
        assert with_now == returning.Asked(petition.pk)

    assert OutboxMail.objects.count() == MAILS_PER_ADDRESS_PER_DAY


@pytest.mark.parametrize(
    "typed",
    [
        {"petition": "none-such", "address": ASHA},
        {"petition": "", "address": ""},
        {"address": "asha"},
        {"address": "a@b\x00.example"},
    ],
)
def test_what_is_wrong_in_the_form_is_said(client, petition, typed):
    page = client.post(CLOSED, {"petition": petition.slug} | typed)

    assert page.status_code == 200
    assert "another look" in page.content.decode()
    assert not OutboxMail.objects.exists()


# Erasing ---------------------------------------------------------------------------------------


def test_erasing_takes_back_and_leaves_nothing_of_the_person(client, petition, asha):
    append(now=NOON)
    counting.fold(now=NOON)
    signature = signature_of(petition, ASHA)
    leaf, digest = bytes(signature.log_leaf), bytes(signature.address_digest)
    assert rows(petition)["employee"] == 1
    sign(petition, ASHA)
    assert client.get("/mine/erase/").status_code == 200
    assert Signature.objects.get().state == "confirmed"

    page = client.post("/mine/erase/").content.decode()
    counting.fold(now=NOON)

    row = Signature.objects.get()
    assert "All of it is erased" in page
    assert rows(petition)["employee"] == 0
    assert (row.state, row.anonymised_on) == ("withdrawn", timezone.now().date())
    for sealed in (row.address, row.name, row.title, row.log_salt, row.log_leaf):
        assert bytes(sealed) == b""
    assert row.consents == {}
    assert bytes(row.address_digest) != digest
    for model in (Proof, Claim, Visibility, Link, MailCount):
        assert not model.objects.exists(), model
    assert LogEntry.objects.filter(leaf_hash=leaf).exists()
    assert counting.recount(now=NOON).corrected == 0
    assert client.get("/mine/")["Location"] == CLOSED
    assert NAME not in Client().get(petition.get_absolute_url()).content.decode()


def test_who_erased_may_sign_again_and_is_counted_once(client, petition, asha):
    client.post("/mine/erase/")

    again = opened(client, petition, ASHA)
    prove(again, 0)
    counting.fold(now=NOON)

    assert rows(petition)["employee"] == 1
    assert Signature.objects.countable().count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_erasures_lower_the_count_once(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    confirmed(petition, "ben@mail.example", "public")
    token = confirmed(petition, ASHA, "public")

    answers = at_once(50, lambda _n: erasing.erase(token=token, now=NOON))
    counting.fold(now=NOON)

    assert sum(isinstance(one, erasing.Erased) for one in answers) == 1
    assert Petition.objects.get().totals.get(relation="public").total == 1
    assert counting.recount(now=NOON).corrected == 0


# Notices ---------------------------------------------------------------------------------------


def test_notices_are_turned_off_and_on_again_from_the_receipt(client, petition, asha):
    client.post("/mine/notices/", {"wanted": "no"})
    assert Signature.objects.get().is_muted
    assert "only when you ask for it" in client.get("/mine/").content.decode()

    client.post("/mine/notices/", {"wanted": "yes"})
    assert not Signature.objects.get().is_muted


# Links -----------------------------------------------------------------------------------------


def test_pressing_twice_lands_on_the_receipt_in_the_same_browser_alone(client, petition):
    sign(petition, ASHA, "public")
    link = reverse("signatures:signature-confirm", args=[confirm_link(petition, ASHA)])
    client.get(link)
    impatient = Client()  # the second press goes out before the first is answered
    impatient.cookies["press"] = client.cookies["press"].value

    first, second = client.post(link), impatient.post(link)

    assert first["Location"] == second["Location"] == "/mine/"
    for browser in (client, impatient):
        assert petition.title in browser.get("/mine/").content.decode()
    assert client.cookies["press"]["path"] == link
    for other in ({}, {"press": "x" * 43}):
        stranger = Client()
        for name, value in other.items():
            stranger.cookies[name] = value
        assert stranger.post(link).status_code == 410
    counting.fold(now=NOON)
    assert rows(petition)["public"] == 1


def test_after_leaving_a_second_press_opens_nothing(client, petition):
    sign(petition, ASHA, "public")
    link = reverse("signatures:signature-confirm", args=[confirm_link(petition, ASHA)])
    client.get(link)
    client.post(link)
    client.post("/mine/leave/")

    assert client.post(link).status_code == 410


def mailed_paths():
    for mail in OutboxMail.objects.all():
        yield from re.findall(r"https?://[^/\s]+(/\S+)", compose(mail).body)


def test_no_mailed_link_shows_anything_before_a_press(client, team, ben):
    """Of the links of every mail, whoever opens them, whenever: no petition, relation, person.

    The page that confirms alone names the petition, so that its reader knows what is confirmed.
    """
    from signatures import mails
    from signatures.actions import noticing

    petition = open_petition(team, ben)
    sign(petition, "new@mail.example")
    token = confirmed(petition, ASHA)
    prove(token, 0)
    say(token, public=FULL)
    sign(petition, "new@mail.example")
    sign(petition, ASHA)
    returning.mail_link(petition_id=petition.pk, address=ASHA, language="en", now=timezone.now())
    signature = signature_of(petition, ASHA)
    noticing.post_notice(
        signature=signature,
        kind=mails.REVEAL_SOON,
        context={"number": 5, "hours": 48, "link": ""},
        now=timezone.now(),
    )
    paths = set(mailed_paths())
    assert {path.split("/")[1] for path in paths} == {"s", "mine", "u"}
    secrets = [petition.slug, "mployee", "asha", "Rao", TITLE, "@", "Example Vision", "the board"]

    for path in paths | {f"{path}not-me/" for path in paths if path.startswith("/s/")}:
        for answer in (Client().get(path), Client().head(path)):
            page = answer.content.decode()
            for secret in secrets:
                assert secret not in page, (path, secret)
            confirms = re.fullmatch(r"/s/[^/]+/", path) and answer.status_code == 200
            if not confirms:
                assert petition.title not in page, path
            for header in answer.headers.values():
                assert petition.slug not in header
            assert "visit" not in answer.cookies


def test_the_fingerprint_of_an_address_is_the_same_however_it_is_written(petition):
    written = ("Asha@Mail.Example", " asha+x@mail.example")
    assert {address_digest(petition.pk, canonical(one)) for one in written} == {
        address_digest(petition.pk, canonical(ASHA))
    }
