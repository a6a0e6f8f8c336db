"""Answering what came: the six buttons, who may, what leaves and when."""

from datetime import timedelta

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import queries as offices
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions, clocks, queries
from lienlac.apps.enquiries.actions import sending
from lienlac.apps.enquiries.models import Addressee, Answer
from lienlac.apps.records import vault
from lienlac.core.errors import LienlacError, Refused
from lienlac.core.journeys.answers import BUTTONS
from tests.apps.enquiries import world
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import MATTER, NOW, OURS, PERSON, SURE, THEIRS

LATER = NOW + timedelta(hours=2)
FIVE_DAYS = "2026-11-26T09:00:00Z"
GIVEN = {
    "NOHIT": SURE,
    "FULL": SURE
    | {"identity_confirmed": True, "subject_name": "Đàm Khánh Viễn", "subject_name_language": "vi"},
    "CLARIFY": {"text": "Năm sinh?", "text_language": "vi"},
    "STATUS": {"until": FIVE_DAYS},
    "FORWARDED": {"forwarded_to": "vn-cao-bang"},
    "REFUSED": {"outward_ground": "RF15"},
}
STATE = {
    "NOHIT": "answered",
    "FULL": "answered",
    "CLARIFY": "clarifying",
    "STATUS": "in_work",
    "FORWARDED": "forwarded",
    "REFUSED": "refused",
}


@pytest.fixture
def came(jingxi):
    """An enquiry that Qin of Jingxi asks of us."""
    return received(jingxi, "VER_ID", urgency="U5")


@pytest.fixture
def cao_bang(jingxi):
    """A second office of our own node."""
    node = offices.this_node()
    return directory.add_office(
        code="vn-cao-bang", node=node, country="VN", kind="provincial_police", time_zone="Asia/Ho_Chi_Minh",
        languages=("vi",), names={"vi": "Công an tỉnh (mẫu)"},
    )  # fmt: skip


def received(partner, kind, *, now=NOW, **changes):
    arrival = partner.say(kind, BODIES[kind] | changes, now=now)
    assert arrival.state == "stored", arrival.reason
    return Addressee.objects.get(enquiry__message_id=arrival.message.message_id)


def test_the_buttons_are_the_six_that_are_tested_here():
    assert set(BUTTONS.values()) == set(GIVEN)


@pytest.mark.parametrize("response", GIVEN)
def test_each_of_the_six_answers_leaves_and_moves_the_enquiry(response, linh, jingxi, came, cao_bang):
    actions.answer(linh, came, response, GIVEN[response], now=LATER)
    [answer] = jingxi.hears(kind="ANSWER")
    assert answer.body == GIVEN[response] | {"response": response, "of": came.enquiry.message_id}
    assert (answer.from_office, answer.to_offices, answer.in_reply_to) == (
        OURS,
        (THEIRS,),
        came.enquiry.message_id,
    )
    came.refresh_from_db()
    assert came.state == STATE[response]
    assert (came.answered_at == LATER) == (STATE[response] in ("answered", "refused"))


def test_opening_tells_the_asker_once(linh, jingxi, came):
    actions.open_enquiry(linh, came, now=LATER)
    actions.open_enquiry(linh, came, now=LATER + timedelta(hours=1))
    assert [one.body["stage"] for one in jingxi.hears(kind="RECEIPT")] == ["R2"]
    assert (came.opened_at, came.taken_by, came.state) == (LATER, linh, "taken")


def test_an_answer_given_twice_is_refused_and_keeps_nothing(linh, jingxi, came):
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF15"}, now=LATER)
    with pytest.raises(Refused, match="not_now"):
        actions.answer(linh, came, "STATUS", {"until": FIVE_DAYS}, now=LATER)
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("response", "body"),
    [
        ("STATUS", {}),
        ("STATUS", {"until": "2020-01-01T00:00:00.000Z"}),
        ("FORWARDED", {}),
        ("FORWARDED", {"forwarded_to": THEIRS}),
        ("FORWARDED", {"forwarded_to": OURS}),
        ("FORWARDED", {"forwarded_to": "nowhere"}),
        ("REFUSED", {}),
        ("REFUSED", {"outward_ground": "RF12"}),
        ("NOHIT", {"extension_reason": "Chờ hồ sơ", **SURE}),
        ("MAYBE", {}),
    ],
)
def test_an_answer_that_lacks_what_it_must_say_is_not_given(response, body, linh, jingxi, came):
    with pytest.raises(LienlacError):
        actions.answer(linh, came, response, body, now=LATER)
    assert not Answer.objects.exists()
    came.refresh_from_db()
    assert came.opened_at is None
    assert jingxi.hears() == []


def test_mara_and_officers_without_certificate_cannot_answer(linh, mara, came):
    with pytest.raises(Refused, match="officer_may_not"):
        actions.answer(mara, came, "NOHIT", SURE, now=LATER)
    linh.certified_to = None
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.answer(linh, came, "FULL", GIVEN["FULL"], now=LATER)


# --- refusals that state no reason -------------------------------------------------------------------------------


def test_a_refusal_without_reason_waits_for_a_random_hour_in_the_second_half(linh, jingxi, came):
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF00"}, now=LATER, draw=lambda: 0.5)
    came.refresh_from_db()
    clock = clocks.read(came)
    half = clock.started_at + (came.final_answer_by - clock.started_at) / 2
    assert half <= came.leaves_at < came.final_answer_by
    assert (came.state, came.answered_at, jingxi.hears(kind="ANSWER")) == ("held", None, [])
    assert list(queries.owed_by_us(linh)) == []
    assert actions.send_due(now=came.leaves_at - timedelta(seconds=1)) == 0
    leaves = came.leaves_at
    assert (actions.send_due(now=leaves), actions.send_due(now=leaves)) == (1, 0)
    [answer] = jingxi.hears(kind="ANSWER")
    assert answer.body == {"response": "REFUSED", "outward_ground": "RF00", "of": came.enquiry.message_id}
    assert answer.created == world.moments.to_wire(leaves)  # nothing in it tells when it was decided
    came.refresh_from_db()
    assert (came.state, came.answered_at, came.leaves_at) == ("refused", leaves, None)


def test_a_silent_refusal_that_breaks_keeps_no_other_from_leaving(linh, jingxi, came, monkeypatch):
    other = received(jingxi, "VER_ID", urgency="U5")
    for row in (came, other):
        actions.answer(linh, row, "REFUSED", {"outward_ground": "RF00"}, now=LATER)
    late, walk = NOW + timedelta(days=90), sending.walk
    with monkeypatch.context() as torn:
        torn.setattr(sending, "walk", lambda row, *a, **more: 1 / 0 if row == came else walk(row, *a, **more))
        assert actions.send_due(now=late) == 1
    came.refresh_from_db()
    other.refresh_from_db()
    assert (came.state, other.state) == ("held", "refused")
    assert actions.send_due(now=late) == 1


def test_the_inside_ground_is_kept_and_decides_what_leaves(linh, jingxi, came):
    given = actions.answer(
        linh,
        came,
        "REFUSED",
        {"inside_ground": "RF12", "outward_ground": "RF15"},
        now=LATER,
        draw=lambda: 0.0,
    )
    assert (given.body["outward_ground"], given.own_body) == ("RF00", {"inside_ground": "RF12"})
    came.refresh_from_db()
    actions.send_due(now=came.leaves_at)
    assert "RF12" not in str(jingxi.hears(kind="ANSWER")[0].body)


def test_a_refusal_decided_after_the_last_deadline_leaves_at_the_next_look(linh, came):
    late = came.final_answer_by + timedelta(days=1)
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF00"}, now=late)
    came.refresh_from_db()
    assert came.leaves_at == late


def test_a_withdrawn_enquiry_gets_no_silent_refusal(linh, jingxi, came):
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF00"}, now=LATER)
    jingxi.say("WITHDRAWAL", {"of": came.enquiry.message_id}, now=LATER)
    came.refresh_from_db()
    assert (came.state, actions.send_due(now=NOW + timedelta(days=90))) == ("withdrawn", 0)


def test_one_revoked_partner_does_not_stop_the_refusals(linh, jingxi, came):
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF00"}, now=LATER)
    Node.objects.filter(code=THEIRS).update(standing=Node.Standing.REVOKED)
    far = NOW + timedelta(days=60)
    assert actions.send_due(now=far) == 0
    Node.objects.filter(code=THEIRS).update(standing=Node.Standing.TRUSTED)
    assert actions.send_due(now=far) == 1


# --- SG18, SG34, SG39 through the verbs --------------------------------------------------------------------------


def protect(diep, **changes):
    vault.enter(
        diep,
        vault.Person(names=("Đàm Khánh Viễn",), why="persecution", claims_persecution_by="CN", **changes),
        retention_until=NOW.date().replace(year=2030),
        now=NOW,
    )


def test_nothing_about_a_protected_person_leaves_and_the_desk_reads_an_ordinary_hold(
    linh, diep, jingxi, came
):
    protect(diep)
    for response in ("FULL", "NOHIT"):
        with pytest.raises(Refused) as said:
            actions.answer(linh, came, response, GIVEN[response], now=LATER)
        assert (said.value.code, said.value.facts) == ("held_for_review", {"rule": "", "stop": ""})
        came.refresh_from_db()
    assert jingxi.hears(kind="ANSWER") == []
    actions.answer(linh, came, "REFUSED", {"outward_ground": "RF00"}, now=LATER)


def test_the_vault_hears_whom_a_clarification_names(linh, diep, jingxi):
    protect(diep)
    row = received(jingxi, "VER_ID", subject_name="韦明霞", subject_name_language="zh-hans")
    told = {"of": row.enquiry.message_id, "subject_name": "Đàm Khánh Viễn", "subject_name_language": "vi"}
    assert jingxi.say("CLARIFICATION", told).state == "stored"
    with pytest.raises(Refused, match="held_for_review"):
        actions.answer(linh, row, "NOHIT", SURE, now=LATER)


def test_of_two_officers_who_answer_at_the_same_moment_one_has_answered(linh, bang, jingxi, came):
    seen_by_bang = Addressee.objects.select_related("enquiry").get(pk=came.pk)
    actions.answer(linh, came, "NOHIT", SURE, now=LATER)
    with pytest.raises(Refused, match="not_now"):
        actions.answer(bang, seen_by_bang, "FULL", GIVEN["FULL"], now=LATER)
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == ["NOHIT"]


def test_the_protection_officer_alone_lets_an_answer_go(linh, diep, jingxi, came):
    protect(diep)
    with pytest.raises(Refused, match="officer_may_not"):
        vault.release(linh, came.enquiry.message_id, now=LATER)
    vault.release(diep, came.enquiry.message_id, now=LATER)
    actions.answer(linh, came, "NOHIT", SURE, now=LATER)
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == ["NOHIT"]


def test_whereabouts_never_leave_without_the_hosts_decision(linh, bang, diep, jingxi, came):
    with pytest.raises(Refused) as said:
        actions.answer(linh, came, "FULL", GIVEN["FULL"] | {"address": "Số 1 phố Mẫu"}, now=LATER)
    assert said.value.facts["rule"] == "SG39"
    located = received(jingxi, "LOCATE")
    with pytest.raises(Refused) as said:
        actions.answer(linh, located, "FULL", SURE | {"located": True, "write_to": OURS}, now=LATER)
    assert said.value.code == "host_release_missing"


def test_a_locate_is_answered_by_two_people_after_the_protection_desks_release(linh, bang, diep, jingxi):
    row = received(jingxi, "LOCATE")
    vault.release(diep, row.enquiry.message_id, now=LATER)
    given = actions.answer(linh, row, "FULL", SURE | {"located": True, "write_to": OURS}, now=LATER)
    assert (given.sent, jingxi.hears(kind="ANSWER")) == (False, [])
    assert (list(queries.to_approve(bang)), list(queries.to_approve(linh))) == ([row], [])
    with pytest.raises(Refused, match="approver_is_author"):
        actions.approve_answer(linh, given, now=LATER)
    with pytest.raises(Refused, match="answer_waits"):
        actions.answer(linh, row, "STATUS", {"until": FIVE_DAYS}, now=LATER)
    actions.approve_answer(bang, given, now=LATER)
    assert jingxi.hears(kind="ANSWER")[0].body["located"] is True
    row.refresh_from_db()
    assert row.state == "answered"


def test_an_answer_that_waits_can_be_taken_back(linh, diep, jingxi):
    row = received(jingxi, "LOCATE")
    vault.release(diep, row.enquiry.message_id, now=LATER)
    given = actions.answer(linh, row, "FULL", SURE | {"located": False, "write_to": OURS}, now=LATER)
    actions.drop_answer(linh, given, now=LATER)
    assert not Answer.objects.exists()
    actions.answer(linh, row, "STATUS", {"until": FIVE_DAYS}, now=LATER)


# --- more time, another unit -------------------------------------------------------------------------------------


def test_the_deadline_is_renewed_once_with_a_reason(linh, jingxi, came):
    before = came.final_answer_by
    renewed = {"until": FIVE_DAYS, "extension_reason": "Chờ hồ sơ của tỉnh"}
    actions.answer(linh, came, "STATUS", renewed, now=LATER)
    came.refresh_from_db()
    assert came.final_answer_by == before + timedelta(days=30)
    with pytest.raises(Refused, match="already_extended"):
        actions.answer(linh, came, "STATUS", renewed, now=LATER)
    assert len(jingxi.hears(kind="ANSWER")) == 1


def test_a_deadline_that_knows_no_renewal_is_not_renewed(linh, jingxi):
    row = received(jingxi, "VER_ID", urgency="U4")
    with pytest.raises(Refused, match="extension_not_allowed"):
        actions.answer(linh, row, "STATUS", {"until": FIVE_DAYS, "extension_reason": "Chờ"}, now=LATER)


def test_the_unit_it_was_passed_to_works_on_with_the_same_clock(linh, jingxi, came, cao_bang):
    from tests.apps.accounts.people import officer

    an = officer("an")
    an.office = "vn-cao-bang"
    an.save()
    assert queries.one(an, came.pk) is None
    before = came.final_answer_by
    actions.answer(linh, came, "FORWARDED", {"forwarded_to": "vn-cao-bang"}, now=LATER)
    row = queries.one(an, came.pk)
    assert (row.final_answer_by, list(queries.owed_by_us(an))) == (before, [row])
    actions.answer(an, row, "NOHIT", SURE, now=LATER)
    assert [one.from_office for one in jingxi.hears(kind="ANSWER")] == [OURS, OURS]


def test_a_test_call_is_answered_by_the_person_who_opens_it(linh, jingxi):
    row = received(jingxi, "HOTLINE_TEST")
    actions.open_enquiry(linh, row, now=LATER)
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == ["FULL"]


def test_a_malformed_body_from_a_partner_is_refused_and_the_lane_goes_on(jingxi):
    arrival = jingxi.say("VER_ID", PERSON | MATTER | {"birth": "hôm qua"})
    assert (arrival.state, arrival.reason) == ("refused", "field_format")
    assert received(jingxi, "VER_ID").state == "received"


def test_a_code_of_a_newer_partner_is_kept_and_one_that_steers_is_not_understood(jingxi):
    row = received(jingxi, "VER_ID", why_there="SEEN_BY_DRONE")
    assert row.enquiry.body["why_there"] == "SEEN_BY_DRONE"
    arrival = jingxi.say("VER_ID", PERSON | MATTER | {"urgency": "U9"})
    assert arrival.state == "not_understood"
    assert jingxi.say("VER_ID", PERSON | MATTER, version=2).state == "not_understood"


def test_a_condition_of_use_that_nobody_here_knows_is_kept_until_somebody_does(jingxi):
    arrival = jingxi.say("VER_ID", PERSON | MATTER, handling=("H9", "TRAINING"))
    assert (arrival.state, arrival.reason) == ("not_understood", "unknown_code")
    refused = jingxi.say("VER_ID", PERSON | MATTER, agreement="NO-SUCH", handling=("H9", "TRAINING"))
    assert refused.state == "refused"
