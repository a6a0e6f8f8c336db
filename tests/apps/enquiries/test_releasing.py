"""The release chain: units outside the node release what is said, on screen or on paper; nobody outside sees it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from lienlac.apps.accounts import actions as accounts
from lienlac.apps.audit.models import Leaf, Opening
from lienlac.apps.enquiries import actions, attachments, chains, queries, texts
from lienlac.apps.enquiries.actions import Draft, Paper
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp, Release, Review, Scan
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import LienlacError, Malformed, Refused
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_attachments import PDF as ATTACHED
from tests.apps.enquiries.test_attachments import TRAY, put
from tests.apps.enquiries.world import AGREEMENT, NOW, OURS, PERSON, SURE, THEIRS

LATER = NOW + timedelta(hours=2)
UNITS = ("Phòng Tham mưu", "Phòng Pháp chế", "Ban Chỉ huy")
PDF_OF_ANOTHER = b"%PDF-1.7 another decision"
PDF = b"%PDF-1.7\n" + b"scan of a signed page\n" * 20


@pytest.fixture
def mara_sets(mara):
    """Mara sets the chain of a class: how many of the three units release it."""

    def set_chain(how_many, *, cls="INF", says="ask"):
        actions.set_chain(mara, OURS, cls, says, UNITS[:how_many], now=NOW)

    return set_chain


@pytest.fixture
def units(jingxi):
    """Tú, Quân and Mai, each of one of the three units outside."""
    names = {"tu": "Vương Anh Tú", "quan": "Hà Minh Quân", "mai": "Đinh Ngọc Mai"}
    return [
        accounts.open_account(
            username=username, password="border-post-test-2026", full_name=full_name, role="releaser",
            office=OURS, unit=unit, language="vi", now=NOW,
        )
        for (username, full_name), unit in zip(names.items(), UNITS, strict=True)
    ]  # fmt: skip


def draft(kind="VER_ID", to=(THEIRS,), **changes):
    return Draft(kind=kind, body=BODIES[kind] | changes, to_offices=to, agreement=AGREEMENT)


def told():
    """Return what the house ledger says of approvals, the oldest first."""
    leaves = [json.loads(bytes(row.body)) for row in Leaf.objects.order_by("pk")]
    return [leaf["facts"]["code"] for leaf in leaves if leaf["kind"] == "approval_given"]


def test_setting_a_chain_says_in_the_ledger_whose_and_how_long_and_is_an_administrators(mara, linh, jingxi):
    actions.set_chain(mara, OURS, "INF", "ask", UNITS[:2], now=NOW)
    assert told() == ["chain.ask.INF"]
    with pytest.raises(Refused, match="officer_may_not"):
        actions.set_chain(linh, OURS, "INF", "ask", [], now=NOW)
    with pytest.raises(Malformed, match="name_invisible"):
        actions.set_chain(mara, OURS, "INF", "ask", ["unit\u202e"], now=NOW)
    assert queries.chains_of([OURS]).get(cls="INF").units == list(UNITS[:2])


def link_of(row):
    found = queries.link_in_turn(Addressee.objects.select_related("enquiry").get(pk=row.pk))
    assert found is not None
    return found


def digest_of(link):
    return texts.of_message(link.addressee, link.message_id).digest


def release(who, row):
    link = link_of(row)
    actions.release(who, link, digest=digest_of(link), now=LATER)


def paper(row, **changes):
    values = {
        "sheet": digest_of(link_of(row))[:12],
        "signatory": "Đại tá Hoàng Văn Mẫu",
        "number": "45/PD",
        "signed_on": NOW.date(),
        "content": PDF,
    }
    return Paper(**(values | changes))


# --- an enquiry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [0, 1, 2, 3])
def test_an_enquiry_leaves_when_every_unit_has_released_it(how_many, linh, units, mara_sets, jingxi):
    mara_sets(how_many)
    enquiry = actions.ask(linh, draft(), now=NOW)
    for unit in units[:how_many]:
        row = enquiry.addressees.get()
        assert (row.state, jingxi.hears()) == ("in_release", [])
        assert [one.message_id for one in queries.releasable(unit)] == [enquiry.message_id]
        release(unit, row)
    assert enquiry.addressees.get().state == "sent"
    assert [one.id for one in jingxi.hears()] == [enquiry.message_id]


def test_nobody_releases_out_of_turn_or_for_another_unit(linh, units, mara_sets, jingxi):
    mara_sets(2)
    enquiry = actions.ask(linh, draft(), now=NOW)
    first, second = Release.objects.order_by("place")
    digest = digest_of(first)
    assert list(queries.releasable(units[1])) == []
    with pytest.raises(Refused, match="release_out_of_turn"):
        actions.release(units[1], second, digest=digest, now=LATER)
    with pytest.raises(Refused, match="not_your_unit"):
        actions.release(units[1], first, digest=digest, now=LATER)
    release(units[0], enquiry.addressees.get())
    with pytest.raises(Refused, match="release_out_of_turn"):
        actions.release(units[0], first, digest=digest, now=LATER)
    assert (enquiry.addressees.get().state, jingxi.hears()) == ("in_release", [])


def test_the_author_releases_nothing_of_his_own_wherever_he_works_now(linh, units, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    linh.role, linh.unit = "releaser", UNITS[0]
    linh.save()
    with pytest.raises(Refused, match="releaser_is_author"):
        release(linh, enquiry.addressees.get())
    assert jingxi.hears() == []


def test_no_officer_of_the_office_releases_on_screen(linh, bang, mara, units, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    for who in (linh, bang, mara):
        who.unit = UNITS[0]
        with pytest.raises(Refused, match="not_your_unit"):
            release(who, row)
    assert list(queries.releasable(bang)) == []


def test_who_releases_sees_no_enquiry_and_does_nothing_else(linh, units, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    assert list(queries.visible_to(units[0])) == []
    assert list(queries.releasable(units[1])) == []
    with pytest.raises(Refused, match="officer_may_not"):
        actions.ask(units[0], draft(), now=NOW)
    with pytest.raises(Refused, match="officer_may_not"):
        actions.file_paper(
            units[0], link_of(enquiry.addressees.get()), paper(enquiry.addressees.get()), now=NOW
        )


def test_a_second_person_comes_before_the_chain(linh, bang, units, mara_sets, jingxi):
    mara_sets(1, cls="LOC")
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    assert not Release.objects.exists()
    actions.approve(bang, enquiry, now=NOW)
    assert (enquiry.addressees.get().state, jingxi.hears()) == ("in_release", [])
    release(units[0], enquiry.addressees.get())
    assert [one.kind for one in jingxi.hears()] == ["LOCATE"]


def test_a_flash_waits_for_nobody(linh, mara_sets, jingxi):
    mara_sets(3)
    actions.ask(linh, draft(urgency="U0", purpose="PROTECT_VICTIM"), now=NOW)
    assert len(jingxi.hears()) == 1


def test_the_text_that_was_read_is_the_text_that_is_released(linh, units, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    link = link_of(enquiry.addressees.get())
    seen = digest_of(link)
    Enquiry.objects.filter(pk=enquiry.pk).update(body={**enquiry.body, "subject_name": "Ai khác"})
    link = link_of(enquiry.addressees.get())
    for digest in (seen, digest_of(link)):
        with pytest.raises(Refused, match="text_was_changed"):
            actions.release(units[0], link, digest=digest, now=LATER)
    assert jingxi.hears() == []


@pytest.mark.parametrize("changed", [{"agreement": "ANOTHER"}, {"handling": ["H2"]}])
def test_address_agreement_and_restrictions_are_part_of_the_text(changed, linh, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    before = texts.of_enquiry(enquiry).digest
    Enquiry.objects.filter(pk=enquiry.pk).update(**changed)
    assert texts.of_enquiry(Enquiry.objects.get(pk=enquiry.pk)).digest != before
    enquiry.addressees.update(office="cn-elsewhere")
    assert texts.of_enquiry(enquiry).digest != before


def test_what_a_unit_returns_comes_back_with_its_words(linh, units, mara_sets, jingxi):
    mara_sets(2)
    enquiry = actions.ask(linh, draft(), now=NOW)
    release(units[0], enquiry.addressees.get())
    link = link_of(enquiry.addressees.get())
    with pytest.raises(Malformed, match="field_empty"):
        actions.return_from_release(units[1], link, " ", digest=digest_of(link), now=LATER)
    actions.return_from_release(units[1], link, "Nêu rõ căn cứ.", digest=digest_of(link), now=LATER)
    assert (enquiry.addressees.get().state, jingxi.hears()) == ("returned", [])
    assert [note.text for note in queries.notes_of(enquiry)] == ["Nêu rõ căn cứ."]
    assert [one.decision for one in Release.objects.order_by("place")] == ["approved", "returned"]
    assert not chains.runs(enquiry.message_id)


def test_a_chain_that_runs_keeps_its_units(linh, units, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    mara_sets(3)
    release(units[0], enquiry.addressees.get())
    assert enquiry.addressees.get().state == "sent"


def test_a_chain_has_three_units_at_most_each_once_of_this_node(mara, linh, jingxi):
    for units, code in (
        (("a", "b", "c", "d"), "too_long"),
        (("a", "a"), "repeats_a_unit"),
        (("a", " "), "repeats"),
    ):
        with pytest.raises(Refused, match=code):
            actions.set_chain(mara, OURS, "INF", "ask", units, now=NOW)
    with pytest.raises(Refused, match="unknown_office"):
        actions.set_chain(mara, THEIRS, "INF", "ask", ("a",), now=NOW)
    for cls, says in (("XXX", "ask"), ("INF", "shout")):
        with pytest.raises(Malformed):
            actions.set_chain(mara, OURS, cls, says, ("a",), now=NOW)


# --- on paper ----------------------------------------------------------------------------------------------------


def test_a_paper_counts_when_a_second_officer_has_compared_it(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    actions.file_paper(linh, link_of(row), paper(row), now=LATER)
    assert list(queries.to_approve(bang)) == [row]
    assert list(queries.to_approve(linh)) == []
    assert jingxi.hears() == []
    link = link_of(row)
    actions.confirm_paper(bang, link, digest=digest_of(link), now=LATER)
    assert len(jingxi.hears()) == 1
    link.refresh_from_db()
    assert (link.decision, link.signatory, link.number) == ("approved", "Đại tá Hoàng Văn Mẫu", "45/PD")
    assert bytes(Scan.objects.get().content) == PDF


def test_the_scan_never_leaves_this_node(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    actions.file_paper(linh, link_of(row), paper(row), now=LATER)
    link = link_of(row)
    actions.confirm_paper(bang, link, digest=digest_of(link), now=LATER)
    [message] = jingxi.hears()
    assert message.body == row.enquiry.body
    assert message.attachments == ()


def test_no_paper_no_release(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    link = link_of(row)
    with pytest.raises(Refused, match="paper_without_scan"):
        actions.confirm_paper(bang, link, digest=digest_of(link), now=LATER)
    assert jingxi.hears() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": b""}, "scan_missing"),
        ({"content": b"MZ\x90 not a page"}, "scan_of_other_type"),
        ({"content": b"<html>%PDF-1.7"}, "scan_of_other_type"),
        ({"content": b"%PDF-" + bytes(5 * 1024 * 1024)}, "scan_too_large"),
        ({"signatory": "  "}, "field_empty"),
        ({"number": ""}, "field_empty"),
        ({"signed_on": NOW.date() + timedelta(days=1)}, "date_in_the_future"),
        ({"sheet": "0" * 12}, "text_was_changed"),
        ({"sheet": ""}, "text_was_changed"),
    ],
)
def test_a_paper_that_lacks_something_is_not_entered(changes, code, linh, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    with pytest.raises(LienlacError, match=code):
        actions.file_paper(linh, link_of(row), paper(row, **changes), now=LATER)
    assert not Scan.objects.exists()


def test_nobody_confirms_what_he_entered_or_wrote(linh, bang, diep, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    link = link_of(row)
    actions.file_paper(bang, link, paper(row), now=LATER)
    with pytest.raises(Refused, match="paper_is_entered"):
        actions.file_paper(diep, link, paper(row), now=LATER)
    for who, code in ((bang, "scan_filed_by_you"), (linh, "approver_is_author")):
        with pytest.raises(Refused, match=code):
            actions.confirm_paper(who, link, digest=digest_of(link), now=LATER)
    assert jingxi.hears() == []
    actions.confirm_paper(diep, link, digest=digest_of(link), now=LATER)
    assert len(jingxi.hears()) == 1


def test_a_paper_printed_before_the_text_was_changed_releases_nothing(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    printed = paper(enquiry.addressees.get())
    actions.edit(linh, enquiry, draft(subject_name="Đàm Khánh Viên"), now=LATER)
    with pytest.raises(Refused, match="text_was_changed"):
        actions.file_paper(linh, link_of(enquiry.addressees.get()), printed, now=LATER)
    assert jingxi.hears() == []


def test_a_wrong_scan_is_taken_out_and_another_entered(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    actions.file_paper(linh, link_of(row), paper(row), now=LATER)
    actions.reject_paper(bang, link_of(row), now=LATER)
    assert not Scan.objects.exists()
    assert [code for code in told() if code.startswith("paper.")] == ["paper.filed", "paper.rejected"]
    actions.file_paper(linh, link_of(row), paper(row, number="46/PD"), now=LATER)
    assert Scan.objects.get().number == "46/PD"


def test_one_unit_on_paper_the_next_on_screen(linh, bang, units, mara_sets, jingxi):
    mara_sets(2)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    actions.file_paper(linh, link_of(row), paper(row), now=LATER)
    assert list(queries.releasable(units[0])) == []
    link = link_of(row)
    actions.confirm_paper(bang, link, digest=digest_of(link), now=LATER)
    assert jingxi.hears() == []
    release(units[1], row)
    assert len(jingxi.hears()) == 1


# --- an answer, and what is said later ---------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [0, 1, 3])
def test_an_answer_leaves_when_every_unit_has_released_it(how_many, linh, units, mara_sets, jingxi):
    mara_sets(how_many, says="answer")
    row = received(jingxi, "VER_ID")
    given = actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    for unit in units[:how_many]:
        row.refresh_from_db()
        assert (row.state, given.sent) == ("in_release", False)
        release(unit, row)
    row.refresh_from_db()
    assert row.state == "answered"
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == ["NOHIT"]


def test_the_other_side_hears_nothing_of_the_chain(linh, units, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    heard = [(one.kind, one.body.get("stage")) for one in jingxi.hears()]
    assert set(heard) <= {("RECEIPT", "R1"), ("RECEIPT", "R2")}
    assert jingxi.say("REMINDER", {"of": row.enquiry.message_id, "number": 1}, now=LATER).state == "stored"


def test_more_time_may_be_asked_for_while_others_decide(linh, units, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    actions.answer(linh, row, "STATUS", {"until": "2026-11-26T09:00:00Z"}, now=LATER)
    with pytest.raises(Refused, match="answer_waits"):
        actions.answer(linh, row, "FULL", SURE | {"identity_confirmed": True}, now=LATER)
    release(units[0], row)
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == ["STATUS", "NOHIT"]


def test_an_answer_that_is_returned_can_be_given_anew(linh, units, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    given = actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    link = link_of(row)
    actions.return_from_release(units[0], link, "Hỏi thêm Phòng 2.", digest=digest_of(link), now=LATER)
    row.refresh_from_db()
    assert (row.state, jingxi.hears(kind="ANSWER")) == ("in_work", [])
    assert queries.returned_answer(row) == given
    actions.answer(linh, row, "NOHIT", SURE | {"text": "Đã hỏi Phòng 2.", "text_language": "vi"}, now=LATER)
    release(units[0], row)
    assert len(jingxi.hears(kind="ANSWER")) == 1
    assert row.answers.count() == 2


def test_an_answer_in_release_is_taken_back_by_its_author_alone(linh, bang, units, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    given = actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    with pytest.raises(Refused, match="only_its_author"):
        actions.drop_answer(bang, given, now=LATER)
    actions.drop_answer(linh, given, now=LATER)
    row.refresh_from_db()
    assert (row.state, list(queries.releasable(units[0]))) == ("in_work", [])


def test_a_withdrawn_enquiry_leaves_nothing_to_release(linh, units, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    assert jingxi.say("WITHDRAWAL", {"of": row.enquiry.message_id}, now=LATER).state == "stored"
    assert list(queries.releasable(units[0])) == []
    assert not chains.runs(row.answers.get().message_id)


def test_what_changes_a_released_question_is_released_too(linh, units, mara_sets, jingxi):
    mara_sets(1)
    enquiry = actions.ask(linh, draft(), now=NOW)
    row = enquiry.addressees.get()
    release(units[0], row)
    row.refresh_from_db()
    told = actions.correct(linh, row, {"birth": "1988"}, now=LATER)
    assert (told.sent, [one.kind for one in jingxi.hears()]) == (False, ["VER_ID"])
    assert Enquiry.objects.get().body["birth"] == PERSON["birth"]
    with pytest.raises(Refused, match="text_waits"):
        actions.correct(linh, row, {"birth": "1989"}, now=LATER)
    release(units[0], row)
    assert [one.kind for one in jingxi.hears()] == ["CORRECTION"]
    assert Enquiry.objects.get().body["birth"] == "1988"


def test_a_correction_that_is_returned_changes_nothing(linh, units, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    release(units[0], row)
    row.refresh_from_db()
    actions.correct(linh, row, {"birth": "1988"}, now=LATER)
    link = link_of(row)
    actions.return_from_release(units[0], link, "Không cần.", digest=digest_of(link), now=LATER)
    assert Enquiry.objects.get().body["birth"] == PERSON["birth"]
    assert FollowUp.objects.get().returned_at is not None
    assert actions.correct(linh, row, {"birth": "1989"}, now=LATER).sent is False


def test_no_text_is_reviewed_that_waited_for_its_chain(linh, units, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    release(units[0], row)
    assert not Review.objects.exists()


def test_a_paper_is_entered_once_whoever_enters_it_again(linh, bang, mara_sets, jingxi):
    mara_sets(1)
    row = actions.ask(linh, draft(), now=NOW).addressees.get()
    link = link_of(row)
    actions.file_paper(linh, link, paper(row), now=LATER)
    for who in (linh, bang):
        with pytest.raises(Refused, match="paper_is_entered"):
            actions.file_paper(who, link, paper(row), now=LATER)
    assert Scan.objects.count() == 1


def test_a_scan_goes_with_the_text_that_its_author_takes_back(linh, bang, mara_sets, jingxi):
    mara_sets(1, says="answer")
    row = received(jingxi, "VER_ID")
    given = actions.answer(linh, row, "NOHIT", SURE, now=LATER)
    actions.file_paper(linh, link_of(row), paper(row), now=LATER)
    actions.drop_answer(linh, given, now=LATER)
    assert not Scan.objects.exists()
    assert [one.decision for one in Release.objects.all()] == ["lapsed"]


def test_who_releases_opens_the_files_that_go_along_and_no_others(linh, units, mara_sets, jingxi):
    mara_sets(1)
    put(linh)
    waits = actions.ask(linh, replace(draft(), tray=TRAY), now=NOW)
    mara_sets(0)
    put(linh, content=PDF_OF_ANOTHER)
    other = actions.ask(linh, replace(draft(), tray=TRAY), now=NOW)
    [link] = queries.releasable(units[0])
    [file] = attachments.files_to_release(link)
    assert file.of == waits.message_id
    found, pieces = attachments.open_released(units[0], link, file.pk, now=LATER)
    assert (found, b"".join(pieces)) == (file, ATTACHED)
    assert Opening.objects.filter(list="attachment", key=file.sha256).exists()
    with pytest.raises(Malformed, match="not_there"):
        attachments.open_released(units[0], link, File.objects.get(of=other.message_id).pk, now=LATER)
