"""The keys of suite 1: Ed25519 to sign, MLKEM768-X25519 (X-Wing) to seal.

A key id (`kid`) is the first 32 hex digits of the key's fingerprint, and the fingerprint is the SHA-256 of
`label ‖ 0x00 ‖ public bytes`, label `ed25519` or `mlkem768-x25519`, so that a key cannot be taken for one of
another use. How secrets rest on disk is the affair of whoever calls `secret_seed`.

X-Wing: draft-connolly-cfrg-xwing-kem-08, section 5.2: SHAKE256(seed, 96) gives the 64-byte seed of ML-KEM-768
(d ‖ z) and the 32-byte X25519 key; public bytes are ML-KEM's 1,184 followed by X25519's 32.
"""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519

from lienlac.core.errors import Malformed, Unauthentic

SEED_BYTES = 32
KID_DIGITS = 32
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_HPKE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def fingerprint(label: str, public: bytes) -> str:
    """Return the 64 hex digits that name a public key; the first KID_DIGITS of them are its key id."""
    return hashlib.sha256(label.encode() + b"\x00" + public).hexdigest()


class PublicKey:
    """Public bytes with their fingerprint and key id; equal when the bytes are."""

    label: ClassVar[str]
    suite: ClassVar[int] = 1

    def __init__(self, public_bytes: bytes) -> None:
        self.public_bytes = public_bytes

    @cached_property
    def fingerprint(self) -> str:
        """Give 64 hex digits, for the ceremony in which two agencies compare keys."""
        return fingerprint(self.label, self.public_bytes)

    @property
    def kid(self) -> str:
        """Give the key id: 32 hex digits."""
        return self.fingerprint[:KID_DIGITS]

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, PublicKey)
            and other.public_bytes == self.public_bytes
        )

    def __hash__(self) -> int:
        return hash((self.label, self.public_bytes))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kid={self.kid})"


class VerifyKey(PublicKey):
    """An Ed25519 public key (32 bytes)."""

    label = "ed25519"

    def __init__(self, public_bytes: bytes) -> None:
        """Raise Malformed(`bad_public_key`) when `public_bytes` are not 32."""
        super().__init__(public_bytes)
        try:
            self._key = ed25519.Ed25519PublicKey.from_public_bytes(public_bytes)
        except ValueError as error:
            raise Malformed("bad_public_key", label=self.label) from error

    def verify(self, signature: bytes, payload: bytes) -> None:
        """Raise Unauthentic(`bad_signature`) when the signature does not hold."""
        try:
            self._key.verify(signature, payload)
        except InvalidSignature as error:
            raise Unauthentic("bad_signature", kid=self.kid) from error


class SealingPublic(PublicKey):
    """An MLKEM768-X25519 public key (1,216 bytes)."""

    label = "mlkem768-x25519"

    def __init__(self, public_bytes: bytes) -> None:
        """Raise Malformed(`bad_public_key`) when `public_bytes` are not a key of both halves."""
        super().__init__(public_bytes)
        try:
            self._key = hpke.MLKEM768X25519PublicKey(
                mlkem.MLKEM768PublicKey.from_public_bytes(public_bytes[:_MLKEM_PUBLIC_BYTES]),
                x25519.X25519PublicKey.from_public_bytes(public_bytes[_MLKEM_PUBLIC_BYTES:]),
            )
        except ValueError as error:
            raise Malformed("bad_public_key", label=self.label) from error

    def wrap(self, key: bytes, info: bytes) -> bytes:
        """Return HPKE's `enc ‖ ciphertext`: 1,136 bytes more than `key`."""
        try:
            return _HPKE.encrypt(key, self._key, info=info)
        except ValueError as error:  # an X25519 half of low order, which loads but agrees on nothing
            raise Malformed("bad_public_key", label=self.label) from error


class SecretKey:
    """A key pair that comes from a secret, which a key store keeps; no text of it shows the secret."""

    suite: ClassVar[int] = 1
    public: PublicKey

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the operating system's randomness."""
        return cls(os.urandom(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of a stored secret."""
        return cls(seed)

    @property
    def kid(self) -> str:
        """Give the key id of the public half."""
        return self.public.kid

    def secret_seed(self) -> bytes:
        """Return the SECRET bytes, for a key store to encrypt."""
        return self._seed

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kid={self.kid})"


class SigningKey(SecretKey):
    """An Ed25519 key pair, from a 32-byte seed."""

    public: VerifyKey

    def __init__(self, seed: bytes) -> None:
        """Raise Malformed(`bad_seed`) when `seed` has not 32 bytes."""
        super().__init__(_checked_seed(seed))
        self._key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self.public = VerifyKey(self._key.public_key().public_bytes_raw())

    def sign(self, payload: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._key.sign(payload)


class SealingKey(SecretKey):
    """An MLKEM768-X25519 key pair, from a 32-byte seed."""

    public: SealingPublic

    def __init__(self, seed: bytes) -> None:
        """Raise Malformed(`bad_seed`) when `seed` has not 32 bytes."""
        super().__init__(_checked_seed(seed))
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + 32)
        first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        second = x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        self._key = hpke.MLKEM768X25519PrivateKey(first, second)
        halves = first.public_key().public_bytes_raw() + second.public_key().public_bytes_raw()
        self.public = SealingPublic(halves)

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """Return the content key, or raise Unauthentic(`cannot_unwrap`)."""
        try:
            return _HPKE.decrypt(wrapped, self._key, info=info)
        except (InvalidTag, ValueError) as error:  # ValueError: an X25519 half of low order
            raise Unauthentic("cannot_unwrap", kid=self.kid) from error


def _checked_seed(seed: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise Malformed("bad_seed", size=len(seed))
    return seed
