"""The page that takes a mail: in memory, of a bounded size, whatever comes."""

import tempfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from proofs import policy
from proofs.models import Proof, Tries
from signatures import visits
from signatures.actions import confirming
from tests.factories import confirmed, open_petition, signature_of
from tests.people import ASHA
from tests.proofs import letters
from tests.proofs.letters import letter

PATH = "/mine/prove/signed_mail/"


@pytest.fixture
def archive(tmp_path, settings):
    settings.DKIM_KEYS_FILE = letters.archive(tmp_path / "keys.csv")
    settings.DKIM_DNS = False


@pytest.fixture
def browser_of_asha(team, ben):
    petition = open_petition(team, ben, methods=["signed_mail"])
    confirmed(petition, ASHA)
    client = Client()
    token = confirming.new_visit(signature_of(petition, ASHA), timezone.now())
    client.cookies[visits.COOKIE] = token
    return client


def upload(client, content, name="notice.eml"):
    # Any name goes over the line, also one that Django would not give to a file.
    return client.post(PATH, {"message": ContentFile(content, name=name)})


def test_a_mail_counts_at_once(browser_of_asha, archive):
    sent = timezone.now() - timedelta(days=2)

    answer = upload(browser_of_asha, letter(sent))

    assert answer["Location"] == "/mine/"
    assert Proof.objects.get().method == "signed_mail"


def test_a_long_mail_touches_no_disk_and_one_that_is_too_long_is_refused(
    browser_of_asha, archive, monkeypatch
):
    def no_file(*_args, **_kwargs):
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_file)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", no_file)

    long = upload(browser_of_asha, letter() + b"x" * (policy.MAIL_BYTES_MAX - 5_000))
    longer = upload(browser_of_asha, b"x" * (policy.MAIL_BYTES_MAX + 1))
    longest = upload(browser_of_asha, b"x" * (policy.UPLOAD_BYTES_MAX + 1))

    assert "does not fit" in long.content.decode() or "from the last" in long.content.decode()
    for answer in (longer, longest):
        assert "larger than 5 MB" in answer.content.decode()


def test_the_page_takes_a_form_of_ours_only(browser_of_asha):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[visits.COOKIE] = browser_of_asha.cookies[visits.COOKIE].value

    assert upload(strict, b"x").status_code == 403
    assert upload(Client(), b"x")["Location"] == "/mine/closed/"


def test_the_page_says_what_it_shows_and_what_it_may_cost(browser_of_asha):
    page = browser_of_asha.get(PATH).content.decode()

    for words in ("name server may log", "How to save a mail", "could still do that", "60 days"):
        assert words in page


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.binary(max_size=400), name=st.text(max_size=30))
def test_no_file_breaks_the_page(browser_of_asha, content, name):
    Tries.objects.all().delete()  # so many files in a day are refused unread

    answer = upload(browser_of_asha, content, name or "x")

    assert answer.status_code == 200
    assert not Proof.objects.exists()
