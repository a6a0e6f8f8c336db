"""Signed notes (C2SP signed-note v1): a text and the lines of those who signed it.

    <text, ends in a newline>
    <empty line>
    — <key name> base64(key id, 4 bytes ‖ signature)

Keys come in as raw 32-byte Ed25519 public keys and a function that signs, so that a private key can live
anywhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lienlac.core.errors import Malformed, Unauthentic

ED25519 = 0x01  # a plain signature over the text
COSIGNATURE = 0x04  # a timestamped signature: see cosign
MAX_SIGNATURES = 64  # signed-note asks for at least 16; a note has one log and few partners
MAX_BYTES = 65_536

Sign = Callable[[bytes], bytes]
"""Signs bytes with Ed25519 and gives 64 bytes; the private key stays with whoever made the function."""


@dataclass(frozen=True, kw_only=True)
class NoteKey:
    """Who may sign: a key name (no space, no plus) and a raw Ed25519 public key (32 bytes)."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != 32:
            raise Malformed("note_key_length", length=len(self.public))

    def key_id(self, algorithm: int) -> bytes:
        """Give the 4 bytes that stand before a signature: SHA-256(name ‖ LF ‖ algorithm ‖ public key)[:4]."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([algorithm]) + self.public).digest()[:4]

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise Unauthentic unless `signature` (64 bytes) over `message` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise Unauthentic("note_signature", name=self.name) from error


@dataclass(frozen=True, kw_only=True)
class NoteSignature:
    """One signature line: key name, key id (4 bytes), and what follows it (64 bytes, or 72 with a time)."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Write the line, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


def check_name(name: str) -> None:
    """Raise Malformed unless `name` may stand in a signature line and on an origin line."""
    # Of all white space `isprintable` lets the space alone pass.
    if not name or "+" in name or " " in name or not name.isprintable():
        raise Malformed("note_name", name=name)


def write(text: str, signatures: tuple[NoteSignature, ...]) -> str:
    """Write a whole note; `text` ends in a newline."""
    return text + "\n" + "".join(signature.line() for signature in signatures)


def parse(note: bytes) -> tuple[str, tuple[NoteSignature, ...]]:
    """Split a note into its text (with the last newline) and its lines; nothing is verified here.

    Raises Malformed for anything that `write` would not have written.
    """
    if len(note) > MAX_BYTES:
        raise Malformed("note_size", size=len(note))
    text, gap, tail = _decode(note).rpartition("\n\n")
    if not gap or not text or not tail.endswith("\n"):
        raise Malformed("note_shape")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("note_signatures", count=len(lines))
    return text + "\n", tuple(_parse_line(line) for line in lines)


def _decode(note: bytes) -> str:
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("note_utf8") from error
    if any(sign < " " and sign != "\n" for sign in text):
        raise Malformed("note_control_character")
    return text


def _parse_line(line: str) -> NoteSignature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise Malformed("note_line")
    check_name(parts[1])
    raw = decode_base64(parts[2])
    if len(raw) < 5:
        raise Malformed("note_line")
    return NoteSignature(name=parts[1], key_id=raw[:4], signature=raw[4:])


def decode_base64(text: str) -> bytes:
    """Decode standard base64 of RFC 4648; raise Malformed for any other spelling of the same bytes."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise Malformed("base64") from error
    if base64.b64encode(raw).decode() != text:  # stray bits at the end: two texts for one signature
        raise Malformed("base64")
    return raw
