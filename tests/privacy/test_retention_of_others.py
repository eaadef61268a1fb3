"""What goes after days of its own, and what may not go early."""

from datetime import timedelta

import pytest

from privacy.actions import retaining
from proofs import policy
from proofs.models import Claim, InvitationCode, Tries, Vouch
from signatures.actions import limiting
from signatures.models import Bucket
from tests.factories import confirmed, open_petition, signature_of
from tests.people import ASHA, NOON
from tests.privacy.planted_by_others import WAYS
from tests.proofs.test_invitation import codes_of
from tests.proofs.vouching import by_mailbox, phrases, type_code, vouch

DAY = timedelta(days=1)


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


def test_words_of_colleagues_outlive_their_phrases(petition):
    asha = confirmed(petition, ASHA)
    first, _second = phrases(asha)
    vouch(by_mailbox(petition, "devi"), first)
    later = NOON + timedelta(days=policy.PHRASE_DAYS + policy.CLAIM_DAYS)

    retaining.run(now=later)
    assert Vouch.objects.filter(phrase_digest__isnull=False).count() == 1
    retaining.run(now=later + timedelta(minutes=1))

    assert Vouch.objects.get().given_on == NOON.date()
    subject = signature_of(petition, ASHA).pk
    assert Claim.objects.newest(subject, "vouching").state == Claim.State.WAITING


def test_wrong_tries_go_the_day_after_and_cards_after_their_last_day(petition, ben):
    codes_of(petition, ben, number=2)
    with pytest.raises(Exception, match="not-usable"):
        type_code(confirmed(petition, ASHA), "AAAA-BBBB-CCCC")

    retaining.run(now=NOON)
    assert (Tries.objects.count(), InvitationCode.objects.count()) == (1, 2)
    retaining.run(now=NOON + DAY)
    assert Tries.objects.count() == 0
    retaining.run(now=NOON + 30 * DAY)
    assert InvitationCode.objects.count() == 2
    retaining.run(now=NOON + 31 * DAY)
    assert InvitationCode.objects.count() == 0


def test_a_bucket_goes_once_it_is_full_again(petition):
    limiting.is_surge(petition, "x@small.example", NOON)
    last = NOON + limiting.FULL_AFTER

    retaining.run(now=last - timedelta(seconds=1))
    assert Bucket.objects.count() == 1
    retaining.run(now=last)
    assert Bucket.objects.count() == 0
