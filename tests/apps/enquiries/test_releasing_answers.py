"""An answer goes through the release chain of its office; the other side hears nothing of that."""

import pytest

from lienlac.apps.enquiries import actions, chains, queries
from lienlac.core.errors import Refused
from tests.apps.enquiries.releasing import LATER, digest_of, link_of, release
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.world import SURE


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
    given.refresh_from_db()
    assert (given.returned_at, queries.waiting_answer(row)) == (LATER, None)
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
