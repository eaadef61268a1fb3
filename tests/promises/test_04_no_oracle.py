"""Promise 4: new, waiting, signed and blocked addresses get the same answer and one mail each."""

import re
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from background.models import OutboxMail
from signatures.actions import confirming
from signatures.models import Block
from tests.factories import confirm_link, confirmed, open_petition, sign
from tests.people import NOON

CASES = ["new", "waiting", "signed", "withdrawn", "blocked"]


@pytest.fixture
def petition(team, ben):
    petition = open_petition(team, ben)
    sign(petition, "waiting@mail.example", "public")
    confirmed(petition, "signed@mail.example", "public")
    token = confirmed(petition, "withdrawn@mail.example", "public")
    from signatures.actions import withdrawing

    withdrawing.withdraw(token=token, now=NOON)
    sign(petition, "blocked@mail.example", "public")
    confirming.refuse(token=confirm_link(petition, "blocked@mail.example"), now=NOON)
    assert Block.objects.count() == 1
    OutboxMail.objects.all().delete()
    return petition


def post(client, petition, address):
    path = f"/petitions/{petition.slug}/sign/public/"
    form = {"address": address, "text": petition.text.digest, "consent": "on"}
    answer = client.post(path, form)
    page = client.get(answer["Location"])
    secret = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    of_the_moment = ("Content-Length", "Expires")
    headers = {k: v for k, v in page.headers.items() if k not in of_the_moment}
    return answer.status_code, answer["Location"], secret.sub(b"", page.content), str(headers)


def test_every_address_gets_the_same_answer(client, petition):
    answers = {case: post(client, petition, f"{case}@mail.example") for case in CASES}

    assert len({repr(answer) for answer in answers.values()}) == 1


@pytest.mark.parametrize("case", CASES)
def test_every_address_gets_one_mail_with_the_same_subject(client, petition, case):
    from background.actions.outbox import compose

    post(client, petition, f"{case}@mail.example")

    assert compose(OutboxMail.objects.get()).subject == "Please confirm"


def test_every_address_costs_the_same_writes(client, petition):
    post(client, petition, "first@mail.example")  # what is cached afterwards costs nothing
    kinds = {}
    for case in CASES:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post(client, petition, f"{case}@mail.example")
        verbs = [query["sql"].split()[0] for query in queries]
        kinds[case] = sorted(verb for verb in verbs if verb in ("INSERT", "UPDATE", "SELECT"))
    counts = {case: len(verbs) for case, verbs in kinds.items()}
    assert max(counts.values()) - min(counts.values()) <= 1, counts


def test_the_times_overlap(client, petition):
    times = {case: [] for case in CASES}
    for turn in range(20):
        for case in CASES:
            address = f"{case}{turn if case == 'new' else ''}@mail.example"
            start = time.perf_counter()
            post(client, petition, address)
            times[case].append(time.perf_counter() - start)
    middles = {case: statistics.median(values) for case, values in times.items()}

    spread = max(statistics.quantiles(values, n=4)[2] - statistics.quantiles(values, n=4)[0]
                 for values in times.values())  # fmt: skip
    assert max(middles.values()) - min(middles.values()) < max(3 * spread, 0.01), middles


def test_work_addresses_get_the_same_answer_whether_used_or_not(client, team, ben):
    petition = open_petition(team, ben)
    tokens = [confirmed(petition, f"person{n}@mail.example") for n in range(2)]
    from signatures.actions import proving
    from tests.signatures.test_sign_and_prove import code_in_mail

    used = {"address": "asha.rao@staff.example"}
    proving.begin_proof(token=tokens[0], method="mailbox", answers=used, language="en", now=NOON)
    proving.decide_proof(token=tokens[0], answers={"code": code_in_mail()}, now=NOON)
    OutboxMail.objects.all().delete()

    places = set()
    for address in ("asha.rao@staff.example", "new.one@staff.example"):
        client.cookies["visit"] = tokens[1]
        answer = client.post("/mine/prove/mailbox/", {"address": address})
        places.add((answer.status_code, answer["Location"]))

    assert len(places) == 1
    assert sorted(OutboxMail.objects.values_list("kind", flat=True)) == [
        "proofs.code",
        "proofs.used",
    ]
