"""The release chain: units outside the node release what is said, on screen or on paper; nobody outside sees it."""

from dataclasses import replace

import pytest

from lienlac.apps.audit.models import Opening
from lienlac.apps.enquiries import actions, attachments, chains, queries, texts
from lienlac.apps.enquiries.models import Enquiry, FollowUp, Release, Review
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import Malformed, Refused
from tests.apps.enquiries.releasing import LATER, UNITS, digest_of, draft, link_of, paper, release, told
from tests.apps.enquiries.test_attachments import PDF as ATTACHED
from tests.apps.enquiries.test_attachments import TRAY, put
from tests.apps.enquiries.world import NOW, OURS, PERSON, THEIRS

PDF_OF_ANOTHER = b"%PDF-1.7 another decision"


def test_setting_a_chain_says_in_the_ledger_whose_and_how_long_and_is_an_administrators(mara, linh, jingxi):
    actions.set_chain(mara, OURS, "INF", "ask", UNITS[:2], now=NOW)
    assert told() == ["chain.ask.INF"]
    with pytest.raises(Refused, match="officer_may_not"):
        actions.set_chain(linh, OURS, "INF", "ask", [], now=NOW)
    with pytest.raises(Malformed, match="name_invisible"):
        actions.set_chain(mara, OURS, "INF", "ask", ["unit\u202e"], now=NOW)
    assert queries.chains_of([OURS]).get(cls="INF").units == list(UNITS[:2])


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
