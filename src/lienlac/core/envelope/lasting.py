"""Keys whose word must hold for decades: Ed25519 and ML-DSA-65 (FIPS 204) together, as ONE key of one name.

A signature is both signatures, and holds when both do: whoever has named such a key is not believed with one half of
it, and there is nothing that anybody could leave out. Both sign `LABEL ‖ 0x00 ‖ payload`, so that no half holds as a
signature of a key that is that half alone. ML-DSA signs with the context LABEL; its signature differs each time.

Public bytes are Ed25519's 32 followed by ML-DSA-65's 1,952; the secret is the two seeds, 32 bytes each; a signature
takes 64 + 3,309 bytes.
"""

from __future__ import annotations

import os
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from lienlac.core.envelope.keys import SEED_BYTES, PublicKey, SecretKey, VerifyKey
from lienlac.core.errors import Malformed, Unauthentic

LABEL = "ed25519-mldsa65"
PUBLIC_BYTES, SECRET_BYTES, SIGNATURE_BYTES = 32 + 1952, 2 * SEED_BYTES, 64 + 3309
_FIRST_PUBLIC, _FIRST_SIGNATURE = 32, 64
_CONTEXT = LABEL.encode()


class LastingVerifyKey(PublicKey):
    """The public halves of both (1,984 bytes)."""

    label = LABEL

    def __init__(self, public_bytes: bytes) -> None:
        """Raise Malformed(`bad_public_key`) when `public_bytes` are not two keys."""
        super().__init__(public_bytes)
        try:
            self._first = ed25519.Ed25519PublicKey.from_public_bytes(public_bytes[:_FIRST_PUBLIC])
            self._second = mldsa.MLDSA65PublicKey.from_public_bytes(public_bytes[_FIRST_PUBLIC:])
        except ValueError as error:
            raise Malformed("bad_public_key", label=LABEL) from error

    def verify(self, signature: bytes, payload: bytes) -> None:
        """Raise Unauthentic(`bad_signature`) unless both signatures hold."""
        said = _said(payload)
        try:
            self._first.verify(signature[:_FIRST_SIGNATURE], said)
            self._second.verify(signature[_FIRST_SIGNATURE:], said, _CONTEXT)
        except InvalidSignature as error:
            raise Unauthentic("bad_signature", kid=self.kid) from error


class LastingKey(SecretKey):
    """Both key pairs, from their two seeds (64 bytes)."""

    public: LastingVerifyKey

    def __init__(self, seed: bytes) -> None:
        """Raise Malformed(`bad_seed`) when `seed` has not 64 bytes."""
        if len(seed) != SECRET_BYTES:
            raise Malformed("bad_seed", size=len(seed))
        super().__init__(seed)
        self._first = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:SEED_BYTES])
        self._second = mldsa.MLDSA65PrivateKey.from_seed_bytes(seed[SEED_BYTES:])
        halves = (key.public_key().public_bytes_raw() for key in (self._first, self._second))
        self.public = LastingVerifyKey(b"".join(halves))

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the operating system's randomness."""
        return cls(os.urandom(SECRET_BYTES))

    def sign(self, payload: bytes) -> bytes:
        """Return both signatures, 3,373 bytes."""
        said = _said(payload)
        return self._first.sign(said) + self._second.sign(said, _CONTEXT)


def public_of(raw: bytes) -> VerifyKey | LastingVerifyKey:
    """Return the key of public bytes: of both halves together, or Ed25519 alone; Malformed('bad_public_key')."""
    return LastingVerifyKey(raw) if len(raw) == PUBLIC_BYTES else VerifyKey(raw)


def _said(payload: bytes) -> bytes:
    return _CONTEXT + b"\x00" + payload
