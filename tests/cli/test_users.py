"""`lienlac users`: the verbs of the administrator's pages, by the operator at the machine."""

import pytest
from allauth.mfa.models import Authenticator
from click.testing import CliRunner
from tests.apps.accounts.people import officer

from lienlac.apps.accounts import queries
from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house, reading
from lienlac.cli import users
from lienlac.core.errors import LienlacError

pytestmark = pytest.mark.django_db


def run(command, *words, answer=""):
    done = CliRunner().invoke(command, list(words), input=answer, catch_exceptions=True)
    if isinstance(done.exception, LienlacError):
        return done.exception.code
    assert done.exception is None, done.output
    return done.output


def linh():
    found = queries.find("linh")
    assert found is not None
    return found


def test_the_roles_of_the_command_are_those_of_the_accounts():
    assert set(users.ROLES) == set(User.Role.values)


def test_the_list_says_who_is_certified_has_a_key_and_is_open():
    Authenticator.objects.create(user=officer("linh"), type="totp", data={})
    officer("an", certified_to=None)
    first, second = run(users.list_users).splitlines()
    assert first.split("\t") == ["an", "analyst", "vn-tra-linh", "not certified", "no second factor", "open"]
    assert second.split("\t")[4] == "second factor"


def test_what_the_operator_does_is_a_leaf_without_an_officer():
    officer("linh")
    run(users.role, "linh", "analyst")
    assert linh().role == "analyst"
    assert reading.looks_at(house.officer("linh"), limit=1)[0].officer == ""


def test_a_key_is_forgotten_only_after_a_yes():
    Authenticator.objects.create(user=officer("linh"), type="totp", data={})
    CliRunner().invoke(users.reset_mfa, ["linh"], input="n\n")
    assert queries.has_second_factor(linh())
    run(users.reset_mfa, "linh", answer="y\n")
    assert not queries.has_second_factor(linh())


def test_recovery_codes_and_a_temporary_password_are_shown():
    Authenticator.objects.create(user=officer("linh"), type="webauthn", data={"name": "key"})
    assert len(run(users.recovery, "linh", "--yes").splitlines()) == 10
    password = run(users.password, "linh", "--yes").strip()
    assert linh().check_password(password)
    assert linh().password_is_temporary


def test_an_account_is_closed_and_opened_again():
    officer("linh")
    assert "closed" in run(users.close, "linh")
    assert not linh().is_active
    run(users.open_again, "linh")
    assert linh().is_active


@pytest.mark.parametrize("command", [users.close, users.open_again])
def test_an_account_that_is_not_there_is_named(command):
    assert run(command, "nobody") == "account_unknown"


def test_a_certificate_longer_than_a_year_is_refused():
    officer("linh")
    assert run(users.certify, "linh", "2099-01-01") == "certificate_too_long"
