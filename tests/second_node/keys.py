"""Keys and what is signed with them (envelope.md section 1; draft-connolly-cfrg-xwing-kem-08 for the sealing key)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from . import wire

SIGNING, SEALING, LASTING = "ed25519", "mlkem768-x25519", "ed25519-mldsa65"
HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def fingerprint(label: str, public: bytes) -> str:
    return wire.sha256(label.encode() + b"\x00" + public)


def kid_of(label: str, public: bytes) -> str:
    return fingerprint(label, public)[:32]


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key, a node's or an author's."""

    seed: bytes = field(default_factory=lambda: os.urandom(32), repr=False)

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @cached_property
    def kid(self) -> str:
        return kid_of(SIGNING, self.public)

    def sign(self, kind: str, payload: bytes) -> bytes:
        return self.private.sign(wire.pae(kind, payload))

    def signed(self, kind: str, payload: bytes) -> bytes:
        """Return the frames payload, kid, signature."""
        return wire.pack(payload, self.kid.encode(), self.sign(kind, payload))


def label_of(public: bytes) -> str:
    """Return which of the two sorts of signing key these bytes are."""
    return SIGNING if len(public) == 32 else LASTING


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Raise unless the signature over `message` holds; of a key of two halves both must."""
    try:
        if label_of(public) == LASTING:
            message, label = LASTING.encode() + b"\x00" + message, LASTING.encode()
            MLDSA65PublicKey.from_public_bytes(public[32:]).verify(signature[64:], message, label)
            public, signature = public[:32], signature[:64]
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise wire.unauthentic("bad_signature") from None


def read_signed(raw: bytes, kind: str, publics: dict[str, bytes]) -> bytes:
    """Return the payload of signed bytes, by one of the keys given (kid → public bytes)."""
    payload, kid, signature = wire.unpack(raw, 3)
    public = publics.get(kid.decode("ascii", "replace"))
    wire.check(public is not None, wire.unauthentic("unknown_key"))
    verify(public or b"", signature, wire.pae(kind, payload))
    return payload


@dataclass(frozen=True)
class SealingKey:
    """An X-Wing key: 32 bytes of seed make an ML-KEM-768 and an X25519 key."""

    seed: bytes = field(default_factory=lambda: os.urandom(32), repr=False)

    @cached_property
    def private(self) -> MLKEM768X25519PrivateKey:
        expanded = hashlib.shake_256(self.seed).digest(96)
        lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        return MLKEM768X25519PrivateKey(lattice, X25519PrivateKey.from_private_bytes(expanded[64:]))

    @cached_property
    def public(self) -> bytes:
        expanded = hashlib.shake_256(self.seed).digest(96)
        lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
        return lattice + X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()

    @cached_property
    def kid(self) -> str:
        return kid_of(SEALING, self.public)

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        try:
            return HPKE.decrypt(wrapped, self.private, info=info)
        except (InvalidTag, ValueError):
            raise wire.unauthentic("cannot_unwrap") from None


def wrap(public: bytes, key: bytes, info: bytes) -> bytes:
    """Wrap a content key to a sealing key: enc ‖ ct."""
    lattice = MLKEM768PublicKey.from_public_bytes(public[:1184])
    curve = X25519PublicKey.from_public_bytes(public[1184:])
    return HPKE.encrypt(key, MLKEM768X25519PublicKey(lattice, curve), info=info)
