"""Certificates at a running node (SG34): they end after a year or a transfer; what protects goes on for 14 days."""

from datetime import timedelta

import pytest

from lienlac.apps.accounts import actions as accounts
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions
from lienlac.core.errors import Refused
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.world import NOW, SURE

DAY = timedelta(days=1)
MISSING = "LOCATE_MISSING"


@pytest.fixture
def ended(linh, mara):
    """Linh, whose certificate held to the day before yesterday; Mara has not been here since."""
    accounts.certify(linh, NOW.date(), today=NOW.date(), by=mara, now=NOW)
    signed_in(mara, NOW)
    return NOW + 2 * DAY


def signed_in(officer, at):
    User.objects.filter(pk=officer.pk).update(last_login=at)


def test_the_missing_are_looked_for_though_nobody_was_there_to_renew_a_certificate(linh, ended):
    assert actions.ask(linh, draft(MISSING), now=ended).number


def test_so_they_are_for_fourteen_days_and_not_a_day_more(linh, ended, jingxi):
    row = received(jingxi, MISSING)
    actions.answer(linh, row, "PARTIAL", SURE | {"identity_confirmed": True}, now=NOW + 14 * DAY)
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.ask(linh, draft(MISSING), now=NOW + 15 * DAY)


def test_what_is_no_rescue_ends_with_the_certificate(linh, ended):
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.ask(linh, draft(), now=ended)
    assert actions.ask(linh, draft("MEET"), now=ended).number, "ADM needs any officer"


def test_who_could_have_been_renewed_has_no_grace(linh, mara, ended):
    signed_in(mara, NOW + DAY)
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.ask(linh, draft(MISSING), now=ended)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "supervisor"}])
def test_who_keeps_no_accounts_could_not_have_renewed_it(change, linh, mara, ended):
    signed_in(mara, NOW + DAY)
    User.objects.filter(pk=mara.pk).update(**change)
    assert actions.ask(linh, draft(MISSING), now=ended).number


def test_renewed_he_goes_on(linh, mara, ended):
    signed_in(mara, ended)
    accounts.certify(linh, NOW.date() + 300 * DAY, today=ended.date(), by=mara, now=ended)
    assert actions.ask(linh, draft(), now=ended).number


@pytest.mark.parametrize("kind", [MISSING, "VER_ID"])
def test_a_transfer_ends_it_at_once_and_has_no_grace(kind, linh, mara):
    accounts.transfer(linh, office=linh.office, unit="drugs", by=mara, now=NOW)
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.ask(linh, draft(kind), now=NOW)


def test_after_a_year_it_has_ended_by_itself(linh, mara):
    accounts.certify(linh, NOW.date() + 366 * DAY, today=NOW.date(), by=mara, now=NOW)
    signed_in(mara, NOW + 367 * DAY)
    assert actions.ask(linh, draft(MISSING), now=NOW + 366 * DAY).number
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.ask(linh, draft(MISSING), now=NOW + 367 * DAY)
