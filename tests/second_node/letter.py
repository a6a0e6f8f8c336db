"""A letter in a mailbox of a relay cluster (transport-nats.md, section 3). The cluster itself is not needed for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import envelopes, keys, line, wire
from .positions import Parcel

MAGIC = b"LIENLAC-LETTER/1\n"
KIND = "application/vnd.lienlac.letter"
STEP, MAX_CONTENT = 4096, 4 << 20
MEMBERS = {"answers", "asks", "claims", "standings"}
Json = dict[str, Any]


@dataclass(kw_only=True)
class Content:
    """What a letter says, and parcels as bytes."""

    claims: list[Json] = field(default_factory=list)
    standings: list[Json] = field(default_factory=list)
    asks: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    parcels: Sequence[Parcel] = ()


def subject(to: str, sender: str) -> str:
    return f"lienlac.{to}.{sender}"


def info_of(public: bytes, header: bytes) -> bytes:
    return b"lienlac-letter/1" + keys.kid_of(keys.SEALING, public).encode() + envelopes.digest32(header)


def write(content: Content, *, sender: str, signer: keys.SigningKey, to: tuple[str, bytes]) -> bytes:
    """Return the letter; `to` is the receiving node with its sealing key's public bytes."""
    header, key = envelopes.header_of(sender, signer, [to]), os.urandom(32)
    wrapped = keys.wrap(to[1], key, info_of(to[1], header))
    said = {name: getattr(content, name) for name in MEMBERS}
    body = line.body_of(content.parcels) if content.parcels else b""
    sealed = envelopes.close_body(key, header, pad(wire.pack(wire.encode(said), body)))
    signature = signer.sign(KIND, wire.pack(header, wrapped, envelopes.digest32(sealed)))
    return MAGIC + wire.pack(header, wrapped, sealed, signature)


def pad(content: bytes) -> bytes:
    """Length in eight bytes, the content, zeros up to a multiple of 4 KiB in all."""
    framed = len(content).to_bytes(8, "big") + content
    return framed + bytes(-len(framed) % STEP)


def read(
    raw: bytes, *, me: str, mine: Sequence[keys.SealingKey], publics_of: envelopes.PublicsOf
) -> tuple[str, Json, list[bytes]]:
    """Read a letter for me; return its writer, what it says, and parcels as bytes."""
    wire.check(raw.startswith(MAGIC[:-2]), wire.malformed("not_a_letter"))
    wire.check(raw.startswith(MAGIC), wire.not_understood("newer_letter"))
    header, wrapped, body, signature = wire.unpack(raw[len(MAGIC) :], 4)
    said = envelopes.read_header(header)
    wire.check(len(said["to"]) == 1, wire.malformed("letter_one_receiver"))
    publics = publics_of(said["from"])
    wire.check(said["signed_by"] in publics, wire.unauthentic("unknown_key"))
    covered = wire.pack(header, wrapped, envelopes.digest32(body))
    keys.verify(publics[said["signed_by"]], signature, wire.pae(KIND, covered))
    wire.check(said["to"] == [me], wire.unauthentic("letter_for_other"))
    held = {key.kid: key for key in mine}
    wire.check(said["kids"][0] in held, wire.unauthentic("sealing_key_unknown"))
    secret = held[said["kids"][0]]
    padded = envelopes.open_body(secret.unwrap(wrapped, info_of(secret.public, header)), header, body)
    content = padded[8 : 8 + int.from_bytes(padded[:8], "big")]
    wire.check(pad(content) == padded, wire.malformed("bad_padding"))
    first, rest = wire.unpack(content, 2)
    told = wire.decode(first)
    wire.check(isinstance(told, dict) and set(told) == MEMBERS, wire.malformed("letter_content"))
    return str(said["from"]), told, line.parcels_of(rest)
