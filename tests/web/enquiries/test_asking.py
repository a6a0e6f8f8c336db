"""The form of a question as officers use it: what it asks for, what it keeps, what it refuses in words."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone, translation

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Approval, Enquiry
from lienlac.core.envelope import SealingKey
from lienlac.core.errors import LienlacError
from lienlac.web.enquiries.ask_form import NEEDED_OF_CLASS
from lienlac.web.enquiries.before_sending import judgement, readers_sentence
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.world import AGREEMENT, THEIRS
from tests.web.enquiries.conftest import proven
from tests.web.enquiries.desk import QUESTION, asked, send, text, thread


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


@pytest.mark.parametrize("name", ["Đàm\u200b Khánh Viễn", "Đàm\ufeffKhánh", "👮👮"])
def test_a_name_that_is_not_what_one_sees_is_not_sent(name, at_desk):
    answer = send(at_desk, subject=name)
    assert answer.status_code == 422
    assert 'href="#id_subject"' in text(answer)
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


def test_what_nobody_can_review_here_is_not_said_to_wait(linh):
    """The review of SG02 has no verb: what it would hold is refused, and the form says so before."""
    with translation.override("en"):
        said = judgement(linh, draft(offence_article="318"))
    assert (said["permitted"], said["headline"]) == (False, "This cannot be sent as it is.")
    assert said["needs"]


def test_why_it_may_be_sent_is_said_without_codes(linh):
    with translation.override("vi"):
        said = " ".join(one["text"] for one in judgement(linh, draft())["reasons"])
    assert AGREEMENT not in said
    assert not re.search(r"\d{4}-\d{2}-\d{2}|nguồn X", said)
    assert f"{linh.certified_to.day}/{linh.certified_to.month}/{linh.certified_to.year}" in said


def test_a_book_of_law_is_chosen_by_its_name(at_desk):
    page = text(at_desk.get(reverse("ask_kind", args=["LOCATE"])))
    assert re.search(r'<option value="PC" selected>Bộ luật Hình sự', page)


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


def test_nobody_vouches_for_an_enquiry_without_choosing_to(at_desk, jingxi):
    page = at_desk.get(reverse("ask"))
    form = page.context["form"]
    assert (form["evaluation_source"].value(), form["evaluation_information"].value()) == ("X", "4")
    shown = [box.name for group in page.context["groups"] if group["open"] for box in group["fields"]]
    assert {"evaluation_source", "evaluation_information"} <= set(shown)


def test_who_asks_for_force_is_told_that_the_oversight_reads_it(at_desk, jingxi):
    body = {"text": "x"}
    coercive = actions.Draft(kind="HANDOVER", to_offices=(THEIRS,), body=body, agreement=AGREEMENT)
    with translation.override("en"):
        assert "oversight" not in readers_sentence(coercive)
        public, now = SealingKey.from_seed(b"o" * 32).public, timezone.now()
        named = NodeKey(use=NodeKey.Use.OVERSIGHT, kid=public.kid, public=public.public_bytes)
        named.node, named.valid_from, named.entered_at = directory.office(THEIRS).node, now, now
        named.save()
        assert "and the oversight of their state will receive" in readers_sentence(coercive)
        assert "oversight" not in readers_sentence(replace(coercive, kind="VER_ID"))
