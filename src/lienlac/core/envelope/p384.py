"""Suite 2: ECDSA on P-384 to sign, MLKEM1024-P384 to seal; for states that may not use the curves of suite 1.

Nobody allows it unless he says so: it does not stand in `SUITES`.

* `ecdsa-p384`: public bytes are the point without compression (97), the secret is its scalar (48, big-endian). A
  signature is r ‖ s, 48 bytes each, over SHA-384, with the smaller of the two values of s: it has one spelling.
* `mlkem1024-p384`: draft-irtf-cfrg-concrete-hybrid-kems-04, KEM 0x0051. SHAKE256(seed, 112) gives the seed of
  ML-KEM-1024 (d ‖ z, 64) and the scalar (48); public bytes are ML-KEM's 1,568 followed by the point's 97.
"""

from __future__ import annotations

import hashlib
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lienlac.core.envelope.keys import SEED_BYTES, PublicKey, SecretKey
from lienlac.core.envelope.suite import AesGcmSuite, Suite
from lienlac.core.errors import Malformed, Unauthentic

SCALAR_BYTES = 48
_MLKEM_PUBLIC_BYTES, _MLKEM_SEED_BYTES = 1568, 64
_CURVE = ec.SECP384R1()
_ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
)
_ECDSA = ec.ECDSA(hashes.SHA384(), deterministic_signing=True)
_HPKE = hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM)

SUITE_2: Suite = AesGcmSuite(number=2, wrap_bytes=1713, signature_bytes=2 * SCALAR_BYTES)


class EcdsaVerifyKey(PublicKey):
    """A P-384 public key (97 bytes)."""

    label = "ecdsa-p384"
    suite = 2

    def __init__(self, public_bytes: bytes) -> None:
        """Raise Malformed(`bad_public_key`) unless `public_bytes` are a point of the curve, without compression."""
        super().__init__(public_bytes)
        self._key = _point(public_bytes, self.label)

    def verify(self, signature: bytes, payload: bytes) -> None:
        """Raise Unauthentic(`bad_signature`) for one that does not hold, and for the other spelling of one."""
        r, s = (int.from_bytes(part, "big") for part in (signature[:SCALAR_BYTES], signature[SCALAR_BYTES:]))
        try:
            if len(signature) != 2 * SCALAR_BYTES or s > _ORDER // 2:
                raise InvalidSignature
            self._key.verify(encode_dss_signature(r, s), payload, _ECDSA)
        except InvalidSignature as error:
            raise Unauthentic("bad_signature", kid=self.kid) from error


class HybridPublic(PublicKey):
    """An MLKEM1024-P384 public key (1,665 bytes)."""

    label = "mlkem1024-p384"
    suite = 2

    def __init__(self, public_bytes: bytes) -> None:
        """Raise Malformed(`bad_public_key`) when `public_bytes` are not a key of both halves."""
        super().__init__(public_bytes)
        second = _point(public_bytes[_MLKEM_PUBLIC_BYTES:], self.label)
        try:
            first = mlkem.MLKEM1024PublicKey.from_public_bytes(public_bytes[:_MLKEM_PUBLIC_BYTES])
        except ValueError as error:
            raise Malformed("bad_public_key", label=self.label) from error
        self._key = hpke.MLKEM1024P384PublicKey(first, second)

    def wrap(self, key: bytes, info: bytes) -> bytes:
        """Return HPKE's `enc ‖ ciphertext`: 1,681 bytes more than `key`."""
        return _HPKE.encrypt(key, self._key, info=info)


class EcdsaSigningKey(SecretKey):
    """A P-384 key pair, from its 48-byte scalar."""

    suite = 2
    public: EcdsaVerifyKey

    def __init__(self, secret: bytes) -> None:
        """Raise Malformed(`bad_seed`) unless `secret` is a scalar of 48 bytes, from 1 to the order of the curve."""
        super().__init__(secret)
        self._key = _scalar(secret)
        self.public = EcdsaVerifyKey(_encoded(self._key.public_key()))

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the operating system's randomness."""
        drawn = ec.generate_private_key(_CURVE).private_numbers().private_value
        return cls(drawn.to_bytes(SCALAR_BYTES, "big"))

    def sign(self, payload: bytes) -> bytes:
        """Return the 96-byte signature; the same for the same payload (RFC 6979)."""
        r, s = decode_dss_signature(self._key.sign(payload, _ECDSA))
        return r.to_bytes(SCALAR_BYTES, "big") + min(s, _ORDER - s).to_bytes(SCALAR_BYTES, "big")


class HybridKey(SecretKey):
    """An MLKEM1024-P384 key pair, from a 32-byte seed."""

    suite = 2
    public: HybridPublic

    def __init__(self, seed: bytes) -> None:
        """Raise Malformed(`bad_seed`) when `seed` has not 32 bytes, or gives no scalar (one in 2^192)."""
        if len(seed) != SEED_BYTES:
            raise Malformed("bad_seed", size=len(seed))
        super().__init__(seed)
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + SCALAR_BYTES)
        first = mlkem.MLKEM1024PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        second = _scalar(expanded[_MLKEM_SEED_BYTES:])
        self._key = hpke.MLKEM1024P384PrivateKey(first, second)
        self.public = HybridPublic(first.public_key().public_bytes_raw() + _encoded(second.public_key()))

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """Return the content key, or raise Unauthentic(`cannot_unwrap`)."""
        try:
            return _HPKE.decrypt(wrapped, self._key, info=info)
        except (InvalidTag, ValueError) as error:  # ValueError: no point of the curve
            raise Unauthentic("cannot_unwrap", kid=self.kid) from error


def _point(raw: bytes, label: str) -> ec.EllipticCurvePublicKey:
    """Return a point; a compressed one would be a second name for the same key."""
    try:
        if len(raw) != 1 + 2 * SCALAR_BYTES:
            raise ValueError("not a point without compression")
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)
    except ValueError as error:
        raise Malformed("bad_public_key", label=label) from error


def _encoded(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _scalar(raw: bytes) -> ec.EllipticCurvePrivateKey:
    value = int.from_bytes(raw, "big")
    if len(raw) != SCALAR_BYTES or not 0 < value < _ORDER:
        raise Malformed("bad_seed", size=len(raw))
    return ec.derive_private_key(value, _CURVE)
