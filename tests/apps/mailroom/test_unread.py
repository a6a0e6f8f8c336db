"""What this node does not understand: who may see what of it, that it is noted, and that it fills no disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lienlac.apps.accounts import actions as accounts
from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.actions import keeping
from lienlac.apps.mailroom.models import Arrival, Incident
from lienlac.core import envelope
from lienlac.core.envelope import frames
from lienlac.core.errors import NotUnderstood, Refused
from lienlac.core.lane import LaneClass
from lienlac.core.messages import canonical
from tests.apps.mailroom.conftest import Desk, states
from tests.apps.mailroom.partner import NOW, OUR_OFFICE, Wire

KIND = "TELEPATHY"


def officer(username: str, role: str, office: str = OUR_OFFICE) -> User:
    return accounts.open_account(
        username=username,
        password="border-post-test-2026",
        full_name="Nông Thùy Linh",
        role=role,
        office=office,
        language="vi",
    )


def strange(desk: Desk, **changed: Any) -> Wire:
    """A parcel with a message of a kind that nobody here knows."""
    return desk.partner.parcel(desk.partner.message(kind=KIND, **changed))


def newer_suite(desk: Desk) -> Wire:
    """A parcel whose envelope nobody here can open."""
    sealed = desk.partner.sealed()
    header, *rest = frames.unpack(sealed, count=4, max_bytes=len(sealed))
    newer = canonical.encode({**canonical.decode(header), "suite": 9})  # type: ignore[dict-item]
    return desk.partner.place(frames.pack(newer, *rest))


def newer_frame(desk: Desk, **more: Any) -> Wire:
    """A parcel whose message has a member that nobody here knows, sealed and signed as it must be."""
    said = canonical.decode(desk.partner.message().to_bytes()) | {"colour": "red"} | more  # type: ignore[operator]
    signed = envelope.sign(envelope.MESSAGE_TYPE, canonical.encode(said), desk.partner.author_key)
    sealed = envelope.seal(
        signed,
        sender=desk.partner.code,
        recipients=[envelope.Recipient(node="vn-tra-linh", key=desk.partner.to_us)],  # type: ignore[arg-type]
        node_key=desk.partner.node_key,
    )
    return desk.partner.place(sealed)


def unread() -> Arrival:
    return queries.unread().get()


def test_an_officer_of_the_office_reads_it_as_it_was_signed_and_the_look_is_noted(desk: Desk) -> None:
    message = desk.partner.message(kind=KIND, body={"words": "谭\u200b庆远"})
    desk.take_in(desk.partner.parcel(message))
    linh = officer("linh", "duty_officer")
    assert mailroom.read_raw(linh, unread(), now=NOW) == canonical.decode(message.to_bytes())
    (look,) = reading.looks_of("linh", limit=9)
    assert (look.kind, look.subjects) == ("record_read", (Thing(list="enquiry", key=message.id),))


def test_a_look_at_what_answers_an_enquiry_is_a_look_at_that_enquiry(desk: Desk) -> None:
    desk.take_in(strange(desk, in_reply_to="e" * 32))
    mailroom.read_raw(officer("linh", "supervisor"), unread(), now=NOW)
    assert len(reading.looks_at(Thing(list="enquiry", key="e" * 32), limit=9)) == 1


@pytest.mark.parametrize(
    ("role", "office"),
    [
        ("administrator", OUR_OFFICE),
        ("inspector", OUR_OFFICE),
        ("leader", OUR_OFFICE),
        ("duty_officer", "vn-cao-bang"),
    ],
)
def test_nobody_else_reads_it_and_no_look_is_noted(desk: Desk, role: str, office: str) -> None:
    desk.take_in(strange(desk))
    other = officer("mara", role, office)
    assert not queries.may_read(other, unread())
    with pytest.raises(Refused, match="not_there"):
        mailroom.read_raw(other, unread(), now=NOW)
    assert reading.looks_of("mara", limit=9) == []


def test_who_it_is_for_and_of_what_kind_is_known_without_opening_it_again(desk: Desk) -> None:
    message = desk.partner.message(kind=KIND, version=3)
    desk.take_in(desk.partner.parcel(message))
    assert unread().frame == {
        "from": "cn-jingxi",
        "id": message.id,
        "in_reply_to": None,
        "kind": KIND,
        "to": [OUR_OFFICE],
        "version": 3,
    }
    assert "words" not in str(unread().frame)


def test_of_a_newer_frame_what_has_our_shape_is_known_and_the_whole_is_shown(desk: Desk) -> None:
    desk.take_in(newer_frame(desk, kind="<b>no kind</b>"))
    row = unread()
    assert row.reason == "newer_message"
    assert row.frame is not None
    assert row.frame["to"] == [OUR_OFFICE]
    assert "kind" not in row.frame
    raw = mailroom.read_raw(officer("linh", "duty_officer"), row, now=NOW)
    assert raw["colour"] == "red"  # type: ignore[index,call-overload]


def test_of_what_does_not_open_nobody_is_named_and_only_the_outside_can_be_read(desk: Desk) -> None:
    desk.take_in(newer_suite(desk))
    row = unread()
    assert (row.reason, row.frame) == ("unknown_suite", None)
    assert not queries.may_read(officer("linh", "duty_officer"), row)
    outside = queries.outside_of(row)
    assert outside["suite"] == 9  # type: ignore[index,call-overload]


def test_nothing_of_it_stays_here_once_an_upgrade_has_taken_it_up(desk: Desk) -> None:
    desk.take_in(strange(desk))
    newer = replace(desk.receivers, by_kind={KIND: desk.came.append})
    assert mailroom.retry_not_understood(newer, now=NOW) == 1
    row = Arrival.objects.get()
    assert (row.state, row.kept, row.frame, bytes(row.envelope)) == ("stored", 0, None, b"")
    assert not queries.unread().exists()


def test_a_second_look_that_fails_for_another_reason_says_the_new_one(desk: Desk) -> None:
    def newer_code(_delivery: object) -> None:
        raise NotUnderstood("unknown_code")

    desk.take_in(strange(desk))
    newer = replace(desk.receivers, by_kind={KIND: newer_code})
    assert mailroom.retry_not_understood(newer, now=NOW) == 0
    assert states() == [("not_understood", "unknown_code")]
    assert unread().kept


def test_each_line_says_how_much_of_it_lies_unread(desk: Desk) -> None:
    desk.take_in(strange(desk), newer_suite(desk), desk.partner.parcel())
    desk.take_in(desk.partner.parcel(desk.partner.message(kind=KIND), LaneClass.URGENT))
    assert [(line.partner.code, line.unread) for line in queries.lines()] == [("cn-jingxi", 3)]


def test_beyond_the_bound_it_is_refused_with_a_ground_of_its_own_and_blocks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_SEALED", 2)
    desk.take_in(strange(desk), newer_suite(desk), strange(desk), newer_suite(desk), desk.partner.parcel())
    kept = [("not_understood", "unknown_kind"), ("not_understood", "unknown_suite")]
    assert states() == [*kept, ("refused", "unread_full"), ("refused", "unread_full"), ("stored", "")]
    told = [(body["status"], body.get("outward_ground")) for body in desk.receipt_each()]
    assert told == [("not_understood", None)] * 2 + [("refused", "RF21")] * 2 + [("stored", None)]
    assert [bool(one.envelope) for one in Arrival.objects.order_by("pk")] == [True, True, False, False, False]
    (incident,) = Incident.objects.all()
    assert (incident.code, incident.count) == ("unread_full", 2)


def test_the_bound_counts_bytes_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = strange(desk), strange(desk)
    monkeypatch.setattr(keeping, "MOST_SEALED_BYTES", len(first[1]) + len(second[1]) - 1)
    desk.take_in(first, second)
    assert [state for state, _reason in states()] == ["not_understood", "refused"]
    assert sum(Arrival.objects.values_list("kept", flat=True)) == len(first[1])


def test_what_an_upgrade_takes_up_makes_room_for_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_SEALED", 1)
    desk.take_in(strange(desk))
    newer = replace(desk.receivers, by_kind={KIND: desk.came.append})
    assert mailroom.retry_not_understood(desk.receivers, now=NOW) == 0  # at the bound, and it is still kept
    mailroom.retry_not_understood(newer, now=NOW)
    desk.take_in(strange(desk))
    assert [state for state, _reason in states()] == ["stored", "not_understood"]


def test_what_is_refused_fills_no_disk_either_and_is_refused_as_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_SEALED", 1)
    broken = [desk.partner.place(desk.partner.sealed()[:-1]) for _ in range(3)]
    desk.take_in(*broken, strange(desk))
    assert [state for state, _reason in states()] == ["refused"] * 3 + ["not_understood"]
    assert [bool(one.envelope) for one in Arrival.objects.order_by("pk")] == [True, False, False, True]
    assert [body.get("outward_ground") for body in desk.receipt_each()] == ["RF02"] * 3 + [None]
    assert not Incident.objects.exists()
