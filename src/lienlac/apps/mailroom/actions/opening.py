"""Open an envelope and say what is in it, before the lane is asked. Nothing is stored here.

The numbers are those of docs/protocol/envelope.md; what a partner did wrong becomes a signed refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.rows.prepared import Prepared
from lienlac.core import envelope
from lienlac.core.envelope import VerifyKey, chunks
from lienlac.core.envelope.envelope import Opened, read_message
from lienlac.core.envelope.suite import Unwrapper
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic
from lienlac.core.lane import Content
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.message import Message, legible
from lienlac.core.policy.grounds import KEY_GONE

RECEIPT = "RECEIPT"
WRONG = "RF02"  # outward: the request is incomplete or broken
GROUNDS = {"sealing_key_unknown": KEY_GONE}  # outward, where another one says what to do
BY_MACHINE = "R1"  # the stage that a node says by itself; R2 and R3 are the word of people


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an envelope holds: what the lane must know, the message when it opens, why when it does not.

    `held` is the message's row, when it came before.
    """

    content: Content
    message: Message | None = None
    signed: bytes = b""
    enclosed: bytes = b""
    reason: str = ""
    frame: Mapping[str, Json] | None = None
    held: MessageRow | None = None


@dataclass(frozen=True)
class Keys:
    """The keys that parcels of one partner need, and whose offices are whose: read once for a batch."""

    partner: Node
    here: str = field(default_factory=queries.own_code)
    _asked: set[str] = field(default_factory=set)
    _nodes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def node(self) -> Mapping[str, VerifyKey]:
        """The partner's node keys: they sign positions, envelopes and R1."""
        return queries.verify_keys(self.partner, NodeKey.Use.NODE)

    @cached_property
    def author(self) -> Mapping[str, VerifyKey]:
        """The partner's author keys: they sign what people say."""
        return queries.verify_keys(self.partner, NodeKey.Use.AUTHOR)

    @cached_property
    def authors(self) -> Mapping[str, VerifyKey]:
        """Both: whose word a message is, is looked at when it is read."""
        return {**self.author, **self.node}

    @cached_property
    def own(self) -> Mapping[str, Unwrapper]:
        """Our own sealing keys, old ones included."""
        return queries.own_sealing_keys()

    def nodes_of(self, message: Message) -> Mapping[str, str]:
        """Return the node of each office that a message names, where the directory has it."""
        offices = (message.from_office, *message.to_offices)
        if not self._asked.issuperset(offices):
            self._asked.update(offices)
            self._nodes.update(queries.nodes_of_offices(list(offices)))
        return self._nodes

    def of_partner(self, keys: Mapping[str, VerifyKey]) -> Callable[[str, str], VerifyKey | None]:
        """Look up (node, kid). Only the partner who brings a parcel may have sealed and written it."""
        return lambda node, kid: keys.get(kid) if node == self.partner.code else None


def look_inside(sealed: bytes, keys: Keys, *, marked: bool) -> Found:
    """Open and read an envelope; every way in which that can fail is an answer too.

    `marked`: its place in the lane says that it holds a receipt.
    """
    (found,) = recognised([unseal(sealed, keys, marked=marked)])
    return found


def unseal(sealed: bytes, keys: Keys, *, marked: bool) -> Found:
    """As `look_inside`, but whether the message is known already is not asked yet."""
    try:
        message, signed, enclosed = _opened(sealed, keys)
        if marked != (message.kind == RECEIPT):
            raise Malformed("receipt_marked_wrong")
        content = Content.RECEIPT if marked else Content.NEW
        return Found(content=content, message=message, signed=signed, enclosed=enclosed)
    except NotUnderstood as problem:
        frame = legible(payload_of(sealed, keys)) or None
        return Found(content=Content.NOT_UNDERSTOOD, reason=problem.code, frame=frame)
    except (Malformed, Unauthentic) as problem:
        return Found(content=Content.REFUSED, reason=problem.code)


def payload_of(sealed: bytes, keys: Keys) -> Json:
    """Return what its author signed, as JSON and unread: of a newer message too; None when it does not open."""
    try:
        opened, (signed, _enclosed) = _unsealed(sealed, keys)
        authors = keys.of_partner(keys.authors)
        payload, _kid = envelope.verify(
            signed, envelope.MESSAGE_TYPE, lambda kid: authors(opened.header.sender, kid)
        )
        return canonical.decode(payload)
    except LienlacError:
        return None


def signed_inside(sealed: bytes, keys: Keys) -> bytes:
    """Return the message as somebody signed it, whoever that was; empty when the envelope does not open."""
    try:
        return _unsealed(sealed, keys)[1][0]
    except LienlacError:
        return b""


def _unsealed(sealed: bytes, keys: Keys) -> tuple[Opened, tuple[bytes, bytes]]:
    opened = envelope.open_envelope(
        sealed, me=keys.here, sealing_keys=keys.own, node_keys=keys.of_partner(keys.node)
    )  # 1 to 10
    return opened, chunks.parted(opened.signed_message)  # 10b


def _opened(sealed: bytes, keys: Keys) -> tuple[Message, bytes, bytes]:
    opened, (signed, enclosed) = _unsealed(sealed, keys)
    message, kid = read_message(
        signed, sender=opened.header.sender, author_keys=keys.of_partner(keys.authors)
    )  # 11 to 13
    chunks.check_enclosed(message, enclosed)  # 13b
    _check_author(message, machine=kid in keys.node)
    envelope.check_addressed(
        message, sender=opened.header.sender, me=keys.here, node_of=keys.nodes_of(message).get
    )  # 14, 15
    return message, signed, enclosed


def _check_author(message: Message, *, machine: bool) -> None:
    """A node's key says what a machine can say, that a parcel is stored or refused, and no more."""
    may_be_machine = message.kind == RECEIPT and message.body.get("stage") == BY_MACHINE
    if machine != may_be_machine:
        raise Unauthentic("machine_is_no_author" if machine else "receipt_not_by_node")


def _is(held: MessageRow, signed: bytes) -> bool:
    """Say whether a message that is known came with these very bytes; of an erased one their SHA-256 is known."""
    return bytes(held.signed) == (hashlib.sha256(signed).digest() if held.erased_at else signed)


def recognised(found: Sequence[Found]) -> list[Found]:
    """16: an id is accepted once, and stands for ever for the bytes that it came with. One look for all.

    Another message under an id that is known, be it ours or a third node's, would hide behind it.
    """
    ids = [one.message.id for one in found if one.message]
    held = {row.message_id: row for row in _held(ids)} if ids else {}
    return [_recognised(one, held.get(one.message.id)) if one.message else one for one in found]


def _held(ids: Sequence[str]) -> Iterable[MessageRow]:
    return _BY_ID(*ids) if len(ids) == 1 else MessageRow.objects.filter(message_id__in=ids)


_BY_ID = Prepared[MessageRow](lambda message_id: MessageRow.objects.filter(message_id=message_id))


def _recognised(found: Found, held: MessageRow | None) -> Found:
    if held is None:
        return found
    if not _is(held, found.signed):
        return Found(content=Content.REFUSED, reason="message_id_taken")
    return replace(found, content=_SEEN_BEFORE[found.content], held=held)


_SEEN_BEFORE = {Content.NEW: Content.KNOWN, Content.RECEIPT: Content.RECEIPT_KNOWN}
