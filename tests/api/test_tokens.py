"""A token speaks for one officer, for its days, while his password and his account stand and nobody took it away."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from lienlac.api import tokens
from lienlac.apps.accounts import actions, queries
from lienlac.apps.accounts.models import ApiToken
from lienlac.apps.audit.models import Leaf
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.ledger import leaves

pytestmark = pytest.mark.django_db


@pytest.fixture
def linh(world):
    return world.officers["linh"]


def is_over(token, **how):
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(token, **how)
    return True


def test_a_token_speaks_for_its_officer(linh):
    assert tokens.officer_of(tokens.issue(linh)) == linh


def test_it_ends_with_its_days(linh):
    now = timezone.now()
    token = tokens.issue(linh, good_for=timedelta(days=2), now=now)
    assert tokens.officer_of(token, now=now + timedelta(hours=47)) == linh
    assert is_over(token, now=now + timedelta(hours=48))


def test_no_token_is_good_for_longer_than_ninety_days(linh):
    now = timezone.now()
    assert is_over(tokens.issue(linh, good_for=timedelta(days=4000), now=now), now=now + timedelta(days=91))


def test_one_is_taken_away_and_the_others_stand(linh, world):
    lost, kept = tokens.issue(linh, label="case system"), tokens.issue(linh)
    now = timezone.now()
    row = ApiToken.objects.get(label="case system")
    actions.revoke_token(row, by=world.officers["mara"], now=now)
    actions.revoke_token(row, by=None, now=now + timedelta(days=1))
    assert is_over(lost)
    assert tokens.officer_of(kept) == linh
    row.refresh_from_db()
    assert row.revoked_at == now
    told = [leaves.decode(bytes(one.body)).facts.get("code") for one in Leaf.objects.order_by("pk")]
    assert told.count("token_issued") == 2
    assert told.count("token_revoked") == 1


def test_only_who_keeps_the_accounts_takes_one_away(linh, world):
    tokens.issue(linh)
    with pytest.raises(Refused, match="officer_may_not"):
        actions.revoke_token(ApiToken.objects.get(), by=world.officers["bang"], now=timezone.now())


def test_everybody_may_end_his_own(linh):
    tokens.issue(linh)
    actions.revoke_token(ApiToken.objects.get(), by=linh, now=timezone.now())
    assert ApiToken.objects.get().revoked_at is not None


def test_its_last_use_is_noted_to_the_minute(linh):
    now = timezone.now()
    token = tokens.issue(linh, now=now)
    row = ApiToken.objects.get()
    assert row.last_used_at is None
    for after_s in (5, 30, 70):
        tokens.officer_of(token, now=now + timedelta(seconds=after_s))
        row.refresh_from_db()
        assert row.last_used_at == now + timedelta(seconds=70 if after_s == 70 else 5)


def test_it_ends_when_the_password_changes(linh):
    token = tokens.issue(linh)
    linh.set_password("another-long-password")
    linh.save()
    assert is_over(token)


def test_it_ends_when_the_account_is_closed(linh):
    token = tokens.issue(linh)
    type(linh).objects.filter(pk=linh.pk).update(is_active=False)
    assert is_over(token)


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "eyJvZmZpY2VyIjoibGluaCJ9:1:2"])
def test_what_this_node_did_not_sign_speaks_for_nobody(linh, forged):
    assert is_over(forged)


def test_a_signed_token_of_a_row_that_is_gone_speaks_for_nobody(linh):
    token = tokens.issue(linh)
    ApiToken.objects.all().delete()
    assert is_over(token)


def test_a_token_says_nothing_of_the_password_and_is_kept_nowhere(linh):
    token = tokens.issue(linh)
    assert linh.password not in token
    assert linh.get_session_auth_hash() not in token
    row = queries.tokens().get()
    assert token not in {str(value) for value in vars(row).values()}
    assert signing.loads(token, salt=tokens.SALT)["key"] == row.key
