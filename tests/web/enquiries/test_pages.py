"""The pages of the desk as officers use them: what is offered, what is shown, what is refused in words."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Approval, Enquiry
from lienlac.core.errors import LienlacError
from lienlac.web.enquiries.answer_forms import FIELDS
from lienlac.web.enquiries.ask_form import NEEDED_OF_CLASS
from lienlac.web.enquiries.printing import values_of
from tests.apps.accounts.people import officer
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, SURE, THEIRS
from tests.web.enquiries.conftest import browser, proven

QUESTION = {
    "subject": "Đàm Khánh Viễn",
    "why": "drugs",
    "deadline": "U1",
    "desk": THEIRS,
    "agreement": AGREEMENT,
    "why_there": "crossed_at_your_gate",
    "place": "Trà Lĩnh",
    "matter_date": "2026-11-20",
    "link": "suspect",
    "evaluation_source": "B",
    "evaluation_information": "2",
}
LANGUAGES = ("vi", "lo", "zh-hans", "km", "th", "my", "en")


def send(client, **changes):
    return client.post(reverse("ask"), QUESTION | {"do": "send"} | changes)


def asked(client, **changes):
    answer = send(client, **changes)
    assert answer.status_code == 302, re.findall(r'class="bad">.*?</p>', answer.content.decode(), re.S)
    return Addressee.objects.select_related("enquiry").latest("pk")


def came(jingxi, kind="VER_ID", **changes):
    arrival = jingxi.say(kind, BODIES[kind] | changes, now=timezone.now())
    assert arrival.state == "stored", arrival.reason
    return Addressee.objects.select_related("enquiry").get(enquiry__message_id=arrival.message.message_id)


def text(answer):
    return answer.content.decode()


def thread(client, row):
    return client.get(reverse("thread", args=[row.pk]))


# --- where one begins --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "page"), [("lam", "reports"), ("mara", "users"), ("hue", "looks")])
def test_nobody_is_turned_away_right_after_signing_in(who, page, jingxi):
    answer = browser(officer(who)).get("/")
    assert (answer.status_code, answer.url) == (302, reverse(page))


@pytest.mark.parametrize("name", ["ask", "inbox", "by_phone", "ask_other", "handover_note", "desk_paper"])
def test_the_administrator_and_the_leader_see_no_case(name, jingxi):
    for who in ("mara", "lam"):
        assert browser(officer(who)).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_drawn_in_every_language(language, linh, jingxi):
    linh.language = language
    linh.save()
    client = browser(linh)
    client.cookies["vn-tra-linh-language"] = language
    rows = [asked(client), came(jingxi)]
    addresses = [
        reverse(name) for name in ("desk", "ask", "inbox", "awake", "by_phone", "ask_other", "handover_note")
    ]
    addresses += [reverse("thread", args=[row.pk]) for row in rows]
    addresses += [reverse("thread_withdraw", args=[rows[0].pk]), reverse("ask_kind", args=["LOCATE"])]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in text(answer).lower(), address


# --- asking ------------------------------------------------------------------------------------------------------


def test_asking_leads_to_the_thread_with_a_number(at_desk, jingxi):
    row = asked(at_desk)
    assert (row.state, row.enquiry.number) == ("sent", f"0001D/{timezone.localdate().year}")
    assert [one.kind for one in jingxi.hears()] == ["VER_ID"]


def test_before_anything_is_typed_it_says_who_will_read_it(at_desk):
    page = text(at_desk.get(reverse("ask"), HTTP_ACCEPT_LANGUAGE="en"))
    assert page.count("靖西") + page.count("cn-jingxi") >= 1


@pytest.mark.parametrize("field", ["why_there", "place", "matter_date", "link"])
def test_what_policy_asks_for_is_a_box_that_may_not_stay_empty(field, at_desk):
    assert f'name="{field}"' in text(at_desk.get(reverse("ask")))
    answer = send(at_desk, **{field: ""})
    assert answer.status_code == 422
    assert not Enquiry.objects.exists()
    assert f'href="#id_{field}"' in text(answer)


def test_a_name_that_shows_nothing_is_not_sent(at_desk):
    answer = send(at_desk, subject="\u200b\u200d")
    assert answer.status_code == 422
    assert not Enquiry.objects.exists()


def test_a_bad_box_is_named_as_on_the_page_and_not_as_in_the_code(at_desk):
    page = text(send(at_desk, subject="A" * 10_000, why="x", deadline="x"))
    named = re.findall(r'href="#id_(subject|why|deadline)">(.*?):', page)
    assert named == [("subject", "Ai hoặc cái gì"), ("why", "Vì sao"), ("deadline", "Cần trả lời trước")]


def test_a_missing_person_is_asked_about_with_boxes_of_its_own(at_desk, jingxi):
    boxes = text(at_desk.post(reverse("ask_fields"), QUESTION | {"why": "missing"}))
    for field in ("reason_for_concern", "last_seen_place", "last_seen"):
        assert f'name="{field}"' in boxes
    missing = {"reason_for_concern": "Không về nhà.", "last_seen_place": "Chợ", "last_seen": "2026-11-20"}
    assert send(at_desk, why="missing", last_seen_place="").status_code == 422
    asked(at_desk, why="missing", **missing)
    assert [one.kind for one in jingxi.hears()] == ["LOCATE_MISSING"]


def test_changing_ones_mind_about_why_loses_nothing(at_desk):
    as_missing = {
        name: value for name, value in QUESTION.items() if name not in ("place", "matter_date", "link")
    }
    boxes = text(at_desk.post(reverse("ask_fields"), as_missing))
    assert re.search(r'name="place"[^>]*value="Văn phòng', boxes)
    assert re.search(r'<option value="suspect" selected', boxes)
    kept = text(at_desk.post(reverse("ask_fields"), QUESTION | {"place": "Cửa khẩu"}))
    assert 'value="Cửa khẩu"' in kept


@pytest.mark.parametrize("cls", NEEDED_OF_CLASS)
def test_a_box_that_may_not_stay_empty_is_one_that_policy_would_refuse_for(cls, linh):
    """The marks on the page and the rules are two tables; this holds them together."""
    kind = {"HUM": "LOCATE_MISSING", "INF": "VER_ID", "LOC": "LOCATE"}[cls]
    for name in NEEDED_OF_CLASS[cls]:
        body = {field: value for field, value in BODIES[kind].items() if field != name}
        draft = actions.Draft(kind=kind, body=body, to_offices=(THEIRS,), agreement=AGREEMENT)
        with pytest.raises(LienlacError) as said:
            actions.ask(linh, draft, now=timezone.now())
        assert said.value.code.endswith(("missing", "unanswered")), (name, said.value.code)


def test_the_same_person_asked_before_is_shown_before_sending(at_desk):
    row = asked(at_desk)
    again = text(at_desk.post(reverse("ask_check"), QUESTION | {"subject": "谭庆远"}))
    assert row.enquiry.number in again
    assert row.enquiry.number not in text(
        at_desk.post(reverse("ask_check"), QUESTION | {"subject": "Trần Văn Bình"})
    )
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert row.enquiry.number not in text(at_desk.post(reverse("ask_check"), QUESTION))


def test_restrictions_of_use_travel(at_desk, jingxi):
    asked(at_desk, handling=["H1", "H2"])
    assert jingxi.hears()[0].handling == ("H1", "H2", "TRAINING")
    assert send(at_desk, handling=["H3"]).status_code == 422


@pytest.mark.parametrize("kind", sorted(set(BODIES) - {"HOTLINE_TEST"}))
def test_every_open_kind_has_a_form(kind, at_desk, jingxi):
    values = {"desk": THEIRS, "agreement": AGREEMENT} | {
        name: str(value).lower() if isinstance(value, bool) else value for name, value in BODIES[kind].items()
    }
    for name in ("proposed_at", "starts_at", "ends_at"):
        if name in values:
            values[name] = values[name].removesuffix("Z")
    answer = at_desk.post(reverse("ask_kind", args=[kind]), values)
    assert answer.status_code == 302, re.findall(r'class="bad">.*?</p>', text(answer), re.S)
    assert Enquiry.objects.get().kind == kind


def test_no_closed_kind_has_a_form(at_desk):
    for kind in ("ARREST", "HANDOVER", "CW_THB", "RECEIPT", "NOTHING"):
        assert at_desk.get(reverse("ask_kind", args=[kind])).status_code == 404


def test_a_locate_waits_for_the_second_person_who_finds_it_on_his_desk(at_desk, second, jingxi):
    values = {"desk": THEIRS, "agreement": AGREEMENT, **BODIES["LOCATE"], "refused_elsewhere": "false"}
    at_desk.post(reverse("ask_kind", args=["LOCATE"]), values)
    row = Addressee.objects.get()
    assert (row.state, jingxi.hears()) == ("checked", [])
    approve = reverse("thread_approve", args=[row.pk])
    assert approve not in text(thread(at_desk, row))
    assert reverse("thread", args=[row.pk]) in text(second.get("/"))
    assert approve in text(thread(second, row))
    read = {"digest": re.search(r'name="digest" value="(\w+)"', text(thread(second, row)))[1]}
    proven(at_desk).post(approve, read)
    assert jingxi.hears() == []
    proven(second).post(approve, read)
    assert [one.kind for one in jingxi.hears()] == ["LOCATE"]


@pytest.mark.parametrize(
    ("key", "leads_to"), [(None, "account_reauthenticate"), ("webauthn", "mfa_reauthenticate_webauthn")]
)
def test_a_desk_left_open_consents_to_nothing(key, leads_to, at_desk, second, bang, jingxi):
    """The second person gives his own key, now: whoever sits down at his desk has none (SG34)."""
    values = {"desk": THEIRS, "agreement": AGREEMENT, **BODIES["LOCATE"], "refused_elsewhere": "false"}
    at_desk.post(reverse("ask_kind", args=["LOCATE"]), values)
    if key:
        Authenticator.objects.create(user=bang, type=key, data={"name": "key"})
        proven(second)  # with the password, or long ago
    row = Addressee.objects.get()
    read = {"digest": re.search(r'name="digest" value="(\w+)"', text(thread(second, row)))[1]}
    answer = second.post(reverse("thread_approve", args=[row.pk]), read)
    assert answer["Location"].split("?")[0] == reverse(leads_to)
    assert not Approval.objects.exists()
    assert jingxi.hears() == []


def test_what_they_told_by_phone_makes_the_same_record_and_sends_nothing(at_desk, linh, jingxi):
    answer = at_desk.post(reverse("by_phone"), QUESTION | {"do": "send"})
    assert answer.status_code == 302
    row = Addressee.objects.select_related("enquiry").get()
    assert (row.enquiry.side, row.enquiry.by_phone, row.state) == ("received", True, "taken")
    assert row.final_answer_by is not None
    assert list(queries.owed_by_us(linh)) == [row]
    at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": "NOHIT"})
    row.refresh_from_db()
    assert (row.state, jingxi.hears()) == ("answered", [])
    assert at_desk.get(reverse("thread_print", args=[row.pk])).status_code == 200


def test_another_language_in_the_middle_loses_nothing(at_desk):
    kept = text(at_desk.post(reverse("ask_draft"), {"subject": "Lò Văn Thử"}))
    address = re.search(r'name="next" id="language-next" value="(.*?)"', kept)[1]
    there = at_desk.post(reverse("set_language"), {"language": "lo", "next": address}, follow=True)
    assert 'value="Lò Văn Thử"' in text(there)


@pytest.mark.parametrize("page", ["desk", "ask"])
def test_a_kept_draft_is_found_again_taken_up_and_discarded(page, at_desk, second, linh):
    at_desk.post(reverse("ask"), QUESTION | {"do": "draft"})
    [row] = at_desk.get(reverse(page)).context["drafts"]
    assert (row["subject"], row["url"] in text(at_desk.get(reverse(page)))) == ("Đàm Khánh Viễn", True)
    assert 'value="Đàm Khánh Viễn"' in text(at_desk.get(row["url"]))
    assert second.get(reverse(page)).context["drafts"] == []
    second.post(row["drop_url"])
    assert queries.drafts(linh).count() == 1
    assert at_desk.post(row["drop_url"], {"to": page}).url == reverse(page)
    assert at_desk.get(reverse(page)).context["drafts"] == []


def test_a_draft_is_forgotten_when_it_was_sent(at_desk, linh):
    kept = actions.keep_draft(linh, "", {"subject": "Ai"}, now=timezone.now())
    asked(at_desk, draft=kept.key)
    assert not queries.drafts(linh)


# --- answering ---------------------------------------------------------------------------------------------------


def test_their_question_stands_in_both_languages_with_six_answers(at_desk, jingxi):
    page = text(thread(at_desk, came(jingxi)))
    assert len(re.findall(r'<summary data-key="\d"', page)) == 6
    assert len(re.findall(r'name="answer" value="', page)) == len(FIELDS)
    assert 'lang="zh-hans"' in page


def test_an_unknown_code_is_shown_as_it_came(at_desk, jingxi):
    page = text(thread(at_desk, came(jingxi, why_there="SEEN_BY_DRONE")))
    assert "SEEN_BY_DRONE" in page
    assert page.count("tag--amber") >= 1


def test_a_refusal_without_reason_is_kept_and_leaves_the_desk(at_desk, linh, jingxi):
    row = came(jingxi)
    at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": "REFUSED", "outward_ground": "RF00"})
    assert jingxi.hears(kind="ANSWER") == []
    assert reverse("thread", args=[row.pk]) not in text(at_desk.get("/"))
    page = text(thread(at_desk, row))
    assert 'name="answer"' not in page


def test_what_is_kept_inside_stands_on_no_paper(at_desk, jingxi):
    row = came(jingxi)
    refusal = {"answer": "REFUSED", "outward_ground": "RF00", "inside_ground": "RF13"}
    at_desk.post(reverse("thread_answer", args=[row.pk]), refusal)
    linh_row = Addressee.objects.select_related("enquiry").get(pk=row.pk)
    assert "RF13" not in str(values_of(linh_row))
    assert len(values_of(linh_row)["messages"]) == 1


def test_more_time_asks_for_a_reason_only_where_the_deadline_can_be_renewed(at_desk, jingxi):
    renewable, fixed = came(jingxi, urgency="U5"), came(jingxi, urgency="U4")
    assert "extension_reason" in text(thread(at_desk, renewable))
    assert "extension_reason" not in text(thread(at_desk, fixed))


def test_they_need_to_know_more_and_get_it(at_desk, linh, jingxi):
    row = asked(at_desk)
    jingxi.answers(row.enquiry, "CLARIFY", now=timezone.now(), text="出生年份？", text_language="zh-hans")
    assert reverse("thread", args=[row.pk]) in text(at_desk.get("/"))
    address = reverse("thread_clarify", args=[row.pk])
    assert address in text(thread(at_desk, row))
    assert at_desk.post(address, {}).status_code == 422
    at_desk.post(address, {"birth": "1987"})
    assert [one.body["birth"] for one in jingxi.hears(kind="CLARIFICATION")] == ["1987"]
    assert "1987" in text(thread(at_desk, row))


def test_a_withdrawal_says_first_what_it_does(at_desk, jingxi):
    row = asked(at_desk)
    address = reverse("thread_withdraw", args=[row.pk])
    assert "notice--red" in text(at_desk.get(address))
    at_desk.post(address, {"text": "Đã tìm thấy."})
    assert [one.kind for one in jingxi.hears(kind="WITHDRAWAL")] == ["WITHDRAWAL"]


def test_a_correction_sends_only_what_is_different(at_desk, jingxi):
    row = asked(at_desk, birth="1987~")
    address = reverse("thread_correct", args=[row.pk])
    same = {
        "subject_name": "Đàm Khánh Viễn",
        "birth": "1987~",
        "place": "Trà Lĩnh",
        "matter_date": "2026-11-20",
    }
    assert at_desk.post(address, same).status_code == 422
    at_desk.post(address, same | {"birth": "1978", "place": ""})
    [said] = jingxi.hears(kind="CORRECTION")
    assert said.body == {"of": row.enquiry.message_id, "birth": "1978", "removed": ["place"]}


def test_an_enquiry_is_closed_and_opened_again(at_desk, jingxi):
    row = asked(at_desk)
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    at_desk.post(reverse("thread_close", args=[row.pk]), {"outcome": "not_found"})
    row.refresh_from_db()
    assert row.state == "closed"
    at_desk.post(reverse("thread_reopen", args=[row.pk]), {"text": "Có tin mới."})
    row.refresh_from_db()
    assert row.state == "reopened"


def test_a_note_stays_in_the_office(at_desk, jingxi):
    row = asked(at_desk)
    at_desk.post(reverse("thread_note", args=[row.pk]), {"text": "Gọi lại lúc 8 giờ."})
    assert "Gọi lại lúc 8 giờ." in text(thread(at_desk, row))
    assert all("Gọi lại" not in str(one.body) for one in jingxi.hears())


def test_another_offices_enquiry_is_nobody_elses(at_desk, jingxi):
    row = asked(at_desk)
    stranger = officer("an")
    stranger.office = "vn-elsewhere"
    stranger.save()
    client = proven(browser(stranger))
    for name in ("thread", "thread_print", "thread_news"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
    for name in ("thread_remind", "thread_approve", "thread_note", "thread_release", "thread_drop_answer"):
        assert client.post(reverse(name, args=[row.pk])).status_code == 404


# --- the inbox ---------------------------------------------------------------------------------------------------


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
    assert reverse("thread", args=[row.pk]) in text(at_desk.get(reverse("inbox"), {"q": typed}))
    assert reverse("thread", args=[row.pk]) not in text(at_desk.get(reverse("inbox"), {"q": "Trần Văn Bình"}))


# --- the shift ---------------------------------------------------------------------------------------------------


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


def test_the_lists_cost_no_more_queries_with_more_rows(at_desk, jingxi):
    def cost(name):
        with CaptureQueriesContext(connection) as asked_of_it:
            at_desk.get(reverse(name))
        return len(asked_of_it)

    came(jingxi)
    asked(at_desk)
    before = {name: cost(name) for name in ("desk", "inbox")}
    for _ in range(6):
        came(jingxi)
        asked(at_desk)
    assert {name: cost(name) for name in before} == before


def test_nobody_vouches_for_an_enquiry_without_choosing_to(at_desk, jingxi):
    page = at_desk.get(reverse("ask"))
    form = page.context["form"]
    assert (form["evaluation_source"].value(), form["evaluation_information"].value()) == ("X", "4")
    shown = [box.name for group in page.context["groups"] if group["open"] for box in group["fields"]]
    assert {"evaluation_source", "evaluation_information"} <= set(shown)
