"""What an office keeps beside the exchange: drafts, what can be found, notes, questions told by telephone."""

from datetime import timedelta

import pytest

from lienlac.apps.enquiries import actions, before, books, queries, searching
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry, Number, SearchToken
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.errors import LienlacError, Malformed, Refused
from tests.apps.enquiries.test_arriving import ask
from tests.apps.enquiries.world import AGREEMENT, MATTER, NOW, OURS, PERSON, SURE, THEIRS

DAY = timedelta(days=1)
CALL = Draft(kind="VER_ID", body=PERSON | MATTER, to_offices=(THEIRS,), agreement=AGREEMENT)


def found(officer, text):
    return list(searching.search(queries.newest(officer), text))


# --- drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_officers_alone(linh, bang):
    kept = actions.keep_draft(linh, "", {"subject": "Ai"}, now=NOW)
    assert queries.draft(bang, kept.key) is None
    other = actions.keep_draft(bang, kept.key, {"subject": "Khác"}, now=NOW)
    assert (other.key != kept.key, queries.draft(linh, kept.key).fields) == (True, {"subject": "Ai"})


def test_a_draft_grows_under_its_key_and_goes_after_a_week(linh):
    first = actions.keep_draft(linh, "", {"subject": "A"}, now=NOW)
    assert actions.keep_draft(linh, first.key, {"subject": "Anh"}, now=NOW + DAY).key == first.key
    assert queries.drafts(linh)[0].fields == {"subject": "Anh"}
    actions.daily(now=NOW + 8 * DAY)
    assert queries.drafts(linh)[0].key == first.key
    actions.daily(now=NOW + 9 * DAY)
    assert not queries.drafts(linh)


def test_a_draft_of_any_length_is_cut_and_none_of_another_is_dropped(linh, bang):
    kept = actions.keep_draft(linh, "", {"text": "x" * 100_000}, now=NOW)
    assert len(kept.fields["text"]) < 100_000
    actions.drop_draft(bang, kept.key)
    assert queries.draft(linh, kept.key)


# --- search ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đàm Khánh Viễn", "dam khanh vien"),
        ("Đàm Khánh Viễn", "谭庆远"),
        ("谭庆远", "Đàm Khánh Viễn"),
        ("谭庆远", "谭庆"),
        ("ສົມສັກ ພົມມະຈັນ", "ສົມສັກ"),
        ("สมชาย ใจดี", "สมชาย"),
        ("សុខ វណ្ណា", "វណ្ណា"),
        ("အောင် မျိုး", "မျိုး"),
    ],
)
def test_an_enquiry_is_found_in_its_script_and_by_its_readings(written, typed, linh):
    enquiry = ask(linh, subject_name=written)
    assert [row.enquiry for row in found(linh, typed)] == [enquiry]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "Trần Văn Bình", "🙂", "x" * 10_000, " ".join(map(str, range(3000))), "%_*", "\u200b"],
)
def test_what_is_not_there_is_not_found_and_nothing_breaks(typed, linh):
    ask(linh)
    assert found(linh, typed) == []


def test_it_is_found_by_number_case_number_and_words_of_the_answer(linh, jingxi):
    enquiry = ask(linh, case_number="AN-2026-14")
    jingxi.answers(enquiry, "NOHIT", text="没有记录，请核对证件。", text_language="zh-hans", **SURE)
    for typed in (enquiry.number, "AN-2026-14", "核对证件"):
        assert [row.enquiry for row in found(linh, typed)] == [enquiry], typed


@pytest.mark.parametrize("typed", ["11A-123.45", "11a12345", "11A 123 45"])
def test_a_plate_is_found_however_it_is_spaced(typed, linh):
    enquiry = ask(linh, "VER_VEH")
    assert [row.enquiry for row in found(linh, typed)] == [enquiry]


def test_mara_finds_nothing(linh, mara):
    ask(linh)
    assert found(mara, "Đàm Khánh Viễn") == []


def test_the_index_holds_every_token_once(linh):
    enquiry = ask(linh)
    searching.index(enquiry, enquiry.kind, enquiry.body)
    tokens = list(SearchToken.objects.filter(enquiry=enquiry).values_list("token", flat=True))
    assert len(tokens) == len(set(tokens)) > 0


# --- asked before ------------------------------------------------------------------------------------------------


def test_the_same_person_in_another_script_was_asked_before(linh):
    enquiry = ask(linh)
    again = {"subject_name": "谭庆远", "birth": "1987"}
    assert [row.enquiry for row in before.asked_before(linh, again, now=NOW + 89 * DAY)] == [enquiry]
    assert before.asked_before(linh, again, now=NOW + 91 * DAY) == []


@pytest.mark.parametrize(
    "other", [{"subject_name": "Trần Văn Bình"}, {"subject_name": "Đàm Khánh Viễn", "birth": "1950"}, {}]
)
def test_another_person_was_not(other, linh):
    ask(linh)
    assert before.asked_before(linh, other, now=NOW) == []


def test_a_document_says_it_whatever_the_name(linh):
    ask(linh, document_number="B 123-4567")
    for typed in ("b1234567", "B 123-4567"):
        assert len(before.asked_before(linh, {"document_number": typed}, now=NOW)) == 1
    assert before.asked_before(linh, {"document_number": "B1234568"}, now=NOW) == []


# --- numbers -----------------------------------------------------------------------------------------------------


def test_each_office_and_book_counts_for_itself(db):
    given = [
        books.next_number(*key, now=NOW)
        for key in ((OURS, "out"), (OURS, "in"), ("vn-x", "out"), (OURS, "out"))
    ]
    assert given == ["0001D/2026", "0001N/2026", "0001D/2026", "0002D/2026"]
    assert Number.objects.count() == 3


# --- by telephone, notes, views ----------------------------------------------------------------------------------


def test_a_question_told_by_phone_is_the_same_record_and_nothing_travels(linh, jingxi):
    row = actions.write_down_call(linh, CALL, now=NOW)
    assert (row.state, row.taken_by, row.enquiry.number) == ("taken", linh, "0001N/2026")
    assert row.final_answer_by == NOW + 7 * DAY
    actions.answer(linh, row, "REFUSED", {"outward_ground": "RF00"}, now=NOW)
    assert (Answer.objects.get().sent, row.state) == (True, "refused")
    assert not Parcel.objects.exists()
    assert found(linh, "谭庆远") == [row]


def test_what_may_not_be_asked_in_writing_may_not_be_asked_by_phone(linh):
    political = Draft(
        kind="VER_ID",
        body=PERSON | MATTER | {"offence_article": "117"},
        to_offices=(THEIRS,),
        agreement=AGREEMENT,
    )
    with pytest.raises(Refused, match="offence_outside_channel"):
        actions.write_down_call(linh, political, now=NOW)
    with pytest.raises(LienlacError):
        actions.write_down_call(
            linh, Draft(kind="ARREST", body={}, to_offices=(THEIRS,), agreement=""), now=NOW
        )
    assert not any(rows.objects.exists() for rows in (Enquiry, Addressee))


def test_a_note_never_travels(linh, jingxi):
    enquiry = ask(linh)
    actions.add_note(linh, enquiry, " Gọi lại lúc 8 giờ. ", now=NOW)
    assert [(one.by, one.text) for one in queries.notes_of(enquiry)] == [(linh, "Gọi lại lúc 8 giờ.")]
    with pytest.raises(Malformed, match="field_empty"):
        actions.add_note(linh, enquiry, "  ", now=NOW)
    assert "Gọi lại" not in str(jingxi.hears())


def test_views_are_an_officers_own_and_not_without_end(linh, bang):
    for number in range(actions.keeping.MOST_VIEWS):
        actions.keep_view(linh, f"view {number}", "view=all")
    with pytest.raises(Refused, match="too_many_views"):
        actions.keep_view(linh, "one more", "view=all")
    actions.keep_view(linh, "view 0", "view=owed")
    actions.drop_view(bang, queries.views_of(linh)[0].pk)
    assert queries.views_of(linh).count() == actions.keeping.MOST_VIEWS
    assert queries.views_of(linh).get(name="view 0").query == "view=owed"
