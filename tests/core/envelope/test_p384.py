"""Suite 2 keeps to its bytes, and a key or signature of it has one spelling."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac.core.envelope import check_outer, open_envelope
from lienlac.core.envelope.p384 import SUITE_2, EcdsaSigningKey, EcdsaVerifyKey, HybridKey, HybridPublic
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic

PATH = Path(__file__).parents[2] / "vectors" / "envelope" / "p384.json"
SAID = json.loads(PATH.read_text(encoding="utf-8"))
SIGNING = EcdsaSigningKey.from_seed(bytes.fromhex(SAID["signing_secret"]))
SEALING = HybridKey.from_seed(bytes.fromhex(SAID["sealing_seed"]))
NODE_KEYS = {(SAID["from"], SIGNING.kid): SIGNING.public}
ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
)


def bytes_of(name: str) -> bytes:
    return bytes.fromhex(SAID[name])


def test_secrets_give_the_keys_and_ids_of_the_file() -> None:
    assert SIGNING.public.public_bytes == bytes_of("signing_public")
    assert SEALING.public.public_bytes == bytes_of("sealing_public")
    assert (SIGNING.kid, SEALING.kid) == (SAID["signing_kid"], SAID["sealing_kid"])


def test_the_envelope_of_the_file_opens() -> None:
    opened = open_envelope(
        bytes_of("envelope"),
        me=SAID["to"],
        sealing_keys={SEALING.kid: SEALING},
        node_keys=NODE_KEYS,
        suites={2: SUITE_2},
    )
    assert (opened.signed_message, opened.digest) == (bytes_of("signed_message"), SAID["digest"])


def test_who_does_not_allow_suite_2_refuses_its_envelopes_whatever_they_say() -> None:
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        check_outer(bytes_of("envelope"), node_keys=NODE_KEYS)


def test_the_wrap_of_the_file_opens_by_the_drafts_written_out_by_hand() -> None:
    """draft-irtf-cfrg-concrete-hybrid-kems-04, RFC 9180 (KEM 0x0051, HKDF-SHA384, AES-256-GCM); no HPKE library."""
    seed = hashlib.shake_256(bytes_of("sealing_seed")).digest(112)
    first = mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed[:64])
    second = ec.derive_private_key(int.from_bytes(seed[64:], "big"), ec.SECP384R1())
    wrap, own_point = bytes_of("wrap"), bytes_of("sealing_public")[1568:]
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), wrap[1568:1665])
    shared = first.decapsulate(wrap[:1568]) + second.exchange(ec.ECDH(), theirs)
    secret = hashlib.sha3_256(shared + wrap[1568:1665] + own_point + b"MLKEM1024-P384").digest()
    suite = b"HPKE" + bytes.fromhex("005100020002")

    def extract(salt: bytes, label: bytes, key: bytes) -> bytes:
        return hmac.digest(salt or bytes(48), b"HPKE-v1" + suite + label + key, "sha384")

    def expand(key: bytes, label: bytes, context: bytes, size: int) -> bytes:
        labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context + b"\x01"
        return hmac.digest(key, labelled, "sha384")[:size]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", bytes_of("info"))
    scheduled = extract(secret, b"secret", b"")
    key, nonce = expand(scheduled, b"key", context, 32), expand(scheduled, b"base_nonce", context, 12)
    assert AESGCM(key).decrypt(nonce, wrap[1665:], b"") == bytes_of("content_key")


def test_the_same_payload_gives_the_same_signature() -> None:
    assert SIGNING.sign(b"said") == EcdsaSigningKey.from_seed(SIGNING.secret_seed()).sign(b"said")
    SIGNING.public.verify(SIGNING.sign(b"said"), b"said")


def test_a_signature_has_one_spelling() -> None:
    """Who carries an envelope could otherwise make another of it, with another digest, that holds as well."""
    signature = SIGNING.sign(b"said")
    r, s = signature[:48], int.from_bytes(signature[48:], "big")
    for other in (
        r + (ORDER - s).to_bytes(48, "big"),
        signature + b"\x00",
        signature[:-1],
        bytes(96),
        b"",
        b"\xff" * 96,
    ):
        with pytest.raises(Unauthentic, match="bad_signature"):
            SIGNING.public.verify(other, b"said")
    with pytest.raises(Unauthentic, match="bad_signature"):
        SIGNING.public.verify(signature, b"not said")


def test_a_public_key_has_one_spelling() -> None:
    point = SIGNING.public.public_bytes
    compressed = bytes([2 + (point[-1] & 1)]) + point[1:49]
    for bad in (compressed, point[:-1], b"\x00", point[:-1] + bytes([point[-1] ^ 1])):
        with pytest.raises(Malformed, match="bad_public_key"):
            EcdsaVerifyKey(bad)
        with pytest.raises(Malformed, match="bad_public_key"):
            HybridPublic(SEALING.public.public_bytes[:1568] + bad)
    with pytest.raises(Malformed, match="bad_public_key"):
        HybridPublic(b"\xff" * 1568 + point)


@pytest.mark.parametrize("bad", [bytes(48), ORDER.to_bytes(48, "big"), bytes(47), b""])
def test_what_is_no_scalar_makes_no_key(bad: bytes) -> None:
    with pytest.raises(Malformed, match="bad_seed"):
        EcdsaSigningKey(bad)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(Malformed, match="bad_seed"):
        HybridKey(bytes(48))


def test_a_changed_wrap_opens_nothing() -> None:
    wrap = bytes_of("wrap")
    for place in (0, 1568, 1600, 1664, 1665, len(wrap) - 1):
        changed = wrap[:place] + bytes([wrap[place] ^ 1]) + wrap[place + 1 :]
        with pytest.raises(Unauthentic, match="cannot_unwrap"):
            SEALING.unwrap(changed, bytes_of("info"))


@pytest.mark.parametrize("kind", [EcdsaSigningKey, HybridKey])
def test_new_keys_differ_come_back_from_their_secret_and_show_none(
    kind: type[EcdsaSigningKey] | type[HybridKey],
) -> None:
    key = kind.generate()
    assert kind.from_seed(key.secret_seed()).public == key.public != kind.generate().public
    assert key.secret_seed().hex() not in f"{key!r} {key.public!r}"
