"""The place of an envelope in a lane, as it is signed (lane.md section 2)."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass

from . import keys, wire

KIND = "lienlac/lane-position/1"
CLASSES = ("urgent", "normal", "bulk")
NODE = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
EPOCH, DIGEST = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
SIGNATURE, STEP, MOST_STEPS = 64, 33, 7
MEMBERS = {"class", "digest", "epoch", "from", "prev", "seq", "to"}


def link(epoch: str) -> str:
    """Return the `prev` of a first parcel: what binds its epoch to the one before."""
    return hashlib.sha256(f"lienlac/lane/1 follows {epoch}".encode()).hexdigest() if epoch else "0" * 64


def fresh_epoch() -> str:
    return os.urandom(16).hex()


@dataclass(frozen=True, kw_only=True)
class Position:
    """One place; `lane` is the class."""

    sender: str
    receiver: str
    lane: str
    epoch: str
    seq: int
    prev: str
    digest: str
    receipt: bool = False

    def to_bytes(self) -> bytes:
        said = {"class": self.lane, "digest": self.digest, "epoch": self.epoch, "from": self.sender}
        said |= {"receipt": True} if self.receipt else {}
        return wire.encode(said | {"prev": self.prev, "seq": self.seq, "to": self.receiver})


def from_bytes(raw: bytes) -> Position:
    said = wire.decode(raw)
    whole = (
        isinstance(said, dict) and set(said) - {"receipt"} == MEMBERS and said.get("receipt", True) is True
    )
    wire.check(whole, wire.malformed("position_malformed"))
    made = Position(
        sender=said["from"],
        receiver=said["to"],
        lane=said["class"],
        epoch=said["epoch"],
        seq=said["seq"],
        prev=said["prev"],
        digest=said["digest"],
        receipt="receipt" in said,
    )
    shapes = ((NODE, made.sender), (NODE, made.receiver), (EPOCH, made.epoch))
    shapes += ((DIGEST, made.prev), (DIGEST, made.digest))
    fits = all(isinstance(text, str) and shape.fullmatch(text) for shape, text in shapes)
    counted = type(made.seq) is int and 1 <= made.seq <= wire.MAX_INTEGER
    wire.check(fits and counted and made.lane in CLASSES, wire.malformed("position_malformed"))
    return made


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A position, the bytes that its sender signed, and the envelope."""

    position: Position
    signed: bytes
    envelope: bytes

    def to_bytes(self) -> bytes:
        return wire.pack(self.signed, self.envelope)


def parcel(position: Position, envelope: bytes, signer: keys.SigningKey) -> Parcel:
    return Parcel(position=position, signed=signer.signed(KIND, position.to_bytes()), envelope=envelope)


def read_signed(raw: bytes, publics: dict[str, bytes]) -> bytes:
    """Return the bytes of a position that was signed alone or with others: then steps stand behind the signature."""
    payload, kid, signature = wire.unpack(raw, 3)
    signature, steps = signature[:SIGNATURE], signature[SIGNATURE:]
    if not steps:
        return keys.read_signed(raw, KIND, publics)
    shaped = len(steps) % STEP == 0 and len(steps) <= MOST_STEPS * STEP
    wire.check(shaped, wire.unauthentic("bad_signature"))
    root = hashlib.sha256(b"\0" + payload).digest()
    for at in range(0, len(steps), STEP):
        side, other = steps[at], steps[at + 1 : at + STEP]
        wire.check(side in (0, 1), wire.unauthentic("bad_signature"))
        root = hashlib.sha256(b"\1" + (root + other if side else other + root)).digest()
    keys.read_signed(wire.pack(root, kid, signature), KIND + "+run", publics)
    return payload


def read_parcel(raw: bytes, publics: dict[str, bytes]) -> Parcel:
    """Read a parcel: the signature holds, and the envelope is the one that was signed for."""
    signed, envelope = wire.unpack(raw, 2)
    position = from_bytes(read_signed(signed, publics))
    wire.check(wire.sha256(envelope) == position.digest, wire.malformed("envelope_of_other_digest"))
    return Parcel(position=position, signed=signed, envelope=envelope)
