"""The register of legal demands: the host writes, everybody reads what is published."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.urls import reverse

from petitions.actions import demands
from petitions.actions.demands import Demand
from petitions.errors import PetitionRefused
from privacy.models import AccessRecord, LegalDemand
from tests.people import NOON

ASKED = "All addresses of those who signed a petition."
PAGE = "pages:legal-demands"


def demand(**changed):
    values = {"received_on": date(2026, 11, 2), "asker": "company", "asked": ASKED}
    return Demand(**values | changed)


def entered(host, **changed):
    return demands.enter(demand=demand(**changed), actor=host, now=NOON).demand_id


def test_without_demands_the_page_says_so_with_the_day(client, db):
    text = client.get(reverse(PAGE)).content.decode()

    assert "none so far" in text
    assert "proves nothing" in text


def test_a_draft_is_not_shown_and_none_so_far_is_not_said(client, host):
    entered(host)

    text = client.get(reverse(PAGE)).content.decode()

    assert ASKED not in text
    assert "none so far" not in text
    assert "none is listed" in text


def test_published_demands_are_listed_with_totals_by_year(client, host):
    answers = [("nothing", 2026), ("nothing", 2026), ("some", 2026), ("all", 2025)]
    for given, year in answers:
        pk = entered(host, given=given, received_on=date(year, 3, 1), answer="We objected.")
        demands.publish(demand_id=pk, actor=host, now=NOON)

    response = client.get(reverse(PAGE))

    years = {
        row["year"]: (row["received"], {given.value: n for given, n in row["given"]})
        for row in response.context["years"]
    }
    assert years == {
        "2026": (3, {"open": 0, "nothing": 2, "some": 1, "all": 0}),
        "2025": (1, {"open": 0, "nothing": 0, "some": 0, "all": 1}),
    }
    assert response.content.decode().count("We objected.") == 4


def test_words_of_a_demand_are_text_not_markup(client, host):
    pk = entered(host, asked="<script>alert(1)</script>")
    demands.publish(demand_id=pk, actor=host, now=NOON)

    assert "<script>alert" not in client.get(reverse(PAGE)).content.decode()


def test_only_the_host_keeps_the_register(ben, host):
    pk = entered(host)
    for act in (
        lambda: demands.enter(demand=demand(), actor=ben, now=NOON),
        lambda: demands.change(demand_id=pk, demand=demand(), actor=ben, now=NOON),
        lambda: demands.publish(demand_id=pk, actor=ben, now=NOON),
    ):
        with pytest.raises(PetitionRefused) as refused:
            act()
        assert refused.value.code == "no-right"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"asked": " "}, "demand-says-nothing"),
        ({"received_on": NOON.date() + timedelta(days=1)}, "demand-to-come"),
        ({"asker": "me"}, "unknown-answer"),
        ({"given": "perhaps"}, "unknown-answer"),
        ({"told": "perhaps"}, "unknown-answer"),
    ],
)
def test_a_demand_says_what_and_when(host, changed, code):
    with pytest.raises(PetitionRefused) as refused:
        entered(host, **changed)
    assert refused.value.code == code


def test_each_change_is_written_down_and_a_published_one_stays(host):
    pk = entered(host)
    demands.publish(demand_id=pk, actor=host, now=NOON)
    demands.change(demand_id=pk, demand=demand(given="nothing"), actor=host, now=NOON)
    with pytest.raises(PetitionRefused) as refused:
        demands.publish(demand_id=pk, actor=host, now=NOON)

    assert refused.value.code == "demand-published"
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        LegalDemand.objects.all().delete()
    found = LegalDemand.objects.get()
    assert (found.given, found.published_on) == ("nothing", NOON.date())
    verbs = AccessRecord.objects.filter(subject=f"demand:{pk}").values_list("verb", flat=True)
    assert set(verbs) == {"demand.entered", "demand.changed", "demand.published"}


def test_the_desk_keeps_the_register_for_the_host_alone(client, host, ben):
    add = reverse("admin:privacy_legaldemand_add")
    answers = {"received_on": "2026-11-02", "asker": "court", "asked": ASKED, "given": "open",
               "told": "later", "answer": "", "source": ""}  # fmt: skip
    client.force_login(ben)
    assert client.post(add, answers).status_code in (403, 404)
    client.force_login(host)

    tomorrow = client.post(add, answers | {"received_on": "2999-01-01"}, follow=True)
    assert "in the future" in tomorrow.content.decode()
    assert "javascript" not in client.post(
        add, answers | {"source": "javascript:alert(1)"}
    ).context["adminform"].form.cleaned_data.get("source", "")
    client.post(add, answers)
    pk = LegalDemand.objects.get().pk
    page = reverse("admin:privacy_legaldemand_change", args=[pk])
    client.post(page, answers | {"given": "nothing", "answer": "We hold none."})
    publish = reverse("admin:privacy_legaldemand_publish", args=[pk])
    assert client.get(publish).status_code == 200
    assert not LegalDemand.objects.get().is_published
    client.post(publish)

    assert "We hold none." in client.get(reverse(PAGE)).content.decode()
    assert client.get(publish).status_code == 404
