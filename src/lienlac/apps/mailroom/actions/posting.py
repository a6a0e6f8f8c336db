"""Post a message: sign, seal, give it its places in the lanes; one transaction with the deed that it tells."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from django.db import transaction
from django.db.models import Count, QuerySet

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.keystore import OwnSigner
from lienlac.apps.directory.models import Node, NodeKey, Office
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import bells, lanes, room
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.actions.chunks import drop_chunks
from lienlac.apps.mailroom.chunks import as_written, find
from lienlac.apps.mailroom.models import File, Parcel
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.rows import bulk, singly
from lienlac.apps.rows.prepared import Prepared
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message

PIECES_AT_ONCE = 8  # of 1 MiB, in one transaction: for so long other writers wait
MOST_PIECES_WAITING = 64  # parcels in a bulk lane, above which the next pieces of a large file wait


CARD = "KEYS"  # the kind that tells partners our new keys


class Stationery:
    """What the posts of one transaction share, read once: this node, its keys, offices, partners' sealing keys."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.keys = OwnKeys(now)
        self._offices = dict[str, Office]()
        self._partners = dict[tuple[str, ...], list[Node]]()
        self._recipients = dict[int, envelope.Recipient]()
        self._signers = dict[str, OwnSigner]()

    @cached_property
    def here(self) -> Node:
        """This node."""
        return queries.this_node()

    def offices(self, codes: Sequence[str]) -> list[Office]:
        """Return these offices; Refused('unknown_office')."""
        if missing := [code for code in codes if code not in self._offices]:
            self._offices |= queries.offices(missing)
        return [self._offices[code] for code in codes]

    def partners(self, offices: tuple[str, ...]) -> Sequence[Node]:
        """Return the other nodes among the addressees: each is trusted, or paused, and of our world (training or live).

        Refused (`unknown_office`, `nobody_to_send_to`, `partner_not_trusted`, `training_meets_live`).
        """
        if offices not in self._partners:
            self._partners[offices] = _partners_of(self.offices(offices), self.here)
        return self._partners[offices]

    def still_known(self, offices: tuple[str, ...]) -> Sequence[Node]:
        """Return those of the partners to whom a message went who are trusted, or paused, today; post to them alone."""
        nodes = {office.node for office in self.offices(offices)} - {self.here}
        known = [node for node in nodes if node.standing in queries.KNOWN_BY_PEOPLE]
        self._partners[offices] = sorted(known, key=lambda node: node.code)
        return self._partners[offices]

    def signer(self, use: str) -> OwnSigner:
        """Return our key for a use; Unavailable('key_missing')."""
        if use not in self._signers:
            self._signers[use] = self.keys.of(use)
        return self._signers[use]

    def recipient(self, node: Node) -> envelope.Recipient:
        """Return a node with the key to seal to it with; Unavailable('key_missing')."""
        if node.pk not in self._recipients:
            key = queries.sealing_key_of(node, self.now)
            self._recipients[node.pk] = envelope.Recipient(node=node.code, key=key)
        return self._recipients[node.pk]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way out: its lane, whose key signs it, what it waits for, the chunk that it brings."""

    message: Message
    lane_class: LaneClass
    signed_by: str = NodeKey.Use.AUTHOR
    until: Until = Until.RECEIPT
    enclosed: bytes = b""
    of_kind: str = ""  # of the message whose chunk it brings

    @property
    def counts(self) -> bool:
        """Whether a full outbox has no room for it: a receipt, and a card with our keys, make room."""
        return self.until is Until.RECEIPT and self.message.kind != CARD

    @property
    def overseen(self) -> bool:
        """Whether the oversight of who is asked reads it too."""
        return kinds.is_overseen(self.of_kind or self.message.kind)


@dataclass(frozen=True, kw_only=True)
class _Sealed:
    letter: Letter
    row: MessageRow
    envelope: bytes
    partners: Sequence[Node]


def post(
    message: Message, *, lane_class: LaneClass, now: datetime, stationery: Stationery | None = None
) -> MessageRow:
    """Post one message that people wrote; as `post_all`."""
    letter = Letter(message=message, lane_class=lane_class)
    return post_all([letter], now=now, stationery=stationery)[0]


@transaction.atomic
def post_all(
    letters: Sequence[Letter], *, now: datetime, stationery: Stationery | None = None
) -> list[MessageRow]:
    """Sign, seal and queue messages to the nodes of their offices, in order; wake the postman when all is on disk.

    The chunks of their files follow on the bulk lane, `PIECES_AT_ONCE` of a message in this transaction, the others
    by `send_pieces`. Who posts again in the same transaction gives one `stationery`.
    Raises Refused (`unknown_office`, `nobody_to_send_to`, `partner_not_trusted`, `training_meets_live`),
    Unavailable(`chunk_missing`) when a file of one is not kept here, NoRoom(`outbox_full`) when a lane is full.
    """
    stationery = stationery or Stationery(now)
    sealed = [_sealed(letter, stationery) for letter in letters]
    bulk.insert(one.row for one in sealed)
    for (partner, lane_class), theirs in _by_lane(sealed):
        lane, state = lanes.row_out(partner, lane_class)
        room.check_outbox(lane, [len(one.envelope) for one in theirs if one.letter.counts])
        fresh = {one.row.message_id: outgoing.Fresh(message=one.row, sealed=one.envelope) for one in theirs}
        outgoing.walk(lane, state, *map(_posted, theirs), now=now, fresh=fresh, keys=stationery.keys)
    for letter in letters:
        _post_files(letter.message, stationery)
    bells.ring_after_commit()
    return [one.row for one in sealed]


def _sealed(letter: Letter, stationery: Stationery) -> _Sealed:
    message, partners = letter.message, stationery.partners(tuple(letter.message.to_offices))
    signed = envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), stationery.signer(letter.signed_by))
    content = chunks.enclose(signed, letter.enclosed) if letter.enclosed else signed
    sealed = seal(content, partners, stationery, overseen=letter.overseen)
    row = _row(message, signed, envelope.digest(sealed))
    return _Sealed(letter=letter, row=row, envelope=sealed, partners=partners)


def _by_lane(sealed: Sequence[_Sealed]) -> list[tuple[tuple[Node, LaneClass], list[_Sealed]]]:
    """Return what goes on each lane, the lanes in one order for all who post: they are locked in it."""
    lanes_of = dict[tuple[Node, LaneClass], list[_Sealed]]()
    for one in sealed:
        for partner in one.partners:
            lanes_of.setdefault((partner, one.letter.lane_class), []).append(one)
    return sorted(lanes_of.items(), key=lambda one: (one[0][0].code, one[0][1]))


def _posted(one: _Sealed) -> Post:
    return Post(message=one.row.message_id, digest=one.row.envelope_digest, until=one.letter.until)


def _post_files(message: Message, stationery: Stationery) -> None:
    """Queue previews and the first chunks of a message's files; note how many of each are left for `send_pieces`.

    A preview is as small as a letter, and goes as one: no megabyte of any file stands before it.
    """
    for place, one in enumerate(message.attachments):
        if one.preview:
            _post_chunk(message, one.preview, stationery, LaneClass.NORMAL)
        else:
            _forget_preview(message.id, place)
    at_once = PIECES_AT_ONCE
    for place, one in enumerate(message.attachments):
        now, left = one.chunks[:at_once], len(one.chunks[at_once:])
        for digest in now:
            _post_chunk(message, digest, stationery, LaneClass.BULK)
        at_once -= len(now)
        if left and not _of_ours(message.id).filter(place=place).update(unsent=left):
            raise Unavailable("chunk_missing", chunk=one.chunks[-left])


def _forget_preview(message_id: str, place: int) -> None:
    """Forget the preview of a file that goes without it: it was drawn before anybody knew where the file goes."""
    for row in _of_ours(message_id).filter(place=place).exclude(preview=""):
        drop_chunks(message_id, [row.preview])
        _of_ours(message_id).filter(pk=row.pk).update(preview="")


def _of_ours(message_id: str) -> QuerySet[File]:
    return File.objects.filter(of=message_id, origin=queries.own_code())


def send_pieces(*, now: datetime, most_waiting: int = MOST_PIECES_WAITING) -> int:
    """Queue some of the chunks that are left of large files; return how many. Called again until there are none.

    At most `PIECES_AT_ONCE` in a transaction, so that an alarm need not wait for the disk, and none while
    `most_waiting` parcels stand in a bulk lane that they take: other files go between, and an outbox stays small. Who
    is no longer trusted gets no more of them, and keeps nobody else from the rest.
    """
    sent = 0
    for of in dict.fromkeys(_UNSENT()):
        sent += singly.done(partial(_send_pieces_of, of, now, most_waiting), f"sending pieces of {of}")
        if sent:
            break
    return sent


_UNSENT = Prepared[str](lambda: File.objects.filter(unsent__gt=0).order_by("pk").values_list("of", flat=True))


@transaction.atomic
def _send_pieces_of(of: str, now: datetime, most_waiting: int) -> int:
    row = _of_ours(of).filter(unsent__gt=0).select_for_update().order_by("place").first()
    letter = MessageRow.objects.filter(message_id=of, outbound=True, erased_at=None).first()
    if row is None or letter is None:
        return 0
    message, stationery = as_written(letter), Stationery(now)
    partners = stationery.still_known(tuple(message.to_offices))
    if not partners:
        _of_ours(of).update(unsent=0)
        return 0
    waiting = Parcel.objects.filter(
        lane__lane_class=LaneClass.BULK, in_outbox=True, lane__partner__in=partners
    )
    if waiting.values("lane").annotate(number=Count("pk")).filter(number__gte=most_waiting).exists():
        return 0
    first = len(row.chunks) - row.unsent
    pieces = row.chunks[first : first + PIECES_AT_ONCE]
    for digest in pieces:
        _post_chunk(message, digest, stationery, LaneClass.BULK)
    File.objects.filter(pk=row.pk).update(unsent=row.unsent - len(pieces))
    return len(pieces)


def _post_chunk(message: Message, digest: str, stationery: Stationery, lane_class: LaneClass) -> None:
    """Queue a chunk of a file behind what the lane holds: an alarm never waits for it."""
    raw = find(queries.own_code(), message.id)(digest)
    if raw is None:
        raise Unavailable("chunk_missing", chunk=digest)
    carrier = Message(
        id=secrets.token_hex(16),
        from_office=message.from_office,
        to_offices=message.to_offices,
        kind=chunks.KIND,
        version=kinds.kind(chunks.KIND).version,
        handling=(),
        created=moments.to_wire(stationery.now),
        agreement=None,
        in_reply_to=message.id,
        attachments=(),
        body=chunks.body_of(digest, message.id),
    )
    letter = Letter(message=carrier, lane_class=lane_class, enclosed=raw, of_kind=message.kind)
    post_all([letter], now=stationery.now, stationery=stationery)


def _partners_of(offices: Sequence[Office], here: Node) -> list[Node]:
    nodes = {office.node for office in offices} - {here}
    if not nodes:
        raise Refused("nobody_to_send_to")
    for node in nodes:
        if node.standing not in queries.KNOWN_BY_PEOPLE:
            raise Refused("partner_not_trusted", node=node.code)
        if node.training != here.training:
            raise Refused("training_meets_live", node=node.code)
    return sorted(nodes, key=lambda node: node.code)


def seal(
    content: bytes, partners: Sequence[Node], stationery: Stationery, *, overseen: bool = False
) -> bytes:
    """Return what an author signed, sealed to these partners and signed by this node.

    What is `overseen` is sealed to the key of their state's oversight too, for each of them whose card names one.
    """
    recipients = [stationery.recipient(partner) for partner in partners]
    if overseen:
        recipients += [
            envelope.Recipient(node=partner.code, key=key)
            for partner in partners
            for key in queries.oversight_keys_of(partner)
        ]
    return envelope.seal(
        content,
        sender=queries.own_code(),
        recipients=recipients,
        node_key=stationery.signer(NodeKey.Use.NODE),
    )


def _row(message: Message, signed: bytes, digest: str) -> MessageRow:
    return bulk.fresh(
        MessageRow,
        message_id=message.id,
        outbound=True,
        kind=message.kind,
        version=message.version,
        from_office=message.from_office,
        to_offices=list(message.to_offices),
        in_reply_to=message.in_reply_to or "",
        created_at=moments.from_wire(message.created),
        signed=signed,
        envelope_digest=digest,
    )
