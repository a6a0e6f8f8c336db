"""Suite 2 (MLKEM1024-P384, ECDSA P-384): a stranger to the envelope, who keeps its interface honest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from lienlac.core.envelope.keys import fingerprint
from lienlac.core.envelope.suite import SUITE_1, AesGcmSuite, Suite
from lienlac.core.errors import Unauthentic

SUITE_2: Suite = AesGcmSuite(number=2, wrap_bytes=1713, signature_bytes=96)
BOTH = {1: SUITE_1, 2: SUITE_2}
_HPKE = hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM)
_ECDSA = ec.ECDSA(hashes.SHA384())


@dataclass(frozen=True, kw_only=True)
class EcdsaVerifyKey:
    """A public P-384 key; signatures are r ‖ s, 48 bytes each."""

    key: ec.EllipticCurvePublicKey
    suite: int = 2

    @cached_property
    def kid(self) -> str:
        numbers = self.key.public_numbers()
        return fingerprint("ecdsa-p384", numbers.x.to_bytes(48, "big") + numbers.y.to_bytes(48, "big"))[:32]

    def verify(self, signature: bytes, payload: bytes) -> None:
        both = int.from_bytes(signature[:48], "big"), int.from_bytes(signature[48:], "big")
        try:
            self.key.verify(encode_dss_signature(*both), payload, _ECDSA)
        except InvalidSignature as error:
            raise Unauthentic("bad_signature", kid=self.kid) from error


@dataclass(frozen=True, kw_only=True)
class EcdsaSigningKey:
    """A P-384 key that may as well live in a token."""

    key: ec.EllipticCurvePrivateKey
    suite: int = 2

    @cached_property
    def public(self) -> EcdsaVerifyKey:
        return EcdsaVerifyKey(key=self.key.public_key())

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, payload: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(payload, _ECDSA))
        return r.to_bytes(48, "big") + s.to_bytes(48, "big")


@dataclass(frozen=True, kw_only=True)
class HybridPublic:
    """A public MLKEM1024-P384 key."""

    first: mlkem.MLKEM1024PublicKey
    second: ec.EllipticCurvePublicKey
    suite: int = 2

    @cached_property
    def kid(self) -> str:
        x = self.second.public_numbers().x.to_bytes(48, "big")
        return fingerprint("mlkem1024-p384", self.first.public_bytes_raw() + x)[:32]

    def wrap(self, key: bytes, info: bytes) -> bytes:
        return _HPKE.encrypt(key, hpke.MLKEM1024P384PublicKey(self.first, self.second), info=info)


@dataclass(frozen=True, kw_only=True)
class HybridKey:
    """An MLKEM1024-P384 key pair."""

    first: mlkem.MLKEM1024PrivateKey
    second: ec.EllipticCurvePrivateKey
    suite: int = 2

    @cached_property
    def public(self) -> HybridPublic:
        return HybridPublic(first=self.first.public_key(), second=self.second.public_key())

    @property
    def kid(self) -> str:
        return self.public.kid

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        try:
            return _HPKE.decrypt(wrapped, hpke.MLKEM1024P384PrivateKey(self.first, self.second), info=info)
        except (InvalidTag, ValueError) as error:
            raise Unauthentic("cannot_unwrap", kid=self.kid) from error


def a_signing_key(number: int) -> EcdsaSigningKey:
    return EcdsaSigningKey(key=ec.derive_private_key(number, ec.SECP384R1()))


def a_sealing_key(number: int) -> HybridKey:
    seed = hashlib.shake_256(bytes([number])).digest(64)
    return HybridKey(
        first=mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed),
        second=ec.derive_private_key(number, ec.SECP384R1()),
    )
