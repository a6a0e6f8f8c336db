"""Suites: which algorithms an envelope is made with, behind one interface.

A suite is a number that the RECEIVER allows, by the mapping it passes in. The number in a header only says
which of the allowed suites the sender used; nothing in a message names an algorithm. A state that must use
algorithms or key stores of its own (SM2/SM3/SM4, a token through PKCS#11) writes a `Suite` and keys with the
methods of the four protocols below, and passes `{1: …, its number: …}`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lienlac.core.errors import NotUnderstood, Unauthentic

_KID = re.compile(r"[0-9a-f]{32}")

KEY_BYTES = 32
COMMITMENT_BYTES = 32
TAG_BYTES = 16
# The cipher key is used for one body only (it is drawn for it), so that the nonce need not differ.
NONCE = bytes(12)


class Verifier(Protocol):
    """The public half of a key that signs."""

    @property
    def kid(self) -> str:
        """Give the key id: 32 hex digits."""

    @property
    def suite(self) -> int:
        """Give the number of the suite the key belongs to."""

    def verify(self, signature: bytes, payload: bytes) -> None:
        """Raise Unauthentic(`bad_signature`) when the signature does not hold for the payload."""


class Signer(Protocol):
    """A key that signs; it may live in a token and show nothing but this."""

    @property
    def kid(self) -> str:
        """Give the key id: 32 hex digits."""

    @property
    def suite(self) -> int:
        """Give the number of the suite the key belongs to."""

    def sign(self, payload: bytes) -> bytes:
        """Return the signature, of the length that the suite says."""


class Wrapper(Protocol):
    """The public half of a key that opens envelopes."""

    @property
    def kid(self) -> str:
        """Give the key id: 32 hex digits."""

    @property
    def suite(self) -> int:
        """Give the number of the suite the key belongs to."""

    def wrap(self, key: bytes, info: bytes) -> bytes:
        """Encrypt a content key so that it opens only with the same `info`."""


class Unwrapper(Protocol):
    """A key that opens envelopes; it may live in a token."""

    @property
    def kid(self) -> str:
        """Give the key id: 32 hex digits."""

    @property
    def suite(self) -> int:
        """Give the number of the suite the key belongs to."""

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """Return the content key, or raise Unauthentic(`cannot_unwrap`)."""


class Suite(Protocol):
    """What the envelope needs from a set of algorithms. Sizes in bytes, fixed for a suite."""

    @property
    def number(self) -> int:
        """Give the number on the wire, from 1."""

    @property
    def wrap_bytes(self) -> int:
        """Give the size of one wrapped key."""

    @property
    def signature_bytes(self) -> int:
        """Give the size of the node's signature."""

    @property
    def body_overhead(self) -> int:
        """Give how much longer a sealed body is than the padded plaintext."""

    def digest(self, raw: bytes) -> bytes:
        """Return the 32-byte hash that binds header and body."""

    def new_key(self) -> bytes:
        """Return a fresh random content key, to be used for one body."""

    def seal_body(self, key: bytes, padded: bytes, header: bytes) -> bytes:
        """Encrypt the padded plaintext, bound to the header."""

    def open_body(self, key: bytes, body: bytes, header: bytes) -> bytes:
        """Return the padded plaintext, or raise Unauthentic(`cannot_open_body`)."""


@dataclass(frozen=True, kw_only=True)
class AesGcmSuite:
    """AES-256-GCM with a committed key, SHA-256; the keys' own classes bring signature and wrap.

    A sealed body is a 32-byte commitment, the ciphertext, the 16-byte tag. Without the commitment a sender
    could craft one body that opens to different messages for two recipients (GCM does not bind its key), and
    "we both got the same envelope" would prove nothing.
    """

    number: int
    wrap_bytes: int
    signature_bytes: int
    body_overhead: int = COMMITMENT_BYTES + TAG_BYTES

    def digest(self, raw: bytes) -> bytes:
        """Return SHA-256."""
        return hashlib.sha256(raw).digest()

    def new_key(self) -> bytes:
        """Return 32 random bytes of the operating system."""
        return os.urandom(KEY_BYTES)

    def seal_body(self, key: bytes, padded: bytes, header: bytes) -> bytes:
        """Return commitment ‖ ciphertext ‖ tag, with the header as associated data."""
        cipher_key, commitment = self._derived(key, header)
        return commitment + AESGCM(cipher_key).encrypt(NONCE, padded, header)

    def open_body(self, key: bytes, body: bytes, header: bytes) -> bytes:
        """Return the padded plaintext, or raise Unauthentic(`cannot_open_body`)."""
        cipher_key, commitment = self._derived(key, header)
        if not hmac.compare_digest(commitment, body[:COMMITMENT_BYTES]):
            raise Unauthentic("cannot_open_body")
        try:
            return AESGCM(cipher_key).decrypt(NONCE, body[COMMITMENT_BYTES:], header)
        except InvalidTag as error:
            raise Unauthentic("cannot_open_body") from error

    def _derived(self, key: bytes, header: bytes) -> tuple[bytes, bytes]:
        """Derive the cipher key and the commitment from the content key and the header."""
        info = b"lienlac/%d body" % self.number
        both = HKDF(hashes.SHA256(), KEY_BYTES + COMMITMENT_BYTES, self.digest(header), info).derive(key)
        return both[:KEY_BYTES], both[KEY_BYTES:]


SUITE_1: Suite = AesGcmSuite(number=1, wrap_bytes=1168, signature_bytes=64)
SUITES: Mapping[int, Suite] = MappingProxyType({SUITE_1.number: SUITE_1})


def is_kid(value: object) -> bool:
    """Tell whether `value` has the shape of a key id, in every suite: 32 hex digits, lower case."""
    return isinstance(value, str) and _KID.fullmatch(value) is not None


def allowed(number: int, suites: Mapping[int, Suite]) -> Suite:
    """Return the suite of that number; raise NotUnderstood(`unknown_suite`) when it is not allowed here."""
    if number not in suites:
        raise NotUnderstood("unknown_suite", suite=number, allowed=tuple(sorted(suites)))
    return suites[number]
