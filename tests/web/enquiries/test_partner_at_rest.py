"""While the twin is paused or revoked nobody else slips into its place, and nothing is offered that cannot go out."""

import re

import pytest
from django.urls import reverse

from lienlac.apps.directory import actions, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.mailroom.models import Line
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world
from tests.web.enquiries.conftest import browser
from tests.web.enquiries.desk import QUESTION, asked, came, text, thread

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


def header(browser_):
    return re.search(r'<a class="linestate".*?</a>', text(browser_.get(reverse("inbox"))), re.S).group(0)


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
    assert (
        page.partition("<main")[2].count("Chưa từng kết nối") == 1
    )  # the centre's, with which nothing was exchanged


@pytest.mark.parametrize(("standing", "word"), RESTING)
def test_the_desk_names_the_twin_that_is_at_rest(standing, word, at_desk, with_centre):
    rests(with_centre, standing)
    twin = at_desk.get(reverse("desk")).context["resting_twin"]
    assert (twin["name"], twin["standing"]) == (f"Office of {world.THEIRS}", standing)
    assert word in text(at_desk.get(reverse("desk"))).lower()


@pytest.mark.parametrize(("standing", "_word"), RESTING)
@pytest.mark.parametrize("make", [asked, lambda at_desk: None], ids=["asked", "came"])
def test_the_thread_says_that_nobody_is_late_and_what_can_be_done(
    make, standing, _word, at_desk, with_centre
):
    row = make(at_desk) or came(with_centre)
    rests(with_centre, standing)
    page = text(thread(at_desk, row))
    assert "Đồng hồ tạm dừng" in page
    assert "gọi điện" in page


def test_nothing_is_offered_that_would_have_to_go_to_a_revoked_partner(at_desk, with_centre):
    row = came(with_centre)
    thread(at_desk, row)
    rests(with_centre, Node.Standing.REVOKED)
    shown = thread(at_desk, row).context
    assert (shown["answers"], shown["rare"]) == ([], [])
    assert [shown["urls"][name] for name in ("start", "correct", "remind")] == ["", "", ""]


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (Node.Standing.TRUSTED, "ngay khi tin đến"),
        (Node.Standing.PAUSED, "khi tiếp tục"),
        (Node.Standing.REVOKED, "không được báo"),
    ],
)
def test_a_withdrawal_says_when_they_are_told(standing, word, at_desk, with_centre):
    row = asked(at_desk)
    rests(with_centre, standing)
    address = reverse("thread_withdraw", args=[row.pk])
    assert word in text(at_desk.get(address))
    assert word in text(at_desk.post(address, {"text": ""}, follow=True))
    assert Addressee.objects.get(pk=row.pk).state == "withdrawn"


def test_while_the_line_is_down_nobody_is_called_told(at_desk, jingxi):
    row = asked(at_desk)
    node = Node.objects.get(code=jingxi.code)
    Line.objects.create(partner=node, error="line_down")
    answer = at_desk.post(reverse("thread_withdraw", args=[row.pk]), {"text": ""}, follow=True)
    assert "đang mất" in text(answer)


def test_what_never_left_is_told_to_nobody(at_desk, jingxi):
    row = asked(at_desk)
    Addressee.objects.filter(pk=row.pk).update(state="returned")
    assert "không ai khác biết" in text(at_desk.get(reverse("thread_withdraw", args=[row.pk])))


def test_the_header_knows_a_partner_from_whom_nothing_came_yet(at_desk, with_centre):
    assert "Chưa từng kết nối" in header(at_desk)
    assert "Chưa có đối tác" not in header(at_desk)
