"""The inbox and the shift: views, several lines at once, a name in any script, the note for who comes next."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.models import Addressee, View
from lienlac.web.enquiries import searches
from tests.apps.enquiries.world import SURE, THEIRS
from tests.web.enquiries.desk import QUESTION, asked, came, text


def test_a_view_is_kept_under_a_name_and_forgotten(at_desk):
    asked(at_desk)
    at_desk.post(
        reverse("keep_view"), {"name": "Jingxi chờ", "view": f"view=waiting&partner={THEIRS}&from=25"}
    )
    page = text(at_desk.get(reverse("inbox")))
    assert "Jingxi chờ" in page
    kept = re.search(r"\?(view=waiting[^\"]*)\"[^>]*>Jingxi chờ", page)[1].replace("&amp;", "&")
    assert kept == f"view=waiting&partner={THEIRS}"
    shown = text(at_desk.get(f"{reverse('inbox')}?{kept}"))
    drop = re.search(r'action="(/enquiries/views/\d+/drop)"', shown)[1]
    at_desk.post(drop)
    assert "Jingxi chờ" not in text(at_desk.get(reverse("inbox")))


def test_several_lines_are_acknowledged_at_once(at_desk, jingxi):
    rows = [came(jingxi) for _ in range(3)]
    at_desk.post(reverse("inbox_several"), {"do": "acknowledge", "row": [str(row.pk) for row in rows]})
    assert {row.state for row in Addressee.objects.all()} == {"taken"}
    assert len([one for one in jingxi.hears(kind="RECEIPT") if one.body["stage"] == "R2"]) == 3


def test_several_are_closed_and_one_that_cannot_stops_no_other(at_desk, linh, jingxi):
    done, open_row = came(jingxi), came(jingxi)
    actions.answer(linh, done, "NOHIT", SURE, now=timezone.now())
    jingxi.say("FEEDBACK", {"of": done.enquiry.message_id, "outcome": "no_value"}, now=timezone.now())
    at_desk.post(reverse("inbox_several"), {"do": "close", "row": [str(open_row.pk), str(done.pk)]})
    assert dict(Addressee.objects.values_list("pk", "state")) == {done.pk: "closed", open_row.pk: "received"}


@pytest.mark.parametrize("typed", ["谭庆远", "dam khanh vien", "Đàm Khánh", "0001D"])
def test_the_inbox_finds_in_every_script(typed, at_desk):
    row = asked(at_desk)
    assert reverse("thread", args=[row.pk]) in text(searched(at_desk, typed))
    assert reverse("thread", args=[row.pk]) not in text(searched(at_desk, "Trần Văn Bình"))


def searched(at_desk, typed):
    return at_desk.post(reverse("inbox"), {"q": typed}, follow=True)


def test_what_is_searched_for_stands_in_no_address_and_in_no_kept_view(at_desk):
    asked(at_desk)
    found = searched(at_desk, "谭庆远")
    address = found.request["QUERY_STRING"]
    assert re.fullmatch(r"search=[\w-]{8}", address)
    assert quote("谭庆远") not in text(found)
    kept = {"name": "Đàm", "view": f"view=waiting&{address}"}
    assert at_desk.post(reverse("keep_view"), kept).url == f"{reverse('inbox')}?view=waiting"
    assert View.objects.get().query == "view=waiting"


def test_filters_pages_and_deeds_stay_in_a_search(at_desk):
    row = asked(at_desk)
    found = searched(at_desk, "谭庆远")
    address = found.request["QUERY_STRING"]
    assert f'name="search" value="{address.partition("=")[2]}"' in text(found)
    assert at_desk.get(f"{reverse('inbox')}?{address}&view=waiting").context["total"] == 1
    assert at_desk.get(f"{reverse('inbox')}?{address}&view=owed").context["total"] == 0
    done = at_desk.post(reverse("inbox_several"), {"do": "close", "row": [str(row.pk)], "view": address})
    assert done.url == f"{reverse('inbox')}?{address}"


def test_a_search_ends_with_its_session_or_after_an_hour_and_says_so(at_desk, second, monkeypatch):
    asked(at_desk)
    address = f"{reverse('inbox')}?{searched(at_desk, '谭庆远').request['QUERY_STRING']}"
    assert not at_desk.get(address).context["forgotten"]
    assert second.get(address).context["forgotten"]
    monkeypatch.setattr(searches, "KEPT_FOR_S", 0.0)
    over = at_desk.get(address)
    assert (over.context["forgotten"], over.context["query"]) == (True, "")
    monkeypatch.undo()
    for number in range(searches.MOST + 2):
        searched(at_desk, f"name {number}")
    assert len(at_desk.session[searches.PLACE]) == searches.MOST


def test_an_empty_search_shows_everything(at_desk):
    asked(at_desk)
    assert searched(at_desk, "  ").context["total"] == 1


def test_the_note_for_the_next_shift_drafts_itself_and_is_found_there(at_desk, second, jingxi):
    row = came(jingxi)
    at_desk.post(reverse("take_shift"))
    page = text(at_desk.get(reverse("handover_note")))
    assert row.enquiry.number in page
    at_desk.post(reverse("handover_note"), {"note": "Chờ trả lời về Đàm Khánh Viễn."})
    second.post(reverse("take_shift"))
    assert "Chờ trả lời về Đàm Khánh Viễn." in text(second.get("/"))


def test_whoever_is_not_on_duty_leaves_no_note(at_desk):
    assert at_desk.post(reverse("handover_note"), {"note": "x"}).status_code == 422


def test_one_a4_for_when_the_power_goes(at_desk, jingxi):
    for _ in range(15):
        came(jingxi)
    answer = at_desk.get(reverse("desk_paper"))
    assert answer["content-type"] == "application/pdf"
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1


def test_what_was_begun_and_not_sent_is_in_the_view_of_what_is_not_sent(at_desk, second):
    at_desk.post(reverse("ask"), QUESTION | {"do": "draft"})
    view = f"{reverse('inbox')}?view=unsent"
    [row] = at_desk.get(view).context["drafts"]
    assert row["url"] in text(at_desk.get(view))
    assert second.get(view).context["drafts"] == []
    assert at_desk.get(reverse("inbox")).context["drafts"] == []
    assert at_desk.post(row["drop_url"], {"to": "inbox"}).url == view
    assert at_desk.get(view).context["drafts"] == []


def test_what_was_begun_stands_folded_over_a_new_question(at_desk):
    at_desk.post(reverse("ask"), QUESTION | {"do": "draft"})
    page = text(at_desk.get(reverse("ask")))
    assert re.search(
        r'<details class="more no-print"><summary>(?:(?!</summary>).)*<span class="count">1</span>',
        page,
        re.S,
    )
