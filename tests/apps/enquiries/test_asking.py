"""Asking: what may be asked leaves sealed and numbered; what may not leaves no trace."""

import pytest

from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions, queries, rules, texts
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.mailroom.models import Message, Parcel
from lienlac.core.errors import Malformed, Refused, Unauthentic
from lienlac.core.messages.kinds import KINDS, askable
from tests.apps.enquiries import world
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, MATTER, NOW, PERSON, THEIRS

CLOSED = [code for code, kind in KINDS.items() if not kind.open]
SECOND_PERSON_FIRST = {"LOCATE"}


def draft(kind="VER_ID", to=(THEIRS,), **changes):
    return Draft(
        kind=kind, body=BODIES.get(kind, PERSON | MATTER) | changes, to_offices=to, agreement=AGREEMENT
    )


def test_every_open_kind_has_a_body_here():
    assert set(BODIES) == {kind.code for kind in askable()}


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_every_open_kind_can_be_asked(kind, linh, bang, jingxi):
    enquiry = actions.ask(linh, draft(kind), now=NOW)
    if kind in SECOND_PERSON_FIRST:
        assert jingxi.hears() == []
        actions.approve(bang, enquiry, now=NOW)
    [message] = jingxi.hears()
    assert (message.id, message.kind, message.body) == (enquiry.message_id, kind, enquiry.body)
    assert enquiry.addressees.get().state == "sent"
    assert enquiry.number == "0001D/2026"


@pytest.mark.parametrize("kind", CLOSED)
def test_no_closed_kind_gets_through_the_verb_or_the_form(kind, linh):
    with pytest.raises(Refused) as said:
        actions.ask(linh, draft(kind), now=NOW)
    assert (said.value.code, said.value.facts["rule"]) == ("kind_not_open", "SG05")
    judged = rules.decision_to_ask(linh, draft(kind), draft(kind).body, door="form", now=NOW)
    assert (judged.permitted, judged.inside_ground) == (False, "RF20")
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("kind", CLOSED)
def test_every_closed_kind_that_comes_gets_a_signed_refusal_with_rf20(kind, jingxi):
    arrival = jingxi.say(kind, PERSON | MATTER)
    assert (arrival.state, arrival.outward_ground) == ("refused", "RF20")
    world.sequence()
    [receipt] = jingxi.hears(kind="RECEIPT")
    assert (receipt.body["status"], receipt.body["outward_ground"]) == ("refused", "RF20")
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS.values() if kind.service])
def test_nobody_asks_with_a_kind_of_the_exchange_itself(kind, linh):
    with pytest.raises(Refused, match="kind_not_open"):
        actions.ask(linh, draft(kind), now=NOW)


def test_what_is_refused_leaves_no_row_no_number_and_no_parcel(linh):
    with pytest.raises(Refused, match="grounds_missing"):
        actions.ask(linh, draft(why_there=""), now=NOW)
    assert not any(rows.objects.exists() for rows in (Enquiry, Addressee, Parcel))
    assert actions.ask(linh, draft(), now=NOW).number == "0001D/2026"


def test_numbers_run_on_without_a_double_and_begin_anew_with_the_year(linh):
    given = [actions.ask(linh, draft(), now=NOW).number for _ in range(3)]
    assert given == ["0001D/2026", "0002D/2026", "0003D/2026"]
    # half past midnight on 1 January at Trà Lĩnh is still the old year in UTC
    new_year = NOW.replace(year=2026, month=12, day=31, hour=17, minute=30)
    assert actions.ask(linh, draft(), now=new_year).number == "0001D/2027"


def test_neutrality_holds_in_the_verb_and_on_receipt(linh, jingxi):
    political = {"offence": "OTHER", "offence_article": "117"}  # propaganda, whatever it is called
    with pytest.raises(Refused) as said:
        actions.ask(linh, draft(**political), now=NOW)
    assert said.value.facts["rule"] == "SG01"
    arrival = jingxi.say("VER_ID", PERSON | MATTER | political)
    assert (arrival.state, arrival.outward_ground) == ("refused", "RF10")


@pytest.mark.parametrize(
    ("kind", "doubt", "code"),
    [
        ("VER_ID", {"offence_article": "318"}, "offence_needs_review"),
        ("LOCATE", {"refused_elsewhere": True}, "refused_elsewhere"),
    ],
)
def test_what_two_reviewers_would_have_to_see_is_refused_whole(kind, doubt, code, linh, jingxi):
    """SG02 has no verb: what it would hold neither waits nor leaves, and is not taken in."""
    with pytest.raises(Refused):
        actions.ask(linh, draft(kind, **doubt), now=NOW)
    assert not Enquiry.objects.exists()
    arrival = jingxi.say(kind, BODIES[kind] | doubt)
    assert (arrival.state, arrival.reason, jingxi.hears(kind="ANSWER")) == ("refused", code, [])
    assert not Enquiry.objects.exists()


def test_four_eyes_nobody_is_his_own_second_person(linh, bang, mara, jingxi):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    assert list(queries.to_approve(bang)) == [enquiry.addressees.get()]
    assert list(queries.to_approve(linh)) == []
    with pytest.raises(Refused, match="approver_is_author"):
        actions.approve(linh, enquiry, now=NOW)
    with pytest.raises(Refused):
        actions.approve(mara, enquiry, now=NOW)
    assert jingxi.hears() == []
    actions.approve(bang, enquiry, now=NOW)
    assert [one.kind for one in jingxi.hears()] == ["LOCATE"]


def test_a_second_person_without_a_certificate_is_none(linh, bang, jingxi):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    bang.certified_to = NOW.date().replace(year=2025)
    with pytest.raises(Refused, match="second_person_missing"):
        actions.approve(bang, enquiry, now=NOW)


def test_a_consent_is_bound_to_the_text(linh, bang, jingxi):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    consent = texts.of_enquiry(enquiry).digest
    enquiry.body = {**enquiry.body, "subject_name": "Ai khác"}
    assert texts.of_enquiry(enquiry).digest != consent


def test_what_a_second_person_returns_is_not_sent(linh, bang, jingxi):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    actions.return_to_author(bang, enquiry, now=NOW)
    assert jingxi.hears() == []
    row = enquiry.addressees.get()
    assert list(queries.not_sent(linh)) == [row]
    actions.withdraw(linh, row, now=NOW)
    assert (row.state, jingxi.hears()) == ("withdrawn", [])


def test_several_offices_get_one_message_each_with_its_own_state(db):
    from tests.apps.accounts.people import officer

    jingxi = world.Partner()
    centre = world.Partner(code="la-centre", country="LA", kind="regional_centre", time_zone="Asia/Vientiane")
    world.found_border(jingxi, centre)
    linh = officer("linh")
    enquiry = actions.ask(linh, draft(to=(THEIRS, "la-centre")), now=NOW)
    assert Message.objects.filter(kind="VER_ID").count() == 1
    assert jingxi.hears()[0].to_offices == centre.hears()[0].to_offices == (THEIRS, "la-centre")
    jingxi.receipt(enquiry.message_id, "R1")
    assert dict(enquiry.addressees.values_list("office", "state")) == {
        THEIRS: "received",
        "la-centre": "sent",
    }


@pytest.mark.parametrize("to", [(), (THEIRS, THEIRS), (THEIRS, "a", "b", "c")])
def test_one_to_three_different_offices_are_asked(to, linh):
    with pytest.raises(Malformed):
        actions.ask(linh, draft(to=to), now=NOW)


def test_an_office_that_nobody_knows_cannot_be_asked(linh):
    with pytest.raises(Refused, match="unknown_office"):
        actions.ask(linh, draft(to=("nowhere",)), now=NOW)


def test_a_partner_who_is_revoked_is_neither_asked_nor_heard(linh, jingxi):
    Node.objects.filter(code=THEIRS).update(standing=Node.Standing.REVOKED)
    with pytest.raises(Refused, match="partner_unknown"):
        actions.ask(linh, draft(), now=NOW)
    with pytest.raises(Unauthentic, match="stranger"):
        jingxi.say("VER_ID", PERSON | MATTER)


def test_handling_codes_travel_and_unknown_ones_do_not(linh, jingxi):
    made = Draft(
        kind="VER_ID", body=PERSON | MATTER, to_offices=(THEIRS,), agreement=AGREEMENT, handling=("H1", "H2")
    )
    actions.ask(linh, made, now=NOW)
    assert jingxi.hears()[0].handling == ("H1", "H2", "TRAINING")
    with pytest.raises(Malformed, match="field_code"):
        actions.ask(linh, Draft(kind="VER_ID", body=PERSON | MATTER, to_offices=(THEIRS,), agreement=AGREEMENT,
                                handling=("H9",)), now=NOW)  # fmt: skip


def test_what_is_for_this_node_alone_never_travels(linh, jingxi):
    enquiry = actions.ask(linh, draft(note_to_file="Nguồn tin ở chợ."), now=NOW)
    assert enquiry.own_body == {"note_to_file": "Nguồn tin ở chợ."}
    assert "note_to_file" not in jingxi.hears()[0].body


def test_mara_sees_nothing(linh, mara):
    actions.ask(linh, draft(), now=NOW)
    assert queries.newest(linh).count() == 1
    assert queries.newest(mara).count() == 0
    with pytest.raises(Refused, match="officer_may_not"):
        actions.ask(mara, draft(), now=NOW)
