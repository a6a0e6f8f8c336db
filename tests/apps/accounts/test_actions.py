"""What administrators do with accounts, and what the house ledger keeps of it."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.test import Client

from lienlac.apps.accounts import actions, open_work, queries
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.sessions import end_all
from lienlac.apps.audit import house, reading
from lienlac.core.errors import Malformed, Refused
from tests.apps.accounts.people import NOW, PASSWORD, officer

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def mara():
    return officer("mara")


@pytest.fixture
def linh():
    return officer("linh")


def deeds_on(username):
    return [
        (look.facts["code"], look.officer) for look in reading.looks_at(house.officer(username), limit=20)
    ]


def give_key(user, kind=Authenticator.Type.WEBAUTHN):
    return Authenticator.objects.create(user=user, type=kind, data={"name": "key"})


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_every_deed_on_an_account_is_a_leaf_that_names_both(mara, linh):
    actions.change_role(linh, "analyst", by=mara, now=NOW)
    actions.certify(linh, TODAY + timedelta(days=30), today=TODAY, by=mara, now=NOW)
    actions.close(linh, by=mara, now=NOW)
    actions.open_again(linh, by=mara, now=NOW)
    assert deeds_on("linh") == [
        ("opened_again", "mara"),
        ("closed", "mara"),
        ("certified", "mara"),
        ("role.analyst", "mara"),
        ("opened.duty_officer", ""),
    ]


DEEDS = {
    "open": lambda one, by: officer("an", by=by),
    "certify": lambda one, by: actions.certify(one, TODAY, today=TODAY, by=by, now=NOW),
    "role": lambda one, by: actions.change_role(one, "leader", by=by, now=NOW),
    "transfer": lambda one, by: actions.transfer(one, office="x", unit="y", by=by, now=NOW),
    "reset": lambda one, by: actions.reset_second_factor(one, by=by, now=NOW),
    "recovery": lambda one, by: actions.give_recovery_codes(one, by=by, now=NOW),
    "password": lambda one, by: actions.give_temporary_password(one, by=by, now=NOW),
    "close": lambda one, by: actions.close(one, by=by, now=NOW),
    "open again": lambda one, by: actions.open_again(one, by=by, now=NOW),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["bang", "an", "lam", "diep", "hue"])
def test_nobody_but_an_administrator_changes_accounts(deed, who, linh):
    if (deed, who) == ("open", "an"):
        return
    with pytest.raises(Refused) as refusal:
        DEEDS[deed](linh, officer(who))
    assert refusal.value.code == "officer_may_not"


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - {"open"}))
def test_an_administrator_does_not_change_his_own_account(deed, mara):
    with pytest.raises(Refused) as refusal:
        DEEDS[deed](mara, mara)
    assert refusal.value.code == "own_account"


def test_a_closed_administrator_changes_nothing(mara, linh):
    mara.is_active = False
    with pytest.raises(Refused):
        actions.close(linh, by=mara, now=NOW)


@pytest.mark.parametrize(
    "deed",
    [
        lambda one: actions.close(one, by=None, now=NOW),
        lambda one: actions.change_role(one, "leader", by=None, now=NOW),
    ],
)
def test_the_last_administrator_stays(deed, mara):
    with pytest.raises(Refused) as refusal:
        deed(mara)
    assert refusal.value.code == "last_administrator"
    assert queries.keeps_accounts(User.objects.get(username="mara"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"role": "emperor"}, "unknown_role"),
        ({"password": "short"}, "password_weak"),
        ({"username": "LINH"}, "username_taken"),
        ({"username": "li nh"}, "username_broken"),
        ({"full_name": "Linh\u202e"}, "name_invisible"),
        ({"unit": "a\u200bb"}, "name_invisible"),
    ],
)
def test_an_account_is_not_opened_with(wrong, code, linh):
    fields = {"username": "new", "password": PASSWORD, "full_name": "A", "role": "leader"}
    with pytest.raises(Malformed) as problem:
        actions.open_account(**(fields | wrong), office="vn-tra-linh", language="vi", now=NOW)
    assert problem.value.code == code


def test_nobody_is_moved_to_a_unit_and_no_token_named_by_a_name_that_hides_something(mara, linh):
    with pytest.raises(Malformed, match="name_invisible"):
        actions.transfer(linh, office="vn-tra-linh", unit="a\u2066", by=mara, now=NOW)
    with pytest.raises(Malformed, match="name_invisible"):
        actions.issue_token(linh, label="a\u2066", good_for=timedelta(days=1), by=mara, now=NOW)


def test_a_certificate_holds_twelve_months_and_not_a_day_more(mara, linh):
    actions.certify(linh, TODAY + timedelta(days=366), today=TODAY, by=mara, now=NOW)
    with pytest.raises(Refused) as refusal:
        actions.certify(linh, TODAY + timedelta(days=367), today=TODAY, by=mara, now=NOW)
    assert refusal.value.code == "certificate_too_long"
    with pytest.raises(Malformed):
        actions.certify(linh, TODAY - timedelta(days=1), today=TODAY, by=mara, now=NOW)


def test_an_account_is_not_opened_with_a_certificate_that_nobody_could_give(mara):
    for until, error in ((TODAY + timedelta(days=367), Refused), (TODAY - timedelta(days=1), Malformed)):
        with pytest.raises(error, match="certificate"):
            officer("an", certified_to=until)
    assert officer("an", certified_to=TODAY + timedelta(days=366)).certified_to


def test_the_last_day_of_a_certificate_still_counts(linh):
    linh.certified_to = date(2026, 11, 21)
    assert queries.is_certified(linh, date(2026, 11, 21))
    assert not queries.is_certified(linh, date(2026, 11, 22))


@pytest.mark.parametrize(
    "leave",
    [
        lambda one, by: actions.change_role(one, "analyst", by=by, now=NOW),
        lambda one, by: actions.transfer(one, office="vn-ta-lung", unit="duty", by=by, now=NOW),
        lambda one, by: actions.transfer(one, office="vn-tra-linh", unit="drugs", by=by, now=NOW),
        lambda one, by: actions.close(one, by=by, now=NOW),
    ],
)
def test_a_certificate_ends_with_the_post_it_was_given_for(leave, mara, linh):
    leave(linh, mara)
    assert User.objects.get(username="linh").certified_to is None


def test_a_role_given_again_changes_nothing(mara, linh):
    actions.change_role(linh, "duty_officer", by=mara, now=NOW)
    assert User.objects.get(username="linh").certified_to is not None
    assert deeds_on("linh") == [("opened.duty_officer", "")]


def test_ending_sessions_ends_those_of_one_officer_everywhere(linh, mara):
    here, there, hers = sign_in(linh), sign_in(linh), sign_in(mara)
    assert end_all(linh) == 2
    assert not any("_auth_user_id" in client.session for client in (here, there))
    assert "_auth_user_id" in hers.session


def test_a_closed_account_is_out_at_once_and_stays_out(mara, linh, rf):
    sign_in(linh)
    assert actions.close(linh, by=mara, now=NOW).sessions == 1
    assert authenticate(rf.post("/"), username="linh", password=PASSWORD) is None
    assert not queries.handles_enquiries(linh)


def test_closing_says_what_work_is_left_behind(mara, linh, monkeypatch):
    monkeypatch.setattr(open_work, "_counts", {})
    open_work.counted_by("enquiries", lambda one: 3 if one == linh else 0)
    open_work.counted_by("alerts", lambda one: 0)
    assert actions.close(linh, by=mara, now=NOW).open_work == {"enquiries": 3}


def test_an_account_opened_again_has_no_key_and_no_certificate(mara, linh):
    give_key(linh)
    actions.close(linh, by=mara, now=NOW)
    actions.open_again(linh, by=mara, now=NOW)
    again = User.objects.get(username="linh")
    assert again.is_active
    assert not queries.has_second_factor(again)
    assert again.certified_to is None


def test_a_reset_forgets_every_key_and_signs_out(mara, linh):
    give_key(linh)
    give_key(linh, Authenticator.Type.TOTP)
    client = sign_in(linh)
    actions.reset_second_factor(linh, by=mara, now=NOW)
    assert not Authenticator.objects.filter(user=linh).exists()
    assert "_auth_user_id" not in client.session


def test_recovery_codes_are_new_each_time_and_need_a_key_to_stand_in_for(mara, linh):
    with pytest.raises(Refused) as refusal:
        actions.give_recovery_codes(linh, by=mara, now=NOW)
    assert refusal.value.code == "no_second_factor"
    give_key(linh)
    first, second = (actions.give_recovery_codes(linh, by=mara, now=NOW) for _ in range(2))
    assert len(set(first)) == 10
    assert first != second


def test_a_password_given_by_another_is_known_to_two_and_says_so(mara, linh, rf):
    client = sign_in(linh)
    password = actions.give_temporary_password(linh, by=mara, now=NOW)
    again = authenticate(rf.post("/"), username="linh", password=password)
    assert again.password_is_temporary
    assert "_auth_user_id" not in client.session
    actions.chose_password(again, now=NOW)
    assert not User.objects.get(username="linh").password_is_temporary


def test_the_list_of_officers_costs_one_query_whatever_its_length(django_assert_num_queries, mara, linh):
    give_key(linh)
    with django_assert_num_queries(1):
        assert [(one.username, one.second_factor) for one in queries.officers()] == [
            ("linh", True),
            ("mara", False),
        ]
