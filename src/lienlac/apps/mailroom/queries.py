"""Questions to the mailroom: what is due, to whom, what became of a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.chunks import content_of
from lienlac.apps.mailroom.models import Arrival, Incident, Lane, Line, Message, Parcel, Receipt
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.envelope import frames
from lienlac.core.envelope.envelope import MAX_HEADER_BYTES
from lienlac.core.errors import LienlacError
from lienlac.core.lane import WINDOWS, Claim, LaneClass, Load, Standing, Until, how_many, rows
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.core.policy.grounds import KEY_GONE


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A parcel to hand to the line. `to_be_marked`: people look when it left, and it has not left before."""

    pk: int
    lane_class: LaneClass
    seq: int
    position: bytes
    envelope: bytes
    to_be_marked: bool


def claims(partner: Node) -> dict[LaneClass, Claim]:
    """Return what this node claims of each lane to a partner that has ever been used."""
    found = _LANES(partner.pk, str(Lane.Direction.OUT))
    return {LaneClass(row.lane_class): rows.load_outgoing(row.state).claim() for row in found}


_LANES = Prepared[Lane](
    lambda partner, direction: Lane.objects.filter(partner_id=partner, direction=direction)
)


def standings(partner: Node) -> dict[LaneClass, Standing]:
    """Return where this node stands in each lane from a partner."""
    found = _LANES(partner.pk, str(Lane.Direction.IN))
    return {LaneClass(row.lane_class): rows.load_incoming(row.state).standing() for row in found}


def has_outbox(partner: Node) -> bool:
    """Say whether a place was given that the partner has not acknowledged (not merely a receipt that is due)."""
    return bool(lanes_with_outbox(partner))


def lanes_with_outbox(partner: Node) -> set[LaneClass]:
    """Return the lanes to a partner in which a place was given that he has not acknowledged."""
    speaking = _SPEAKING(partner.pk)
    return {LaneClass(row.lane_class) for row in speaking if row.owing}


def with_outbox() -> set[str]:
    """Return the codes of the partners for whom something lies here that they have not acknowledged."""
    return set(_OWING())


def _open_lanes() -> QuerySet[Lane]:
    """Lanes in which something may go, as the partner stands now: he may have been revoked since the greeting."""
    return Lane.objects.filter(
        direction=Lane.Direction.OUT, frozen=False, partner__standing__in=directory.SPEAKS_WITH_US
    )


def _owing() -> QuerySet[Lane, str]:
    """By an index of those alone: a hub that looks through three hundred lanes at each ring does little else."""
    return _open_lanes().filter(owing=True).values_list("partner__code", flat=True)


_OWING = Prepared[str](_owing)
_SPEAKING = Prepared[Lane](lambda partner: _open_lanes().filter(partner_id=partner))


def next_batch(partner: Node, cursors: dict[LaneClass, int], *, most: int = 0) -> list[Outgoing]:
    """Return the next parcels in lane order, urgent first, within the lanes' windows, and no more than `most` if said.

    `cursors` says for each lane from which place of the present epoch on; a lane without one is left alone.
    """
    lanes = {LaneClass(row.lane_class): row for row in _SPEAKING(partner.pk)}
    for lane_class in LaneClass:
        row, first = lanes.get(lane_class), cursors.get(lane_class)
        if row and first and row.state["sent"] >= first and (batch := _batch(row, lane_class, first, most)):
            return batch
    return []


def _batch(row: Lane, lane_class: LaneClass, first: int, most: int) -> list[Outgoing]:
    place = (row.pk, str(row.state["epoch"]), first)
    sizes = _SIZES[lane_class](*place)
    fits = sizes[: how_many(WINDOWS[lane_class], Load(), [size for _, size in sizes])][: most or None]
    # The envelopes only of those that go: a hundred of the largest would fill the memory of an old laptop.
    return [
        Outgoing(
            pk=key,
            lane_class=lane_class,
            seq=seq,
            position=bytes(position),
            envelope=bytes(envelope),
            to_be_marked=sent_at is None and until != Until.ACK,
        )
        for key, seq, position, envelope, sent_at, until in (_PARCELS(*place, fits[-1][0]) if fits else ())
    ]


def _waiting(lane: int, epoch: str, first: int) -> QuerySet[Parcel]:
    waiting = Parcel.objects.filter(lane_id=lane, in_outbox=True, epoch=epoch, seq__gte=first)
    return waiting.order_by("seq")


def _sizes(window: int) -> Prepared[tuple[int, int]]:
    return Prepared(lambda *place: _waiting(*place).values_list("seq", "size")[:window])


_SIZES = {lane_class: _sizes(window.parcels) for lane_class, window in WINDOWS.items()}
_PARCELS = Prepared(
    lambda lane, epoch, first, last: (
        _waiting(lane, epoch, first)
        .filter(seq__lte=last)
        .values_list("pk", "seq", "position", "envelope", "sent_at", "until")
    )
)


def due_receipts() -> QuerySet[Arrival]:
    """Arrivals whose R1 can be signed now: the leaf has its place, and the partner is one whom we speak with."""
    return Arrival.objects.filter(
        receipt_due=True,
        leaf__place__isnull=False,
        lane__partner__standing__in=directory.SPEAKS_WITH_US,
    )


def receipts_owed() -> bool:
    """Say whether a partner waits for an R1, be its leaf in its place yet or not."""
    return bool(_OWED())


_OWED = Prepared[int](lambda: Arrival.objects.filter(receipt_due=True).values_list("pk", flat=True)[:1])


def receipts_due() -> bool:
    """Say whether an R1 can be signed now."""
    return bool(_DUE())


_DUE = Prepared[int](lambda: due_receipts().values_list("pk", flat=True)[:1])


@dataclass(frozen=True, kw_only=True)
class LineState:
    """The state of all lines at a glance; `state` is a code of the list `line_states`.

    `waiting` parcels lie here for him; `unread` ones of his this node does not understand yet.
    """

    partner: Node
    state: str
    waiting: int
    unread: int
    oldest_at: datetime | None
    last_through_at: datetime | None
    failing_since: datetime | None
    next_try_at: datetime | None
    error: str


def lines() -> Sequence[LineState]:
    """Return the state of the line to each partner.

    Paused ones too, and revoked ones for whom or of whom something still lies here.
    """
    unread_of = unread().filter(lane__partner=OuterRef("pk")).order_by().values("lane__partner")
    # Asked apart, so that the index `waiting_by_lane` answers: the rows of a million parcels are gigabytes.
    waiting = Parcel.objects.filter(
        lane__partner=OuterRef("pk"), in_outbox=True, state=Parcel.State.WAITING
    ).order_by()
    waiting_of = waiting.values("lane__partner")
    shown = (*directory.KNOWN_BY_PEOPLE, Node.Standing.REVOKED)
    partners = (
        Node.objects.filter(standing__in=shown)
        .order_by("code")
        .select_related("line")
        .annotate(
            waiting=Coalesce(Subquery(waiting_of.annotate(number=Count("pk")).values("number")), 0),
            oldest_at=Subquery(waiting_of.annotate(at=Min("queued_at")).values("at")),
            unread=Coalesce(Subquery(unread_of.annotate(number=Count("pk")).values("number")), 0),
        )
        .exclude(standing=Node.Standing.REVOKED, waiting=0, unread=0)
    )
    return [_line_state(partner) for partner in partners]


AT_REST = frozenset(directory.AT_REST)
"""Standings whose line is neither up nor down: its state is called as the standing is."""


def line_to(partner: Node) -> str:
    """Return the state of the line to a partner: up, down, none (nothing went through yet), or as it stands at rest."""
    return partner.standing if partner.standing in AT_REST else _state_of(getattr(partner, "line", None))


def last_through_at_rest() -> list[datetime]:
    """Return when something last came through to each partner at rest, where anything did."""
    lines = Line.objects.filter(partner__standing__in=AT_REST).exclude(last_through_at=None)
    return [line.last_through_at for line in lines if line.last_through_at]


def _line_state(partner: Node) -> LineState:
    line = getattr(partner, "line", None)
    return LineState(
        partner=partner,
        state=line_to(partner),
        waiting=partner.waiting,  # type: ignore[attr-defined]
        unread=partner.unread,  # type: ignore[attr-defined]
        oldest_at=partner.oldest_at,  # type: ignore[attr-defined]
        last_through_at=line.last_through_at if line else None,
        failing_since=line.failing_since if line else None,
        next_try_at=line.next_try_at if line else None,
        error=line.error if line else "",
    )


def _state_of(line: Line | None) -> str:
    if line is None or (line.last_through_at is None and not line.error):
        return "none"
    return "down" if line.error else "up"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How far a message of ours came at one partner: the ladder. A step without a moment was not reached."""

    partner: Node
    state: str
    queued_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    opened_at: datetime | None
    acted_at: datetime | None
    refused_ground: str
    sent_again: bool
    """What was refused with `KEY_GONE` goes out by itself as soon as he has told a newer key."""
    error: str
    next_try_at: datetime | None


def deliveries(message_id: str) -> list[Delivery]:
    """Return the ladder of a message at each partner."""
    parcels = Parcel.objects.filter(message__message_id=message_id).select_related("lane__partner__line")
    receipts = list(Receipt.objects.filter(message__message_id=message_id))
    return [
        _delivery(parcel, [one for one in receipts if one.partner_id == parcel.lane.partner_id])
        for parcel in parcels
    ]


def _delivery(parcel: Parcel, receipts: list[Receipt]) -> Delivery:
    told = [one for one in receipts if not _of_the_envelope_before(one, parcel)]
    arrived = [one for one in told if one.status != Parcel.State.NOT_UNDERSTOOD]  # what lies unread did not
    at = {one.stage: one.at for one in arrived}
    refused = next((one.reason for one in told if one.status == "refused"), "")
    line = getattr(parcel.lane.partner, "line", None)
    unsent = parcel.state == Parcel.State.WAITING
    return Delivery(
        partner=parcel.lane.partner,
        state=parcel.state,
        queued_at=parcel.queued_at,
        sent_at=parcel.sent_at,
        received_at=at.get("R1"),
        opened_at=at.get("R2"),
        acted_at=at.get("R3"),
        refused_ground=refused,
        sent_again=refused == KEY_GONE and _can_be_sent_again(parcel),
        error=line.error if line and unsent else "",
        next_try_at=line.next_try_at if line and unsent else None,
    )


def _of_the_envelope_before(receipt: Receipt, parcel: Parcel) -> bool:
    """Say whether a refusal is that of an envelope in whose place a new one is on its way."""
    return receipt.reason == KEY_GONE and parcel.state != Parcel.State.REFUSED


def _can_be_sent_again(parcel: Parcel) -> bool:
    going_on = parcel.lane.partner.standing in directory.KNOWN_BY_PEOPLE
    return going_on and content_of(parcel.message) is not None


def unread_or_waiting(message_ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return (message, office) -> state of a parcel that has not left, or that lies unread at the partner's node."""
    states = (Parcel.State.WAITING, Parcel.State.NOT_UNDERSTOOD)
    rows = Parcel.objects.filter(message__message_id__in=list(message_ids), state__in=states)
    found = rows.values_list("message__message_id", "lane__partner__offices__code", "state")
    return {(message_id, office): state for message_id, office, state in found}


def message(message_id: str) -> Message | None:
    """Return a message by its id."""
    return Message.objects.filter(message_id=message_id).first()


@dataclass(frozen=True, kw_only=True)
class LedgerPlace:
    """Where a parcel's leaf stands in the pair ledger with a partner."""

    partner: str
    place: int


def ledger_places(message: Message) -> list[LedgerPlace]:
    """Return the place of each leaf that tells of this message's parcel, as far as they have one."""
    return [
        LedgerPlace(partner=arrival.lane.partner.code, place=arrival.leaf.place)
        for arrival in message.arrivals.select_related("lane__partner", "leaf")
        if arrival.leaf is not None and arrival.leaf.place is not None
    ]


def waiting_for(partner: Node) -> int:
    """Return how many parcels wait here for a partner, whatever his standing."""
    return Parcel.objects.filter(lane__partner=partner, in_outbox=True, state=Parcel.State.WAITING).count()


def unread() -> QuerySet[Arrival]:
    """Return what came and this node does not understand yet, the newest first, without its bytes."""
    kept = Arrival.objects.filter(state=Arrival.State.NOT_UNDERSTOOD, kept__gt=0)
    return kept.select_related("lane__partner").defer("envelope", "position").order_by("-arrived_at", "-pk")


def unread_by_partner() -> dict[str, tuple[int, datetime]]:
    """Return partner -> how much of his is not understood, and when the oldest of it came."""
    by_partner = unread().order_by().values_list("lane__partner__code")
    rows = by_partner.annotate(number=Count("pk"), oldest_at=Min("arrived_at"))
    return {partner: (number, oldest_at) for partner, number, oldest_at in rows}


def unread_one(key: int) -> Arrival | None:
    """Return one that is not understood."""
    return unread().filter(pk=key).first()


def may_read(officer: User, arrival: Arrival) -> bool:
    """Say whether what is not understood may be shown to an officer raw: as cases are, to the office addressed.

    Of what names no office nobody knows whose case it is: only its outside is shown.
    """
    return handles_enquiries(officer) and officer.office in (arrival.frame or {}).get("to", ())


def outside_of(arrival: Arrival) -> Json:
    """Return the header of its envelope, which whoever carries it can read; None when it is none."""
    raw = bytes(arrival.envelope)
    try:
        header, *_sealed = frames.unpack(raw, count=4, max_bytes=len(raw))
        return canonical.decode(header, max_bytes=MAX_HEADER_BYTES)
    except LienlacError:
        return None


def incidents_of(partner: Node) -> QuerySet[Incident]:
    """Return the incidents with a partner: open ones first, then the newest."""
    return Incident.objects.filter(partner=partner).order_by(F("closed_at").desc(nulls_first=True), "-at")


def incident(key: int) -> Incident | None:
    """Return an incident."""
    return Incident.objects.select_related("partner").filter(pk=key).first()


def frozen_lanes(partner: Node) -> QuerySet[Lane]:
    """Return the lanes from a partner that froze because he signed two histories."""
    return Lane.objects.filter(partner=partner, direction=Lane.Direction.IN, frozen=True).select_related(
        "partner"
    )


def frozen_lane(key: int) -> Lane | None:
    """Return a frozen lane from a partner."""
    frozen = Lane.objects.filter(direction=Lane.Direction.IN, frozen=True)
    return frozen.select_related("partner").filter(pk=key).first()


def open_incidents() -> Sequence[Incident]:
    """Return incidents that no operator has closed."""
    return list(Incident.objects.filter(closed_at=None).select_related("partner").order_by("-at"))
