"""A unit releases on paper: it counts when a second officer has compared the scan, which never leaves this node."""

from datetime import timedelta

import pytest

from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Release, Scan
from lienlac.core.errors import LienlacError, Refused
from tests.apps.enquiries.releasing import LATER, PDF, digest_of, draft, link_of, paper, release, told
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.world import NOW, SURE


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
