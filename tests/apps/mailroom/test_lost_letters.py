"""Which letters of ours a partner lost when he was put back: what goes again by itself, what people must send anew."""

from __future__ import annotations

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lost
from lienlac.apps.mailroom.models import Incident, Lane, Parcel
from lienlac.core.lane.position import MAX_SEQ
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW
from tests.apps.mailroom.test_lost import told
from tests.apps.mailroom.test_receipted import ack, send


def incident() -> Incident:
    return Incident.objects.get(code=lost.CODE)


def shown(*, first: int = 0, number: int = 25) -> list[tuple[int, int, bool]]:
    """Parcel, place and whether it went again by itself, of each letter that is shown."""
    letters, _, _ = lost.letters(incident(), first=first, number=number)
    return [(one.parcel.pk, one.seq, one.again) for one in letters]


def test_what_had_its_receipt_must_be_sent_anew_and_what_waited_for_it_went_again(desk: Desk) -> None:
    sent = [send(desk) for _ in range(4)]
    ack(desk, sent[-1])
    desk.take_in(desk.partner.receipt_parcel(sent[1], sent[2]))
    told(2, 4, before=sent[0].digest)
    assert shown() == [(sent[1].pk, 2, False), (sent[2].pk, 3, False), (sent[3].pk, 4, True)]
    assert lost.went_again(incident()) == 1
    again = Parcel.objects.get(pk=sent[3].pk)
    assert (again.in_outbox, again.epoch != sent[3].epoch) == (True, True), (
        "it has a new place, and waits there"
    )


def test_what_the_partner_kept_and_what_he_never_had_are_no_lost_letters(desk: Desk) -> None:
    sent = [send(desk) for _ in range(2)]
    ack(desk, sent[-1])
    desk.take_in(desk.partner.receipt_parcel(*sent))
    send(desk)
    told(2, 2, before=sent[0].digest)
    assert shown() == [(sent[1].pk, 2, False)]


def test_a_receipt_is_no_letter(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    mine = send(desk)
    told(1, 2)
    assert shown() == [(mine.pk, 2, True)]


def test_what_he_had_refused_is_not_to_be_sent_anew(desk: Desk) -> None:
    mine = send(desk)
    ack(desk, mine)
    desk.take_in(desk.partner.receipt_parcel(mine, status="refused", outward_ground="RF02"))
    assert Parcel.objects.get(pk=mine.pk).state == "refused"
    told(1, 1)
    assert shown() == []


def test_a_partner_who_names_every_place_there_is_names_no_letter_of_another_lane(desk: Desk) -> None:
    mine = send(desk)
    ack(desk, mine)
    desk.take_in(desk.partner.receipt_parcel(mine))
    told(1, MAX_SEQ)
    assert shown() == [(mine.pk, 1, False)]
    other = Node.objects.create(code="somebody-else", country="LA", standing="trusted", introduced_at=NOW)
    Lane.objects.create(partner=other, direction="out", lane_class=NORMAL, state={})
    Incident.objects.update(partner=other)
    assert shown() == [], "he names the epoch of a lane that is not his"


def test_of_a_thousand_that_went_again_fifty_are_named_and_all_are_counted(desk: Desk) -> None:
    sent = [send(desk) for _ in range(lost.NOTED + 3)]
    ack(desk, sent[-1])
    desk.take_in(desk.partner.receipt_parcel(sent[0]))
    told(1, len(sent))
    facts = incident().facts
    assert (len(facts["again"]), facts["again_number"]) == (lost.NOTED, lost.NOTED + 2)
    _, total, anew = lost.letters(incident(), first=0, number=25)
    assert (total, anew) == (lost.NOTED + 1, 1)
    pages = [shown(first=at, number=25) for at in range(0, total, 25)]
    assert [one for page in pages for one in page] == shown(number=100)
    assert [len(page) for page in pages] == [25, 25, 1]
    assert shown(first=1000) == []


def test_an_incident_that_noted_no_lane_names_no_letter(desk: Desk) -> None:
    send(desk)
    Incident.objects.create(partner=desk.node, code=lost.CODE, at=NOW)
    assert shown() == []
