"""The site, and beside it the bare views that the bench compares with."""

import hashlib
import json
import secrets
import uuid

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from accounts.actions import teams
from accounts.models import Role, Team, User
from config.urls import urlpatterns as site
from petitions.actions import drafting, lifecycle
from petitions.actions.drafting import Particulars, Text
from petitions.models import Petition
from register.models import Company
from signatures.actions import signing
from signatures.models import Link, Signature


def petition(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """An open petition of its own; made once."""
    now = timezone.now()
    found = Petition.objects.filter(slug="bench").first()
    if found is None:
        made = teams.make_team(slug="bench", name="Bench", actor=None, now=now)
        team = Team.objects.get(pk=made.pk)
        user = teams.make_user(
            email="b@team.example", name="", password=None, actor=None, now=now, is_host=True
        )
        actor = User.objects.get(pk=user.pk)
        teams.give_roles(team=team, user=actor, roles=[Role.OWNER], actor=None, now=now)
        company = Company.objects.create(slug="bench", name="Bench")
        drafted = drafting.create(
            team=team,
            text=Text("Bench", "A demand", "en"),
            particulars=Particulars(company, "the board", ["public"]),
            actor=actor,
            now=now,
            slug="bench",
        )
        lifecycle.submit(petition_id=drafted.petition_id, actor=actor, now=now)
        lifecycle.publish(petition_id=drafted.petition_id, actor=actor, now=now)
    text = Petition.objects.get(slug="bench").texts()[0]
    return HttpResponse(f"bench {text.digest}")


def token(request: HttpRequest) -> HttpResponse:
    """What the mail would bring; for the bare side the same look-up, to no effect."""
    found = Petition.objects.get(slug="bench")
    digest = signing.address_digest(found.pk, request.POST["address"])
    signature = Signature.objects.filter(petition=found, address_digest=digest).first()
    if signature is None:
        return HttpResponse("none")
    return HttpResponse(signing.new_link(signature, Link.Purpose.CONFIRM, 1, timezone.now()))


INSERT = """
    INSERT INTO signatures_signature (id, petition_id, version_id, consents, state, relation,
        proof_method, address, address_digest, received_on, log_salt, log_leaf)
    SELECT %s, p.id, v.id, '{}', 'pending', 'public', 'none', %s, %s, current_date, '', ''
    FROM petitions_petition p JOIN petitions_version v ON v.petition_id = p.id
    WHERE p.slug = 'bench'
"""


def bare_sign(request: HttpRequest) -> HttpResponse:
    """The writes of signing, and nothing else: signature, link, mail count, mail."""
    key, address = uuid.uuid4(), request.POST["address"].encode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [key, address, hashlib.sha256(address).digest()])
        cursor.execute("SELECT 1 FROM signatures_signature WHERE id = %s FOR UPDATE", [key])
        cursor.execute("UPDATE signatures_signature SET address = %s WHERE id = %s", [address, key])
        cursor.execute(
            "INSERT INTO signatures_link VALUES (%s, 'confirm', now(), %s)",
            [secrets.token_bytes(32), key],
        )
        cursor.execute(
            "INSERT INTO signatures_mailcount (petition_id, address_digest, day, sent)"
            " SELECT id, %s, current_date, 1 FROM petitions_petition WHERE slug = 'bench'",
            [secrets.token_bytes(32)],
        )
        cursor.execute(
            "INSERT INTO background_outboxmail (id, kind, state, address, context, language,"
            " attempts, due_at) VALUES (%s, 'bench', 'waiting', %s, %s, 'en', 0, now())",
            [uuid.uuid4(), address, b"{}"],
        )
    return HttpResponse(str(key))


def bare_confirm(request: HttpRequest) -> HttpResponse:
    """The writes of confirming: state, log entry, event, links."""
    key = request.POST["key"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT petition_id FROM signatures_signature WHERE id = %s FOR UPDATE", [key]
        )
        (petition_id,) = cursor.fetchone()
        cursor.execute(
            'INSERT INTO transparency_queuedentry (entry, "group", held) VALUES (%s, %s, false)',
            [json.dumps({"t": "named"}).encode(), str(petition_id)],
        )
        cursor.execute(
            "UPDATE signatures_signature SET state = 'confirmed', confirmed_on = current_date"
            " WHERE id = %s",
            [key],
        )
        cursor.execute(
            "INSERT INTO signatures_countevent (petition_id, relation, proof, delta)"
            " VALUES (%s, 'public', 'none', 1)",
            [petition_id],
        )
        cursor.execute("DELETE FROM signatures_link WHERE signature_id = %s", [key])
        cursor.execute(
            "INSERT INTO signatures_link VALUES (%s, 'receipt', now(), %s)",
            [secrets.token_bytes(32), key],
        )
    return HttpResponse("yes")


urlpatterns = [
    path("bench/petition/", petition),
    path("bench/token/", token),
    path("bench/bare/sign/", bare_sign),
    path("bench/bare/confirm/", bare_confirm),
    path("", include(site)),
]
