"""While the twin is paused or revoked nobody else slips into its place, and nothing is offered that cannot go out."""

import re

import pytest
from django.urls import reverse

from lienlac.apps.directory import actions, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries.models import Enquiry
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world
from tests.web.enquiries.conftest import browser
from tests.web.enquiries.test_pages import QUESTION, asked, text, thread

CENTRE = "xr-lmlecc"
RESTING = [(Node.Standing.PAUSED, "tạm dừng"), (Node.Standing.REVOKED, "thu hồi")]


@pytest.fixture
def with_centre(jingxi):
    met = actions.meet(world.Partner(code=CENTRE, country="XR", kind="regional_centre").card(), now=world.NOW)
    actions.trust(met, fingerprint=queries.fingerprint_of(met), now=world.NOW)
    return jingxi


def rests(jingxi, standing):
    Node.objects.filter(code=jingxi.code).update(standing=standing)


def offered(page):
    box = re.search(r'<select name="desk".*?</select>', page, re.S).group(0)
    return re.findall(r'<option value="([^"]*)"', box)


def test_the_twin_stands_first(at_desk, with_centre):
    assert offered(text(at_desk.get(reverse("ask")))) == [world.THEIRS, CENTRE]


@pytest.mark.parametrize(("standing", "_word"), RESTING)
def test_no_other_agency_is_chosen_in_place_of_the_twin(standing, _word, at_desk, with_centre):
    rests(with_centre, standing)
    page = text(at_desk.get(reverse("ask")))
    assert offered(page) == ["", CENTRE]
    assert at_desk.post(reverse("ask_check"), QUESTION | {"desk": ""}).status_code == 200
    assert at_desk.post(reverse("ask"), QUESTION | {"desk": "", "do": "send"}).status_code == 422
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(("standing", "word"), RESTING)
@pytest.mark.parametrize("page", ["ask", "by_phone"])
def test_the_form_says_why_the_twin_cannot_be_chosen(page, standing, word, at_desk, with_centre):
    rests(with_centre, standing)
    hint = re.search(r'id="id_desk_helptext">(.*?)</span>', text(at_desk.get(reverse(page)))).group(1)
    assert word in hint.lower()


def test_nobody_reminds_a_partner_who_is_revoked(at_desk, with_centre):
    row = asked(at_desk)
    with_centre.receipt(row.enquiry.message_id, "R1")
    reminder = reverse("thread_remind", args=[row.pk])
    assert reminder in text(thread(at_desk, row))
    rests(with_centre, Node.Standing.REVOKED)
    assert reminder not in text(thread(at_desk, row))


def test_a_revoked_partners_line_is_called_revoked_and_not_never_connected(with_centre):
    rests(with_centre, Node.Standing.REVOKED)
    page = text(browser(officer("mara")).get(reverse("partners")))
    assert page.count("Chưa từng kết nối") == 1  # the centre's, with which nothing was exchanged
