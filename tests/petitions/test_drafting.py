"""Writing: free addresses, particulars checked, versions that wait until they are published."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.actions import drafting
from petitions.actions.drafting import Particulars, Text
from petitions.errors import PetitionRefused
from petitions.markdown import to_html
from petitions.models import Petition, Version
from tests.evidence.factories import asked_run, published_report
from tests.factories import draft_petition, make_company, open_petition
from tests.parallel import at_once
from tests.people import NOON

TEXT = Text("Stop selling FaceMatch", "We ask the board to stop.", "en")


def particulars(**changed):
    return Particulars(
        **{"company": make_company(), "addressee": "the board", "relations": ["public"]} | changed
    )


def create(team, actor, text=TEXT, **changed):
    return drafting.create(
        team=team, text=text, particulars=particulars(**changed), actor=actor, now=NOON
    )


def test_titles_alike_get_addresses_of_their_own(team, ben):
    slugs = [create(team, ben).slug for _ in range(3)]

    assert slugs == [
        "stop-selling-facematch", "stop-selling-facematch-2", "stop-selling-facematch-3",
    ]  # fmt: skip


def test_a_title_without_latin_letters_gets_an_address(team, ben):
    assert create(team, ben, Text("停止出售", "请停止。", "en")).slug == "petition"


@pytest.mark.django_db(transaction=True)
def test_titles_alike_at_once_are_kept_or_refused_never_broken(team, ben):
    make_company()
    outcomes = at_once(8, lambda _place: create(team, ben), threads=8)

    refused = [one for one in outcomes if isinstance(one, PetitionRefused)]
    assert {one.code for one in refused} <= {"slug-taken"}
    assert Petition.objects.count() == len(outcomes) - len(refused) >= 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"relations": []}, "no-relation"), ({"floor": 2}, "floor-low")],
)
def test_particulars_are_checked_before_anything_is_saved(team, ben, changed, code):
    with pytest.raises(PetitionRefused, match=code):
        create(team, ben, **changed)

    assert not Petition.objects.exists()


@pytest.mark.parametrize("text", [Text(" ", "x", "en"), Text("x", "\n", "en")])
def test_an_empty_text_is_refused(team, ben, text):
    with pytest.raises(PetitionRefused, match="empty-text"):
        create(team, ben, text)
    assert not Petition.objects.exists()


@pytest.mark.parametrize("person", ["mo", "cleo", "eve", "ravi", "ada"])
def test_others_do_not_write(request, team, ben, person):
    actor = request.getfixturevalue(person)
    petition = draft_petition(team, ben)

    for act in (
        lambda: create(team, actor),
        lambda: drafting.change(
            petition_id=petition.pk, text=TEXT, particulars=particulars(), actor=actor, now=NOON
        ),
    ):
        with pytest.raises(PetitionRefused, match="no-right"):
            act()


def test_a_draft_is_changed_in_place_and_an_open_petition_gets_a_next_version(team, ben, mo):
    petition = open_petition(team, ben)
    text = Text("Stop at once", "We ask the board to stop at once.", "en")

    drafting.draft_version(petition_id=petition.pk, text=text, actor=ben, now=NOON)
    drafting.draft_version(petition_id=petition.pk, text=text, actor=ben, now=NOON)
    fresh = Petition.objects.get()
    assert fresh.text.title != "Stop at once"
    drafting.publish_version(petition_id=petition.pk, actor=mo, now=NOON)

    assert Petition.objects.get().text.title == "Stop at once"
    assert list(Version.objects.values_list("number", flat=True)) == [1, 2]


def test_a_petition_cites_published_reports_only(team, ben, eve):
    report = published_report(team, eve)
    run = asked_run(team, eve)
    text = Text("Title", "Demand", "en", [report.sha256])

    made = create(team, ben, text)
    with pytest.raises(PetitionRefused, match="unknown-evidence"):
        create(team, ben, Text("Title", "Demand", "en", ["0" * 64]))

    assert run.report is None
    version = Version.objects.get(pk=made.version_id)
    assert [one.report_id for one in version.citations.all()] == [report.sha256]


TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "code", "pre",
        "br", "hr"}  # fmt: skip
HREF = ("https://", "http://", "mailto:", "/", "#")


class Harmless(HTMLParser):
    """Fails at a tag or attribute that could act, or fetch."""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        assert {name for name, _value in attrs} <= {"href", "rel", "start", "title"}
        assert all(value.startswith(HREF) for name, value in attrs if name == "href")


def check_harmless(html):
    Harmless().feed(html)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,1)",
        "![x](https://tracker.example/1.gif)",
        '<a href="x" style="color:red">x</a>',
        "<iframe src=x></iframe>",
        '[x](https://a.example/"onmouseover=alert(1))',
        "<https://a.example/>",
        "# Title\n\n> quote\n\n1. one\n\n**bold** [here](https://a.example)",
    ],
)
def test_a_demand_cannot_act_or_fetch(markdown):
    check_harmless(to_html(markdown))


@given(st.text(max_size=300))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_becomes_harmless_markup(text):
    check_harmless(to_html(text))
