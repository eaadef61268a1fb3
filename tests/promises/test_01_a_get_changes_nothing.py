"""Promise 1: a GET changes nothing, whoever opens whatever. The access log alone may grow."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from background.models import OutboxMail
from register.actions import seeding
from signatures.models import Link, Signature
from tests.documents import give_key, sent
from tests.evidence.factories import asked_run, published_report
from tests.factories import (
    confirm_link,
    confirmed,
    make_contract,
    open_petition,
    opened,
    sign,
    signature_of,
)
from tests.people import NOON

# Looking is written down (promise 8); a session and a cached limit are not facts about anybody.
MAY_GROW = {"privacy.AccessRecord", "sessions.Session", "usersessions.UserSession"}
MAY_GROW_IDS = {"accounts.User"}  # last_login is set by signing in


def everything():
    rows = {}
    for model in apps.get_models():
        if model._meta.label not in MAY_GROW | MAY_GROW_IDS and model._meta.managed:
            rows[model._meta.label] = sorted(map(plain, model._default_manager.values_list()))
    return rows


def plain(row):
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def patterns(resolver, before=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def addresses(values):
    """Every address of the site with its blanks filled in."""
    for pattern in patterns(get_resolver()):
        path = pattern.replace("^", "").replace("$", "").replace("\\Z", "")
        for blank, value in values.items():
            path = path.replace(blank, value)
        if "<" not in path and "(" not in path:
            yield "/" + path


WHO = ["visitor", "ben", "mo", "eve", "ravi", "cleo", "host"]


def sign_in(client, request, who):
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))


@pytest.mark.parametrize("who", WHO)
def test_opening_every_address_changes_no_row(client, request, team, ben, eve, who):
    seeding.seed()
    give_key(team)
    petition = open_petition(team, ben, contract=make_contract())
    report = published_report(team, eve)
    sign(petition, "asha@mail.example")
    token = confirm_link(petition, "asha@mail.example")
    opened(client, petition, "b@mail.example")
    used = confirmed(petition, "c@mail.example")
    sign_in(client, request, who)
    blanks = {
        "<slug:slug>": petition.slug,
        "<slug:relation>": "employee",
        "<slug:method>": "mailbox",
        "<int:number>": "1",
        "<uuid:petition_id>": str(petition.pk),
        "<slug:verb>": "pause",
        "<sha256:sha256>": report.sha256,
        "<uuid:run_id>": str(asked_run(team, eve).pk),
        "<slug:name>": "skin-types",
        "<path:object_id>": str(petition.pk),
        "<uuid:claim_id>": str(sent(petition, "d@mail.example").pk),
    }
    before = everything()

    seen = 0
    for chosen in (token, used):
        for path in addresses(blanks | {"<str:token>": chosen}):
            response = client.get(path)
            assert response.status_code < 500, path
            seen += 1

    assert seen > 100
    assert everything() == before


@pytest.mark.parametrize("who", WHO)
def test_opening_every_row_on_the_desk_changes_no_row(client, request, team, ben, eve, who):
    petition = open_petition(team, ben, contract=make_contract())
    published_report(team, eve)
    asked_run(team, eve)
    confirmed(petition, "b@mail.example")
    sign_in(client, request, who)
    before, seen = everything(), 0

    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"{name}_changelist")]
        for pk in model._default_manager.values_list("pk", flat=True)[:2]:
            paths += [reverse(f"{name}_{page}", args=[pk]) for page in ("change", "history")]
            paths.append(reverse(f"{name}_delete", args=[pk]))
        for path in paths:
            assert client.get(path).status_code < 500, path
            seen += 1

    assert seen > 30
    assert everything() == before


def test_a_scanner_that_opens_every_link_in_a_mail_confirms_nobody(client, team, ben):
    petition = open_petition(team, ben)
    sign(petition, "asha@mail.example")
    token = confirm_link(petition, "asha@mail.example")

    for _ in range(3):
        client.get(f"/s/{token}/")
        client.head(f"/s/{token}/")
        client.get(f"/s/{token}/not-me/")

    assert signature_of(petition, "asha@mail.example").state == Signature.State.PENDING
    assert OutboxMail.objects.count() == 1
    assert Link.objects.filter(purpose=Link.Purpose.VISIT).count() == 0


def test_the_mail_to_a_work_address_holds_a_code_and_no_link(team, ben):
    from background.actions.outbox import compose
    from signatures.actions import proving

    token = confirmed(open_petition(team, ben), "asha@mail.example")
    proving.begin_proof(
        token=token,
        method="mailbox",
        answers={"address": "a.rao@staff.example"},
        language="en",
        now=NOON,
    )

    message = compose(OutboxMail.objects.get(kind="proofs.code"))

    assert "http" not in message.body
    assert "etition" not in message.subject + message.body
    assert "Countersign" not in message.subject + message.body + message.from_email
