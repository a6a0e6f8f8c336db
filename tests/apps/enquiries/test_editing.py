"""An enquiry that has not left is its author's to change: earlier text kept, consents void, number the same."""

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import queries as offices
from lienlac.apps.enquiries import actions, queries, searching, texts
from lienlac.apps.enquiries.models import Addressee, Approval, EarlierText, Enquiry, Release
from lienlac.core.errors import Malformed, Refused
from tests.apps.enquiries.releasing import draft, link_of, release
from tests.apps.enquiries.world import NOW, THEIRS, Partner


@pytest.fixture
def returned(linh, bang, jingxi):
    """A LOCATE of Linh's that Bằng gave back."""
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    actions.return_to_author(bang, enquiry, text="Thiếu số vụ án.", now=NOW)
    return Enquiry.objects.get(pk=enquiry.pk)


def test_it_comes_back_changed_and_is_put_forward_anew(linh, bang, returned, jingxi):
    actions.edit(linh, returned, draft("LOCATE", case_number="AN-2026-15"), now=NOW)
    row = returned.addressees.get()
    assert (row.state, jingxi.hears()) == ("checked", [])
    actions.approve(bang, returned, now=NOW)
    [message] = jingxi.hears()
    assert message.body["case_number"] == "AN-2026-15"
    assert (Enquiry.objects.get().number, message.id) == (returned.number, returned.message_id)


def test_the_earlier_text_and_the_words_are_kept(linh, bang, returned):
    before = returned.body
    actions.edit(linh, returned, draft("LOCATE", case_number="AN-2026-15"), now=NOW)
    earlier = EarlierText.objects.get()
    assert (earlier.body, earlier.to_offices, earlier.by) == (before, [THEIRS], linh)
    assert [note.text for note in queries.notes_of(returned)] == ["Thiếu số vụ án."]
    events = [step.event for step in returned.addressees.get().steps.order_by("pk")]
    assert events == ["check", "return_to_author", "edit", "check"]


def test_a_change_voids_consents_and_releases(linh, bang, units, mara_sets, jingxi):
    mara_sets(2, cls="LOC")
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    actions.approve(bang, enquiry, now=NOW)
    release(units[0], enquiry.addressees.get())
    actions.edit(linh, enquiry, draft("LOCATE", case_number="AN-2026-15"), now=NOW)
    assert not Approval.objects.exists()
    assert enquiry.addressees.get().state == "checked"
    assert [one.decision for one in Release.objects.order_by("place")] == ["approved", "lapsed"]
    actions.approve(bang, enquiry, now=NOW)
    assert link_of(enquiry.addressees.get()).unit == units[0].unit
    assert jingxi.hears() == []


def test_nobody_consents_to_a_text_that_was_changed_since_he_was_shown_it(linh, bang, returned, jingxi):
    shown = texts.of_enquiry(returned).digest
    actions.edit(linh, returned, draft("LOCATE", case_number="AN-2026-15"), now=NOW)
    with pytest.raises(Refused, match="text_was_changed"):
        actions.approve(bang, returned, shown=shown, now=NOW)
    assert not jingxi.hears()
    read = texts.of_enquiry(Enquiry.objects.get()).digest
    actions.approve(bang, returned, shown=read, now=NOW)
    assert [one.kind for one in jingxi.hears()] == ["LOCATE"]


def test_it_may_go_to_other_offices(linh, returned, jingxi, db):
    other, third = Partner(code="cn-longbang"), Partner(code="cn-shuikou")

    for partner in (other, third):
        met = directory.meet(partner.card(), now=NOW)
        directory.trust(met, fingerprint=offices.fingerprint_of(met), now=NOW)
    actions.edit(linh, returned, draft("LOCATE", to=(other.code, third.code)), now=NOW)
    assert set(returned.addressees.values_list("office", flat=True)) == {other.code, third.code}
    actions.edit(linh, returned, draft("LOCATE", to=(third.code,)), now=NOW)
    assert list(returned.addressees.values_list("office", "state")) == [(third.code, "checked")]


def test_nobody_else_changes_it_and_nobody_what_was_sent(linh, bang, returned, jingxi):
    with pytest.raises(Refused, match="only_its_author"):
        actions.edit(bang, returned, draft("LOCATE"), now=NOW)
    sent = actions.ask(linh, draft(), now=NOW)
    with pytest.raises(Refused, match="not_now"):
        actions.edit(linh, sent, draft(), now=NOW)


def test_what_policy_refuses_is_not_kept(linh, returned):
    with pytest.raises(Malformed):
        actions.edit(linh, returned, draft("LOCATE", birth="some day"), now=NOW)
    with pytest.raises(Refused):
        actions.edit(linh, returned, draft("LOCATE", decision_number=""), now=NOW)
    assert returned.addressees.get().state == "returned"
    assert not EarlierText.objects.exists()


def test_what_is_not_found_any_more_was_changed(linh, returned):
    rows = Addressee.objects.all()
    assert list(searching.search(rows, "AN-2026-14"))
    actions.edit(linh, returned, draft("LOCATE", case_number="AN-2026-77"), now=NOW)
    assert not list(searching.search(rows, "AN-2026-14"))
    assert list(searching.search(rows, "AN-2026-77"))


def test_an_enquiry_that_never_left_is_withdrawn_everywhere_without_a_word(linh, returned, jingxi):
    actions.withdraw(linh, returned.addressees.get(), now=NOW)
    assert (returned.addressees.get().state, jingxi.hears()) == ("withdrawn", [])
