"""What this node does not understand, on its pages: who sees what of it, and that it cannot do anything there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.models import Arrival
from lienlac.web.mailroom.unread import WHY
from tests.web.world import MEMORANDUM, World

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script><b>谭\u202e庆远</b>"


def page(browser: Client, name: str, *args: object) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def came(world: World, body: dict[str, Any], kind: str = "TELEPATHY") -> Arrival:
    world.far.says(kind, body, agreement=MEMORANDUM, now=timezone.now())
    return queries.unread()[0]


@pytest.fixture
def met(world: World) -> World:
    """The module's world with a far side that may go on by itself: what a test brings is undone after it."""
    return world.copy()


@pytest.mark.parametrize("name", ["linh", "bang"])
def test_the_office_addressed_reads_it_raw_and_none_of_it_is_markup(
    name: str, met: World, browsers: dict[str, Client]
) -> None:
    row = came(met, {"words": EVIL})
    shown = page(browsers[name], "unread_one", row.pk)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;谭⟨U+202E⟩庆远&lt;/b&gt;" in shown
    assert "\u202e" not in shown
    assert row.frame is not None
    (look, *_before) = reading.looks_at(Thing(list="enquiry", key=row.frame["id"]), limit=9)
    assert (look.officer, look.kind) == (name, "record_read")


@pytest.mark.parametrize("name", ["mara", "hue"])
def test_who_keeps_the_node_reads_from_whom_when_what_and_why_and_no_word_of_it(
    name: str, met: World, browsers: dict[str, Client]
) -> None:
    row = came(met, {"words": "谭庆远"})
    for shown in (page(browsers[name], "unread"), page(browsers[name], "unread_one", row.pk)):
        assert "Tịnh Tây" in shown
        assert "TELEPATHY" in shown
        assert "Loại tin mà ở đây chưa biết" in shown
        assert "谭庆远" not in shown
    assert row.frame is not None
    assert reading.looks_at(Thing(list="enquiry", key=row.frame["id"]), limit=9) == []


@pytest.mark.parametrize("name", ["lam", "tu"])
def test_who_does_not_work_with_the_post_sees_none_of_it(
    name: str, met: World, browsers: dict[str, Client]
) -> None:
    row = came(met, {})
    assert browsers[name].get(reverse("unread")).status_code == 403
    assert browsers[name].get(reverse("unread_one", args=[row.pk])).status_code == 403


def test_an_officer_of_another_office_of_this_node_does_not_read_it(
    met: World, browsers: dict[str, Client]
) -> None:
    row = came(met, {"words": "谭庆远"})
    linh = met.officers["linh"]
    type(linh).objects.filter(pk=linh.pk).update(office="vn-cao-bang")
    shown = page(browsers["linh"], "unread_one", row.pk)
    assert "谭庆远" not in shown
    assert "chỉ mở cho cán bộ của cơ quan nhận" in shown


def test_of_what_does_not_open_officers_see_the_outside_and_keepers_not_even_that(
    met: World, browsers: dict[str, Client]
) -> None:
    row = met.something_sealed_anew()
    assert "&quot;suite&quot;: 9" in page(browsers["linh"], "unread_one", row.pk)
    assert "suite" not in page(browsers["mara"], "unread_one", row.pk)


def test_a_code_that_decides_is_kept_and_shown_as_it_came(met: World, browsers: dict[str, Client]) -> None:
    row = came(met, {"of": met.asked[0].enquiry.message_id, "response": "TELEPATHIC"}, kind="ANSWER")
    assert row.reason == "unknown_code"
    shown = page(browsers["linh"], "unread_one", row.pk)
    assert "TELEPATHIC" in shown
    assert str(WHY["unknown_code"]) in shown or "chưa biết" in shown
    looks = reading.looks_at(Thing(list="enquiry", key=met.asked[0].enquiry.message_id), limit=1)
    assert [look.kind for look in looks] == ["record_read"]


def test_a_text_without_end_is_cut_and_the_page_says_so(met: World, browsers: dict[str, Client]) -> None:
    row = came(met, {"words": "x" * 300_000, "zz": "never seen"})
    shown = page(browsers["linh"], "unread_one", row.pk)
    assert len(shown) < 60_000
    assert "never seen" not in shown
    assert "phần còn lại không hiện ở đây" in shown


def test_the_desk_the_partner_and_the_outbox_lead_there_while_there_is_something(
    met: World, browsers: dict[str, Client]
) -> None:
    came(met, {})
    leads = re.compile(f'href="{reverse("unread")}"')
    for name, *args in (["desk"], ["desk_lists"], ["outbox"], ["partner", "cn-jingxi"]):
        assert leads.search(page(browsers["linh"], name, *args)), name
    Arrival.objects.filter(state="not_understood").update(state="refused")
    for name, *args in (["desk"], ["desk_lists"], ["outbox"], ["partner", "cn-jingxi"]):
        assert not leads.search(page(browsers["linh"], name, *args)), name


def test_what_is_not_there_any_more_is_not_found(met: World, browsers: dict[str, Client]) -> None:
    row = came(met, {})
    Arrival.objects.filter(pk=row.pk).update(state="stored")
    assert browsers["linh"].get(reverse("unread_one", args=[row.pk])).status_code == 404
