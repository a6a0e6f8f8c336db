"""Before a grave deed: a fresh touch or code; the password only from who has nothing better."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from lienlac.apps.accounts.models import User
from tests.web.accounts.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def grave(founded):
    """The page on which accounts are opened: grave, and open to the administrator."""
    return reverse("user_add")


def prove(client, method, seconds_ago, **more):
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time() - seconds_ago, **more}]
    session.save()


def give_key(kind="webauthn"):
    data = {"name": "key"} if kind == "webauthn" else {"secret": ""}
    return Authenticator.objects.create(user=User.objects.get(username="mara"), type=kind, data=data)


@pytest.mark.parametrize(
    ("key", "proof", "seconds_ago", "leads_to"),
    [
        (None, "password", 10, None),
        (None, "password", 301, "account_reauthenticate"),
        ("webauthn", "mfa", 10, None),
        ("webauthn", "mfa", 301, "mfa_reauthenticate_webauthn"),
        ("webauthn", "password", 10, "mfa_reauthenticate_webauthn"),
        ("totp", "password", 10, "mfa_reauthenticate"),
        ("totp", "mfa", 301, "mfa_reauthenticate"),
    ],
)
def test_a_grave_page_asks_for_the_best_proof_an_officer_has(grave, key, proof, seconds_ago, leads_to):
    mara = browser_of("mara")
    if key:
        give_key(key)
    prove(mara, proof, seconds_ago, type=key)
    answer = mara.get(grave)
    if leads_to is None:
        assert answer.status_code == 200
    else:
        assert answer["Location"].split("?")[0] == reverse(leads_to)


def test_who_may_not_come_in_is_not_asked_for_a_proof(grave):
    assert browser_of("linh").get(grave).status_code == 403


def test_the_proof_of_one_officer_is_not_that_of_another(grave, rf):
    mara = browser_of("mara")
    session = mara.session
    session["account_authentication_methods_user"] = "999"
    session.save()
    assert mara.get(grave).status_code == 302
