"""Envelopes of suite 1 and the signed message inside (envelope.md); numbers in comments are those of its steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import keys, wire

MESSAGE, ENVELOPE = "application/vnd.lienlac.message+json", "application/vnd.lienlac.envelope"
MAX_ENVELOPE, MAX_HEADER, KIB = 1_310_720, 16_384, 1024
STEPS = [KIB, 4 * KIB, 16 * KIB, *range(64 * KIB, 1025 * KIB, 64 * KIB), 1028 * KIB]
WRAP, NONCE, COMMITMENT, TAG, SIGNATURE = 1168, bytes(12), 32, 16, 64
HEADER_FIELDS = {"v", "suite", "from", "signed_by", "to", "kids"}

# kid → public bytes of the signing keys of a node, none when it is not trusted
PublicsOf = Callable[[str], dict[str, bytes]]


def digest32(raw: bytes) -> bytes:
    hashing = Hash(SHA256())
    hashing.update(raw)
    return hashing.finalize()


def pad(signed: bytes) -> bytes:
    """Return length, signed message and zeros up to the next step of size."""
    size = next((step for step in STEPS if step >= len(signed) + 4), None)
    if size is None:
        raise wire.malformed("message_too_large")
    return (len(signed).to_bytes(4, "big") + signed).ljust(size, b"\x00")


def unpad(padded: bytes) -> bytes:
    signed = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
    wire.check(len(signed) + 4 <= STEPS[-1] and pad(signed) == padded, wire.malformed("bad_padding"))
    return signed


def derived(key: bytes, header: bytes) -> tuple[bytes, bytes]:
    """Return cipher key and commitment of a content key under a header."""
    made = HKDF(SHA256(), 64, digest32(header), b"lienlac/1 body").derive(key)
    return made[:32], made[32:]


def close_body(key: bytes, header: bytes, padded: bytes) -> bytes:
    cipher, commitment = derived(key, header)
    return commitment + AESGCM(cipher).encrypt(NONCE, padded, header)


def open_body(key: bytes, header: bytes, body: bytes) -> bytes:
    cipher, commitment = derived(key, header)
    wire.check(body[:COMMITMENT] == commitment, wire.unauthentic("cannot_open_body"))
    try:
        return AESGCM(cipher).decrypt(NONCE, body[COMMITMENT:], header)
    except InvalidTag:
        raise wire.unauthentic("cannot_open_body") from None


def header_of(sender: str, signer: keys.SigningKey, to: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a header; `to` holds pairs of a node id and the sealing key's public bytes."""
    kids = [keys.kid_of(keys.SEALING, public) for _node, public in to]
    fields = {"v": 1, "suite": 1, "from": sender, "signed_by": signer.kid}
    return wire.encode(fields | {"to": [node for node, _public in to], "kids": kids})


def seal(signed: bytes, *, sender: str, signer: keys.SigningKey, to: Sequence[tuple[str, bytes]]) -> bytes:
    """Seal a signed message to the nodes of `to`."""
    header, key = header_of(sender, signer, to), os.urandom(32)
    wraps = wire.pack(*(keys.wrap(public, key, info_of(public, header)) for _node, public in to))
    body = close_body(key, header, pad(signed))
    signature = signer.sign(ENVELOPE, wire.pack(header, wraps, digest32(body)))
    return wire.pack(header, wraps, body, signature)


def info_of(public: bytes, header: bytes) -> bytes:
    return b"lienlac/1" + keys.kid_of(keys.SEALING, public).encode() + digest32(header)


def read_header(raw: bytes) -> dict[str, Any]:
    """Steps 2 and 3."""
    wire.check(len(raw) <= MAX_HEADER, wire.malformed("envelope_header"))
    header = wire.decode(raw)
    wire.check(isinstance(header, dict), wire.malformed("envelope_header"))
    newer = header.get("v") != 1 or set(header) - HEADER_FIELDS
    wire.check(not newer, wire.not_understood("newer_envelope"))
    wire.check(set(header) == HEADER_FIELDS, wire.malformed("envelope_header"))
    pairs = list(zip(header["to"], header["kids"], strict=False))
    even = len(header["to"]) == len(header["kids"]) == len(set(pairs)) and 1 <= len(pairs) <= 64
    wire.check(even, wire.malformed("envelope_header"))
    wire.check(header["suite"] == 1, wire.not_understood("unknown_suite"))
    return header


def check_outer(raw: bytes, publics_of: PublicsOf) -> tuple[dict[str, Any], list[bytes], bytes, bytes]:
    """Steps 1 to 6; return the header as read, the wraps, the body, and the header's bytes."""
    wire.check(len(raw) <= MAX_ENVELOPE, wire.malformed("frame_too_large"))  # 1
    header, wraps, body, signature = wire.unpack(raw, 4)
    said = read_header(header)  # 2, 3
    each = wire.unpack(wraps, len(said["kids"]))  # 4
    wire.check(all(len(one) == WRAP for one in each), wire.malformed("wrap_size"))
    wire.check(len(body) - COMMITMENT - TAG in STEPS, wire.malformed("body_size"))
    wire.check(len(signature) == SIGNATURE, wire.malformed("signature_size"))
    public = publics_of(said["from"]).get(said["signed_by"])  # 5
    wire.check(public is not None, wire.unauthentic("unknown_key"))
    covered = wire.pack(header, wraps, digest32(body))
    keys.verify(public or b"", signature, wire.pae(ENVELOPE, covered))  # 6
    return said, each, body, header


def open_envelope(
    raw: bytes, *, me: str, mine: Sequence[keys.SealingKey], publics_of: PublicsOf
) -> tuple[str, bytes]:
    """Steps 1 to 10; return the sending node and the signed message."""
    said, wraps, body, header = check_outer(raw, publics_of)
    wire.check(me in said["to"], wire.unauthentic("not_for_us"))  # 7
    places = zip(said["to"], said["kids"], wraps, strict=True)
    held = {key.kid: key for key in mine}
    found = [(held[kid], one) for node, kid, one in places if node == me and kid in held]
    wire.check(found, wire.unauthentic("sealing_key_unknown"))
    secret, wrapped = found[0]
    key = secret.unwrap(wrapped, info_of(secret.public, header))  # 8
    return said["from"], unpad(open_body(key, header, body))  # 9, 10


def read_message(signed: bytes, publics: dict[str, bytes]) -> dict[str, Any]:
    """Steps 11 to 13; `publics` are the authors' keys of the sending node."""
    message = wire.decode(keys.read_signed(signed, MESSAGE, publics))
    wire.check(isinstance(message, dict), wire.malformed("message_not_object"))
    wire.check(not set(message) - FIELDS, wire.not_understood("newer_message"))
    wire.check(set(message) == FIELDS, wire.malformed("message_field"))
    return message


FIELDS = {
    "id",
    "from",
    "to",
    "kind",
    "version",
    "handling",
    "created",
    "agreement",
    "in_reply_to",
    "attachments",
    "body",
}
