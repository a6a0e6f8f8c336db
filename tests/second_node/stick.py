"""The post in a file (transport-file.md)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import envelopes, keys, wire

MAGIC = b"LIENLAC-BUNDLE/1\n"
KIND = "application/vnd.lienlac.bundle"
STEP, MAX_CONTENT, MAX_EXTRA = 65_536, 32 << 20, 128 << 10
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a file carries: who wrote it, what he says of the lanes, and parcels as bytes."""

    sender: str
    claims: list[Json]
    standings: list[Json]
    made: str
    parcels: list[bytes]


def info_of(public: bytes, header: bytes) -> bytes:
    return b"lienlac-bundle/1" + keys.kid_of(keys.SEALING, public).encode() + envelopes.digest32(header)


def write(content: Content, *, signer: keys.SigningKey, to: tuple[str, bytes]) -> bytes:
    """Return the file; `to` is the receiving node with its sealing key's public bytes."""
    header, key = envelopes.header_of(content.sender, signer, [to]), os.urandom(32)
    wrapped = keys.wrap(to[1], key, info_of(to[1], header))
    body = envelopes.close_body(key, header, pad(inside(content)))
    signature = signer.sign(KIND, wire.pack(header, wrapped, envelopes.digest32(body)))
    return MAGIC + wire.pack(header, wrapped, body, signature)


def inside(content: Content) -> bytes:
    said = {"claims": content.claims, "standings": content.standings}
    said |= {"parcels": len(content.parcels), "made": content.made}
    return wire.pack(wire.encode(said), wire.pack(*content.parcels))


def pad(content: bytes) -> bytes:
    """Length in eight bytes, the content, zeros up to a multiple of 64 KiB in all."""
    framed = len(content).to_bytes(8, "big") + content
    return framed + bytes(-len(framed) % STEP)


def unpad(padded: bytes) -> bytes:
    content = padded[8 : 8 + int.from_bytes(padded[:8], "big")]
    wire.check(pad(content) == padded, wire.malformed("bad_padding"))
    return content


def read(raw: bytes, *, me: str, mine: Sequence[keys.SealingKey], publics_of: envelopes.PublicsOf) -> Content:
    """Read a file for me, in the order of section 4."""
    wire.check(raw.startswith(b"LIENLAC-BUNDLE/"), wire.malformed("not_a_bundle"))  # 1
    wire.check(raw.startswith(MAGIC), wire.not_understood("newer_bundle"))
    wire.check(len(raw) <= MAX_CONTENT + MAX_EXTRA, wire.malformed("bundle_too_large"))
    header, wrapped, body, signature = wire.unpack(raw[len(MAGIC) :], 4)
    said = envelopes.read_header(header)  # 2
    wire.check(len(said["to"]) == 1, wire.malformed("bundle_one_receiver"))
    publics = publics_of(said["from"])  # 3
    wire.check(publics, wire.unauthentic("bundle_from_stranger"))
    wire.check(said["signed_by"] in publics, wire.unauthentic("unknown_key"))
    covered = wire.pack(header, wrapped, envelopes.digest32(body))
    keys.verify(publics[said["signed_by"]], signature, wire.pae(KIND, covered))  # 4
    wire.check(said["to"] == [me], wire.unauthentic("bundle_for_other"))  # 5
    held = {key.kid: key for key in mine}
    wire.check(said["kids"][0] in held, wire.unauthentic("sealing_key_unknown"))
    secret = held[said["kids"][0]]
    key = secret.unwrap(wrapped, info_of(secret.public, header))  # 6
    return content_of(said["from"], unpad(envelopes.open_body(key, header, body)))  # 7, 8


def content_of(sender: str, raw: bytes) -> Content:
    first, rest = wire.unpack(raw, 2)
    said = wire.decode(first)
    members = {"claims", "standings", "parcels", "made"}
    wire.check(isinstance(said, dict) and set(said) == members, wire.malformed("bundle_content"))
    wire.check(0 <= said["parcels"] <= 20_000, wire.malformed("parcels_count"))
    return Content(
        sender=sender,
        claims=said["claims"],
        standings=said["standings"],
        made=said["made"],
        parcels=wire.unpack(rest, said["parcels"]),
    )
