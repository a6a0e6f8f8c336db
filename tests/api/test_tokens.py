"""A token speaks for one officer, for its days, while his password and his account stand."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from lienlac.api import tokens
from lienlac.core.errors import Unauthentic

pytestmark = pytest.mark.django_db


@pytest.fixture
def linh(world):
    return world.officers["linh"]


def test_a_token_speaks_for_its_officer(linh):
    assert tokens.officer_of(tokens.issue(linh)) == linh


def test_it_ends_with_its_days(linh, monkeypatch):
    token = tokens.issue(linh, good_for=timedelta(days=2))
    now = timezone.now().timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: now + 47 * 3600)
    assert tokens.officer_of(token) == linh
    monkeypatch.setattr(signing.time, "time", lambda: now + 49 * 3600)
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(token)


def test_no_token_is_good_for_longer_than_ninety_days(linh, monkeypatch):
    token = tokens.issue(linh, good_for=timedelta(days=4000))
    now = timezone.now().timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: now + 91 * 24 * 3600)
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(token)


def test_it_ends_when_the_password_changes(linh):
    token = tokens.issue(linh)
    linh.set_password("another-long-password")
    linh.save()
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(token)


def test_it_ends_when_the_account_is_closed(linh):
    token = tokens.issue(linh)
    type(linh).objects.filter(pk=linh.pk).update(is_active=False)
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(token)


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "eyJvZmZpY2VyIjoibGluaCJ9:1:2"])
def test_what_this_node_did_not_sign_speaks_for_nobody(linh, forged):
    with pytest.raises(Unauthentic, match="token_over"):
        tokens.officer_of(forged)


def test_a_token_says_nothing_of_the_password(linh):
    assert linh.password not in tokens.issue(linh)
    assert linh.get_session_auth_hash() not in tokens.issue(linh)
