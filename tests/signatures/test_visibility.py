"""Who may read what: nobody by default, as the signer chooses, less at once, until delivery."""

import ast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.embedded import ROOT
from petitions.actions import lifecycle
from signatures import visibility
from signatures.actions import proving, withdrawing
from signatures.actions.visibility import Choice, choose, levels_for
from signatures.errors import SignatureRefused
from signatures.models import Audience, Level, Signature, Visibility
from signatures.visibility import RANK, names_for, shown_to
from tests.factories import confirmed, open_petition, opened, signature_of
from tests.people import ASHA, NOON
from tests.signatures.test_visibility_together import AGREED, prove

NAME, TITLE = "Asha Rao", "Optics engineer"
FULL = Level.NAME_AND_TITLE


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben)


@pytest.fixture
def asha(petition):
    """The token of a visit of a verified employee."""
    token = confirmed(petition, ASHA)
    prove(token, 0)
    return token


def say(token, levels=None, *, name=NAME, title=TITLE, together=None, **by_audience):
    choices = levels or {
        Audience(who): Choice(level, together) for who, level in by_audience.items()
    }
    consents = AGREED if choices else {}
    return choose(token=token, choices=choices, name=name, title=title, consents=consents, now=NOON)


def words(petition, audience, reader=None):
    rows = shown_to(audience, petition, reader=reader)
    return [visibility.line(row).words for row in rows]


def test_nobody_reads_anything_by_default(petition, asha):
    assert [list(names_for(petition, audience)) for audience in Audience] == [[]] * 4


@pytest.mark.parametrize(
    ("level", "read"),
    [
        (FULL, "Asha Rao, Optics engineer"),
        (Level.FIRST_NAME_AND_TITLE, "Asha, Optics engineer"),
        (Level.TITLE_AND_COMPANY, "Optics engineer"),
    ],
)
@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.ORGANISERS, Audience.TARGET])
def test_each_audience_reads_what_was_chosen_for_it(petition, asha, audience, level, read):
    say(asha, **{audience.value: level})

    for other in (Audience.PUBLIC, Audience.ORGANISERS, Audience.TARGET):
        expected = [read] if audience in (other, Audience.PUBLIC) else []
        assert words(petition, other) == expected


def test_a_narrow_audience_reads_at_least_what_everybody_reads(petition, asha):
    say(asha, public=FULL, target=Level.TITLE_AND_COMPANY)

    assert words(petition, Audience.TARGET) == ["Asha Rao, Optics engineer"]
    say(asha, target=Level.TITLE_AND_COMPANY)
    assert words(petition, Audience.TARGET) == ["Optics engineer"]


def test_staff_is_shown_to_fellow_signers_who_are_proved_staff_alone(petition, asha):
    say(asha, signers=FULL)
    confirmed(petition, "cleo@mail.example", "public")
    unproved = confirmed(petition, "dana@mail.example")
    proved = confirmed(petition, "emil@mail.example")
    prove(proved, 1)
    say(unproved, signers=FULL, name="Dana D")

    def read_by(address):
        return words(petition, Audience.SIGNERS, signature_of(petition, address))

    assert read_by("emil@mail.example") == ["Asha Rao, Optics engineer"]
    assert read_by("cleo@mail.example") == []
    assert words(petition, Audience.SIGNERS) == []
    say(asha, signers=FULL, public=Level.TITLE_AND_COMPANY)
    assert read_by("cleo@mail.example") == ["Optics engineer"]


def test_the_page_of_fellow_signers_asks_for_a_signature_that_counts(client, petition, asha):
    say(asha, signers=FULL)
    path = reverse("signatures:mine-signers")
    assert client.get(path)["Location"] == reverse("signatures:mine-closed")

    token = opened(client, petition, "emil@mail.example")
    assert "Asha" not in client.get(path).content.decode()
    prove(token, 1)
    assert "Asha Rao, Optics engineer" in client.get(path).content.decode()


def test_an_unproved_employee_is_shown_to_nobody_until_proved(petition):
    token = confirmed(petition, ASHA)
    say(token, public=FULL)
    assert words(petition, Audience.PUBLIC) == []

    prove(token, 0)

    assert words(petition, Audience.PUBLIC) == ["Asha Rao, Optics engineer"]


def test_who_takes_back_loses_the_proof_or_is_set_aside_is_shown_to_nobody(petition, asha):
    say(asha, public=FULL)
    signature = signature_of(petition, ASHA)
    Signature.objects.update(marked_on=NOON.date())
    assert words(petition, Audience.PUBLIC) == []
    Signature.objects.update(marked_on=None)
    assert words(petition, Audience.PUBLIC) != []

    from django.db import transaction

    with transaction.atomic():
        proving.settle_again(signature, without=signature.proof_id)
    assert words(petition, Audience.PUBLIC) == []
    withdrawing.withdraw(token=asha, now=NOON)
    assert not Visibility.objects.exists()


def test_the_petition_page_lists_public_names_escaped_and_without_a_day(client, petition, asha):
    say(asha, public=FULL, name="Asha <b>Rao</b>")
    token = confirmed(petition, "ben@mail.example", "public")
    say(token, organisers=FULL, name="Ben Hidden")

    for path in (
        petition.get_absolute_url(),
        reverse("pages:petition-names", args=[petition.slug]),
    ):
        page = client.get(path).content.decode()
        names = page[page.index('<ul class="names">') : page.index("</ul>", page.index("names"))]
        assert "Asha &lt;b&gt;Rao&lt;/b&gt;, Optics engineer" in page
        assert "Ben Hidden" not in page
        assert "2026" not in names


def test_the_list_has_pages_and_an_order_that_tells_no_time(client, petition):
    given = []
    for number in range(60):
        token = confirmed(petition, f"p{number}@mail.example", "public")
        say(token, public=FULL, name=f"Person N{number:02}", title="")
        given.append(f"Person N{number:02}")
    path = reverse("pages:petition-names", args=[petition.slug])

    first = client.get(path).content.decode()
    second = client.get(path, {"page": "2"}).content.decode()
    order = words(petition, Audience.PUBLIC)
    by_id = list(Signature.objects.order_by("pk").values_list("pk", flat=True))

    assert sorted(order) == given != order
    assert [row.pk for row in shown_to(Audience.PUBLIC, petition)] != by_id
    assert words(petition, Audience.TARGET) != order
    assert order == words(petition, Audience.PUBLIC)
    assert all((name in first) != (name in second) for name in given)
    for odd in ("x", "-1", "9999", "\u0660"):
        assert client.get(path, {"page": odd}).status_code == 200
    assert "All names" in client.get(petition.get_absolute_url()).content.decode()


def test_the_desk_shows_what_was_chosen_for_organisers_and_writes_the_look_down(
    client, petition, asha, ravi
):
    from privacy.models import AccessRecord

    client.force_login(ravi)
    listing = reverse("admin:signatures_signature_changelist")
    signature = signature_of(petition, ASHA)
    detail = reverse("admin:signatures_signature_change", args=[signature.pk])
    say(asha, target=FULL)
    for path in (listing, detail):
        assert "Asha" not in client.get(path).content.decode()

    say(asha, organisers=Level.FIRST_NAME_AND_TITLE)

    for path in (listing, detail):
        page = client.get(path).content.decode()
        assert "Asha, Optics engineer" in page
        assert "Rao" not in page
    assert AccessRecord.objects.filter(verb__startswith="signers.").count() == 4


def test_less_takes_effect_at_once_everywhere(client, petition, asha):
    say(asha, public=FULL, signers=FULL, organisers=FULL, target=FULL)
    say(asha, public=Level.TITLE_AND_COMPANY)

    for audience in Audience:
        assert words(petition, audience) == ["Optics engineer"]
    say(asha)
    assert [words(petition, audience) for audience in Audience] == [[]] * 4
    signature = signature_of(petition, ASHA)
    assert (signature.name, signature.title) == (b"", b"")


def test_a_name_that_no_choice_needs_is_not_kept(petition, asha):
    say(asha, public=Level.TITLE_AND_COMPANY)

    signature = signature_of(petition, ASHA)
    assert signature.reveal_name() == ""
    assert signature.reveal_title() == TITLE


def deliver(petition, ben):
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    lifecycle.deliver(petition_id=petition.pk, words="Handed over.", actor=ben, now=NOON)


@pytest.mark.parametrize(
    ("before", "after", "name", "allowed"),
    [
        (None, FULL, NAME, False),
        (Level.TITLE_AND_COMPANY, FULL, NAME, False),
        (FULL, FULL, "Another Name", False),
        (FULL, FULL, NAME, True),
        (FULL, Level.TITLE_AND_COMPANY, NAME, True),
        (FULL, None, NAME, True),
    ],
)
def test_after_delivery_only_less_can_be_shown(petition, asha, ben, before, after, name, allowed):
    if before:
        say(asha, public=before)
    deliver(petition, ben)

    def change():
        say(asha, **({"public": after} if after else {}), name=name)

    if allowed:
        change()
        assert (words(petition, Audience.PUBLIC) == []) == (after is None)
    else:
        was = words(petition, Audience.PUBLIC)
        with pytest.raises(SignatureRefused) as refusal:
            change()
        assert "is delivered. You can show less" in refusal.value.words
        assert words(petition, Audience.PUBLIC) == was


def test_until_delivery_a_closed_petition_lets_everything_be_changed(petition, asha, ben):
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)

    say(asha, target=FULL)

    assert words(petition, Audience.TARGET) == ["Asha Rao, Optics engineer"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"public": FULL, "name": ""}, "no-name"),
        ({"public": FULL, "name": " \t "}, "no-name"),
        ({"public": Level.TITLE_AND_COMPANY, "title": ""}, "no-title"),
        ({"public": FULL, "name": "Asha https://x.example"}, "bad-name"),
        ({"public": FULL, "name": "asha@mail.example"}, "bad-name"),
        ({"public": FULL, "name": "A" * 81}, "bad-name"),
        ({"public": FULL, "name": "Asha \u202eoaR"}, "bad-name"),
        ({"public": FULL, "name": "Asha\x00"}, "bad-name"),
        ({"public": "everything"}, "bad-level"),
        ({"public": FULL, "together": 7}, "bad-level"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_is_saved(petition, asha, given, code):
    with pytest.raises(SignatureRefused, match=code):
        say(asha, **given)

    assert not Visibility.objects.exists()
    assert signature_of(petition, ASHA).name == b""


def test_members_of_the_public_have_no_title_at_the_company_and_no_colleagues(petition):
    token = confirmed(petition, "ben@mail.example", "public")

    assert Level.TITLE_AND_COMPANY not in levels_for("public")
    for bad in ({"public": Level.TITLE_AND_COMPANY}, {"public": FULL, "together": petition.floor}):
        with pytest.raises(SignatureRefused, match="bad-level"):
            say(token, **bad)


def post(client, **answers):
    blank = {f"level_{audience}": "counted" for audience in Audience.values}
    return client.post(reverse("signatures:mine-visibility"), blank | answers)


def test_a_name_is_asked_for_only_once_a_choice_needs_it(client, petition):
    prove(opened(client, petition, ASHA), 0)
    path = reverse("signatures:mine-visibility")
    assert 'name="name"' not in client.get(path).content.decode()

    asked = post(client, level_public="name_title", together_public="")
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "One more thing" in page
    assert 'name="name"' in page
    assert not Visibility.objects.exists()

    empty = post(client, level_public="name_title", together_public="", name="", title="")
    assert "Enter the name that is to be shown." in empty.content.decode()
    done = post(
        client, level_public="name_title", together_public="", name=NAME, title="", consent="on"
    )
    assert done["Location"] == reverse("signatures:mine")
    assert words(petition, Audience.PUBLIC) == [NAME]
    receipt = client.get(reverse("signatures:mine")).content.decode()
    assert receipt.count(NAME) == 4


def test_counting_only_needs_no_name(client, petition):
    opened(client, petition, ASHA)

    assert post(client).status_code == 302


@pytest.mark.parametrize(
    "answers",
    [
        {"level_public": "all"},
        {"level_public": ""},
        {"level_public": "name_title", "together_public": "three", "name": "A", "title": ""},
        {"level_public": "name_title", "together_public": "", "name": "\x00", "title": ""},
    ],
)
def test_no_answer_breaks_the_page(client, petition, answers):
    opened(client, petition, ASHA)

    page = post(client, **answers)

    assert page.status_code == 200
    assert "another look" in page.content.decode() or "One more thing" in page.content.decode()
    assert not Visibility.objects.exists()


def test_the_page_says_what_public_means_and_suggests_to_be_shown_together(client, petition):
    opened(client, petition, ASHA)

    page = client.get(reverse("signatures:mine-visibility")).content.decode()

    assert "Public means Example Vision too." in page
    assert "A title can tell who you are" in page
    assert "until the petition is delivered" in page
    assert '<option value="10" selected>' in page


def test_correcting_the_name_changes_every_list(client, petition):
    prove(opened(client, petition, ASHA), 0)
    shown = {"level_public": "name_title", "together_public": ""}
    post(client, **shown, name=NAME, title=TITLE, consent="on")

    post(client, **shown, name="Asha R. Rao", title=TITLE)

    assert words(petition, Audience.ORGANISERS) == ["Asha R. Rao, Optics engineer"]


def test_only_one_place_reveals_names():
    """Every list goes through signatures.visibility; an owner reads the own one besides."""
    allowed = {"signatures/visibility.py", "signatures/holding.py"}
    own = {"signatures/forms.py", "signatures/actions/visibility.py"}
    callers = set()
    rooms = {path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "tests"}
    for path in (file for room in rooms for file in room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("reveal_name", "reveal_title"):
                callers.add(str(path.relative_to(ROOT)))
    templates = [
        path
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
        and "reveal_" in path.read_text()
        and any(word in path.read_text() for word in ("reveal_name", "reveal_title"))
    ]

    assert callers == allowed | own
    assert templates == []


def test_the_levels_are_in_order_and_complete():
    assert set(RANK) == set(Level.values)
    assert RANK[Level.COUNTED] == 0


def test_where_the_key_is_destroyed_the_pages_go_on_without_names(client, petition, asha, ravi):
    from privacy.keys import destroy_key

    say(asha, public=FULL)
    destroy_key(scope=petition.pk, now=NOON)
    client.force_login(ravi)

    for path in (
        petition.get_absolute_url(),
        reverse("pages:petition-names", args=[petition.slug]),
        reverse("admin:signatures_signature_changelist"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Asha" not in answer.content.decode()
    form = {"petition": petition.slug, "address": ASHA}
    assert "is erased" in client.post("/mine/closed/", form).content.decode()


def test_to_be_shown_needs_a_consent_of_its_own_that_is_kept_while_something_is(client, petition):
    from signatures.consents import SHOW

    prove(opened(client, petition, ASHA), 0)
    shown = {"level_public": "name_title", "together_public": "", "name": NAME, "title": ""}
    page = post(client, **shown).content.decode()
    assert "Tick that you agree" in page
    assert "checked" not in page
    assert not Visibility.objects.exists()

    post(client, **shown, consent="on")
    assert signature_of(petition, ASHA).consents[SHOW].startswith("I agree that what I choose")
    assert 'name="consent"' not in client.get("/mine/visibility/").content.decode()
    post(client)
    assert set(signature_of(petition, ASHA).consents) == {"keep"}


def test_a_page_of_names_asks_no_more_often_the_more_names_it_has(
    client, petition, django_assert_num_queries
):
    path = reverse("pages:petition-names", args=[petition.slug])

    def named(number):
        token = confirmed(petition, f"p{number}@mail.example", "public")
        say(token, public=FULL, name=f"Signer {number}")

    named(0)
    client.get(path)
    with CaptureQueriesContext(connection) as of_one:
        assert "Signer 0" in client.get(path).content.decode()
    for number in range(1, 8):
        named(number)
    with django_assert_num_queries(len(of_one)):
        assert client.get(path).content.decode().count("Signer ") >= 8
