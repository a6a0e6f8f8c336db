"""The gate: shifts end, idle desks lock, borrowed passwords and missing keys come first."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from lienlac.apps.accounts import actions
from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house, reading
from lienlac.web.accounts import gate, proofs
from tests.apps.accounts.people import NOW, PASSWORD, officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def linh(founded):
    return officer("linh")


@pytest.fixture
def desk(linh):
    """Linh's browser, signed in by the page."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def away(client, **seconds):
    """Let time pass for a session: every clock in it is set back."""
    session = client.session
    for name, span in seconds.items():
        session[name] = time.time() - span
    for proof in session["account_authentication_methods"]:
        proof["at"] -= max(seconds.values())
    session.save()


def leaves_of(username):
    return [(look.kind, look.facts.get("code")) for look in reading.looks_of(username, limit=20)]


def test_a_sign_in_and_a_sign_out_are_leaves(desk):
    desk.post(reverse("account_logout"))
    assert leaves_of("linh") == [("sign_out", None), ("sign_in", "password")]


def test_a_shift_ends_after_twelve_hours_whatever_was_done_in_it(desk):
    away(desk, signed_in_at=gate.SHIFT_S + 1)
    answer = desk.get(reverse("desk"))
    assert answer["Location"] == f"{reverse('account_login')}?next=/"
    assert "_auth_user_id" not in desk.session
    assert leaves_of("linh")[0] == ("sign_out", None)


def test_a_desk_that_nobody_touched_is_locked_and_opens_with_a_proof(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S + 1)
    answer = desk.get(reverse("ask"))
    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fenquiries%2Fask"
    opened = desk.post(answer["Location"], {"password": PASSWORD, "next": reverse("ask")})
    assert opened["Location"] == reverse("ask")
    assert desk.get(reverse("ask")).status_code == 200


def test_a_wrong_password_does_not_open_a_locked_desk(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S + 1)
    desk.post(reverse("account_reauthenticate"), {"password": "wrong wrong wrong"})
    assert desk.get(reverse("desk")).status_code == 302


def test_a_form_that_is_sent_from_a_locked_desk_goes_on_after_the_proof(desk, linh):
    away(desk, last_sign_at=gate.LOCK_AFTER_S + 1)
    sent = desk.post(reverse("ask"), {"subject": "Đàm Khánh Viễn", "do": "draft"})
    assert "reauthenticate" in sent["Location"]
    assert not linh.drafts.exists()
    desk.post(sent["Location"], {"password": PASSWORD, "next": reverse("ask")})
    assert linh.drafts.get().fields["subject"] == "Đàm Khánh Viễn"


def test_what_a_page_fetches_by_itself_keeps_no_desk_open(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S - 60)
    assert desk.get(reverse("desk_lists"), headers={"HX-Request": "true"}).status_code == 200
    assert time.time() - desk.session[proofs.LAST_SIGN_AT] > gate.NOTE_EVERY_S


def test_a_page_that_an_officer_opens_keeps_the_desk_open(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S - 60)
    desk.get(reverse("desk"))
    assert time.time() - desk.session[proofs.LAST_SIGN_AT] < 5


def test_a_fragment_of_a_locked_page_is_nothing(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S + 1)
    for headers in ({"HX-Request": "true"}, {"Accept": "text/event-stream"}):
        answer = desk.get(reverse("desk_lists"), headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")


def test_signing_out_of_a_locked_desk_needs_no_proof(desk):
    away(desk, last_sign_at=gate.LOCK_AFTER_S + 1)
    desk.post(reverse("account_logout"))
    assert "_auth_user_id" not in desk.session


def test_a_password_that_two_know_is_changed_before_anything_else(desk, linh):
    password = actions.give_temporary_password(linh, by=None, now=NOW)
    client = Client()
    client.post(reverse("account_login"), {"login": "linh", "password": password})
    assert client.get(reverse("desk"))["Location"] == reverse("account_change_password")
    client.post(
        reverse("account_change_password"),
        {"oldpassword": password, "password1": "her own long words", "password2": "her own long words"},
    )
    client.post(reverse("account_login"), {"login": "linh", "password": "her own long words"})
    assert client.get(reverse("desk")).status_code == 200


def test_a_new_password_signs_out_everywhere(desk, linh):
    other = Client()
    other.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "her own long words", "password2": "her own long words"}
    answer = desk.post(reverse("account_change_password"), new)
    assert answer.status_code == 302, answer.content.decode()
    assert not any("_auth_user_id" in client.session for client in (desk, other))
    assert ("role_changed", "password_chosen") in leaves_of("linh")


def test_a_training_node_lets_in_without_a_second_factor(desk):
    assert desk.get(reverse("desk")).status_code == 200


@pytest.mark.parametrize("page", ["desk", "ask", "mfa_index", "account_reauthenticate"])
def test_a_live_node_leads_to_a_second_factor_before_any_other_page(desk, settings, page):
    settings.NEEDS_SECOND_FACTOR = True
    answer = desk.get(reverse(page))
    if page == "account_reauthenticate":
        assert answer.status_code == 200
    else:
        assert answer["Location"] == reverse("second_factor")
        assert desk.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("way", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_who_has_just_signed_in_enrols_without_being_asked_again(desk, settings, way):
    settings.NEEDS_SECOND_FACTOR = True
    assert desk.get(reverse(way)).status_code == 200


@pytest.mark.parametrize("way", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_a_session_left_open_does_not_enrol_a_stranger(desk, settings, way):
    settings.NEEDS_SECOND_FACTOR = True
    away(desk, signed_in_at=proofs.FRESH_S + 1)
    assert "reauthenticate" in desk.get(reverse(way))["Location"]


def test_who_has_a_key_passes_a_live_node_and_is_looked_up_once(
    desk, linh, settings, django_assert_max_num_queries
):
    settings.NEEDS_SECOND_FACTOR = True
    Authenticator.objects.create(user=linh, type="webauthn", data={"name": "key"})
    assert desk.get(reverse("desk")).status_code == 200
    assert desk.session[proofs.HAS_SECOND_FACTOR]


def test_recovery_codes_alone_are_no_second_factor(desk, linh, settings):
    settings.NEEDS_SECOND_FACTOR = True
    Authenticator.objects.create(user=linh, type="recovery_codes", data={"seed": "", "used_mask": 0})
    assert desk.get(reverse("desk"))["Location"] == reverse("second_factor")


def test_a_closed_account_is_out_at_its_next_click(desk, linh):
    actions.close(linh, by=None, now=NOW)
    assert desk.get(reverse("desk"))["Location"].startswith(reverse("account_login"))


def test_a_closed_account_is_told_so_only_behind_its_password(linh):
    actions.close(linh, by=None, now=NOW)
    right = Client().post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    assert right["Location"] == reverse("account_inactive")
    wrong = Client().post(reverse("account_login"), {"login": "linh", "password": "wrong wrong wrong"})
    assert wrong.status_code == 200
    assert not User.objects.get(username="linh").is_active


def failures():
    about = reading.looks_at(house.officer("linh"), limit=20)
    return [look.facts["code"] for look in about if look.kind == "sign_in_failed"]


def try_to_sign_in(name="linh", password="wrong wrong wrong"):
    return Client().post(reverse("account_login"), {"login": name, "password": password})


def test_the_sixth_try_is_refused_even_with_the_right_password(linh):
    for _ in range(5):
        try_to_sign_in()
    answer = try_to_sign_in(password=PASSWORD)
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.client.session
    try_to_sign_in(), try_to_sign_in()
    assert failures() == ["locked_out", *["password"] * 5]


def test_a_flood_of_invented_names_costs_one_leaf_an_hour(linh):
    from lienlac.apps.audit.models import Leaf

    before = Leaf.objects.count()
    for number in range(8):
        try_to_sign_in(name=f"nobody{number}")
    assert Leaf.objects.count() == before + 1
