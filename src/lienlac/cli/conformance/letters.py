"""Letters through our lane, right ones and wrong ones, and the signed receipts that must come for each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.models import Message, Receipt
from lienlac.cli.conformance.ground import Ground
from lienlac.cli.conformance.probe import Promise, Result, judge
from lienlac.core import envelope
from lienlac.core.envelope import SealingKey, SigningKey, frames
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.messages import canonical

RECEIPTS_WITHIN_S = 45.0
LOOK_EVERY_S = 0.2
TRAINING = "TRAINING"
KIND = "CONFORMANCE_PROBE"
SILENCE = "no receipt"
LANE = LaneClass.NORMAL

Json = dict[str, Any]
Write = Callable[["Desk"], bytes]


@dataclass(kw_only=True)
class Desk:
    """What writes letters: our keys and offices, and the id of the first good one."""

    ground: Ground
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    first_id: str = ""

    @cached_property
    def keys(self) -> OwnKeys:
        """This node's signing keys."""
        return OwnKeys(self.now)

    @cached_property
    def own_office(self) -> str:
        """The first office of this node."""
        return queries.own_offices()[0].code

    @cached_property
    def their_office(self) -> str:
        """The first office of the partner."""
        return str(self.ground.partner.offices.order_by("code")[0].code)

    def said(self, **changes: Any) -> Json:
        """Return a test call to the partner, with changes; each with an id of its own."""
        said: Json = {"id": secrets.token_hex(16), "from": self.own_office, "to": [self.their_office]}
        said |= {"kind": "HOTLINE_TEST", "version": 1, "handling": [TRAINING], "attachments": []}
        said |= {"created": moments.to_wire(self.now), "agreement": None, "in_reply_to": None}
        return said | {"body": {"at": moments.to_wire(self.now)}} | changes

    def signed(self, said: Json, use: str = NodeKey.Use.AUTHOR) -> bytes:
        """Return a letter signed by one of our keys."""
        return envelope.sign(envelope.MESSAGE_TYPE, canonical.encode(said), self.keys.of(use))

    def sealed(self, signed: bytes) -> bytes:
        """Return a signed letter sealed to the partner."""
        partner = self.ground.partner
        to = envelope.Recipient(node=partner.code, key=queries.sealing_key_of(partner, self.now))
        node_key = self.keys.of(NodeKey.Use.NODE)
        return envelope.seal(signed, sender=self.ground.me, recipients=[to], node_key=node_key)

    def letter(self, **changes: Any) -> bytes:
        """Return a sealed test call with changes."""
        return self.sealed(self.signed(self.said(**changes)))


def _good(desk: Desk) -> bytes:
    said = desk.said()
    desk.first_id = said["id"]
    return desk.sealed(desk.signed(said))


def _under_the_first_id(desk: Desk) -> bytes:
    return desk.letter(id=desk.first_id, body={"at": "2026-01-01T00:00:00.000Z"})


def _by_a_stranger(desk: Desk) -> bytes:
    signed = envelope.sign(envelope.MESSAGE_TYPE, canonical.encode(desk.said()), SigningKey.generate())
    return desk.sealed(signed)


def _altered(desk: Desk) -> bytes:
    """One bit of the body changed, and the envelope signed again by our node."""
    header, wraps, body, _ = frames.unpack(desk.letter(), count=4, max_bytes=envelope.MAX_ENVELOPE_BYTES)
    changed = body[:-1] + bytes([body[-1] ^ 1])
    covered = frames.pack(header, wraps, envelope.SUITES[1].digest(changed))
    signature = desk.keys.of(NodeKey.Use.NODE).sign(envelope.dsse.pae(envelope.ENVELOPE_TYPE, covered))
    return frames.pack(header, wraps, changed, signature)


def _sealed_to_nobody(desk: Desk) -> bytes:
    to = envelope.Recipient(node=desk.ground.partner.code, key=SealingKey.generate().public)
    signed, node_key = desk.signed(desk.said()), desk.keys.of(NodeKey.Use.NODE)
    return envelope.seal(signed, sender=desk.ground.me, recipients=[to], node_key=node_key)


def _spelled_otherwise(desk: Desk) -> bytes:
    raw = canonical.encode(desk.said()).replace(b":", b": ", 1)
    return desk.sealed(envelope.sign(envelope.MESSAGE_TYPE, raw, desk.keys.of(NodeKey.Use.AUTHOR)))


@dataclass(frozen=True, kw_only=True)
class Letter(Promise):
    """A promise that is tried by a letter; `write` returns its envelope. A `marked` one lies at a place of receipts."""

    write: Write
    marked: bool = False


def _letter(name: str, promise: str, expected: str, write: Write, *, any_code: bool = False) -> Letter:
    return Letter(name=name, promise=promise, expected=expected, write=write, any_code=any_code)


def _marked(name: str, promise: str, write: Write) -> Letter:
    return Letter(name=name, promise=promise, expected=SILENCE, write=write, marked=True)


LETTERS: Sequence[Letter] = (
    _marked("mark_of_what_does_not_open", "what is marked as a receipt is not answered, though it is broken",
            _sealed_to_nobody),
    _marked("mark_of_a_letter", "nor is a letter that is marked as a receipt", lambda desk: desk.letter()),
    _letter("letter_stored", "a test call gets a signed R1", "stored", _good),
    _letter("letter_known_id", "another letter under a known id is refused", "refused",
            _under_the_first_id, any_code=True),
    _letter("letter_altered", "an altered envelope takes its place and is refused", "refused RF02", _altered),
    _letter("letter_sealed_to_another_key", "sealed to a key that is gone: refused as such", "refused RF22",
            _sealed_to_nobody),
    _letter("letter_by_unknown_author", "an author whom no card names is refused", "refused RF02",
            _by_a_stranger),
    _letter("letter_by_machine", "a node's key writes no letters", "refused RF02",
            lambda desk: desk.sealed(desk.signed(desk.said(), NodeKey.Use.NODE))),
    _letter("letter_of_other_office", "an office of another node is refused", "refused RF02",
            lambda desk: desk.letter(**{"from": "nobody-knows-this"})),
    _letter("letter_to_other_office", "a letter to somebody else is refused", "refused RF02",
            lambda desk: desk.letter(to=["nobody-knows-this"])),
    _letter("letter_spelled_otherwise", "JSON of another spelling is refused", "refused RF02",
            _spelled_otherwise),
    _letter("letter_null_in_body", "a field without a value is left out, not null", "refused",
            lambda desk: desk.letter(body={"at": moments.to_wire(desk.now), "text": None}), any_code=True),
    _letter("letter_unknown_field", "a field that its kind has not yet is kept", "not_understood",
            lambda desk: desk.letter(body={"at": moments.to_wire(desk.now), "colour": "red"})),
    _letter("letter_without_training_mark", "what is live does not come in (SG45)", "refused",
            lambda desk: desk.letter(handling=[]), any_code=True),
    _letter("letter_of_unknown_kind", "an unknown kind is kept, and said so", "not_understood",
            lambda desk: desk.letter(kind=KIND, body={})),
    _letter("letter_of_newer_kind", "a newer version of a kind is kept", "not_understood",
            lambda desk: desk.letter(version=9999)),
    _letter("letter_with_unknown_member", "a newer message is kept", "not_understood",
            lambda desk: desk.letter(colour="red")),
)  # fmt: skip


def send(ground: Ground) -> list[Result]:
    """Post every letter, wait for the receipts, judge them. The node's own postman carries (`lienlac up` runs)."""
    desk = Desk(ground=ground)
    posted = [(one, _post(desk, one)) for one in LETTERS]
    awaited = [row for one, row in posted if not one.marked]  # the marked ones lie before them
    ends = time.monotonic() + RECEIPTS_WITHIN_S
    while time.monotonic() < ends and not all(_receipt(row) for row in awaited):
        time.sleep(LOOK_EVERY_S)
    return [judge(one, _receipt(row) or SILENCE) for one, row in posted]


@transaction.atomic
def _post(desk: Desk, letter: Letter) -> Message:
    """Give an envelope the next place of our lane; the row stands for it here, whatever is sealed inside."""
    sealed = letter.write(desk)
    digest = envelope.digest(sealed)
    row = Message.objects.create(
        message_id=desk.first_id if letter.write is _good else secrets.token_hex(16),
        outbound=True,
        kind=KIND,
        version=1,
        from_office=desk.own_office,
        to_offices=[],
        in_reply_to="",
        created_at=desk.now,
        signed=b"",
        envelope_digest=digest,
    )
    lane, state = lanes.row_out(desk.ground.partner, LANE)
    until = Until.ACK if letter.marked else Until.RECEIPT
    event = Post(message=row.message_id, digest=digest, until=until)
    fresh = outgoing.Fresh(message=row, sealed=sealed)
    outgoing.walk(lane, state, event, now=desk.now, fresh={row.message_id: fresh}, keys=desk.keys)
    bells.ring_after_commit()
    return row


def _receipt(row: Message) -> str:
    """Return what the signed R1 says, as probes write it; "" while none is here."""
    one = Receipt.objects.filter(message=row, stage="R1").first()
    return f"{one.status} {one.reason}".strip() if one else ""
