"""Keys: the published vector, ids, and silence about secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac.core.envelope import SealingKey, SealingPublic, SigningKey, VerifyKey
from lienlac.core.errors import Malformed, Unauthentic

SEED = bytes(range(32))
XWING = json.loads((Path(__file__).parents[2] / "vectors" / "envelope" / "xwing.json").read_text())


def hpke_seal(shared_secret: bytes, info: bytes, plaintext: bytes) -> bytes:
    """RFC 9180, sections 5.1 and 5.2, base mode, written out: a second opinion about the library's HPKE."""
    suite = b"HPKE" + bytes.fromhex("647a00010002")  # X-Wing, HKDF-SHA256, AES-256-GCM

    def extract(salt: bytes, label: bytes, key: bytes) -> bytes:
        return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + key, hashlib.sha256).digest()

    def expand(key: bytes, label: bytes, context: bytes, size: int) -> bytes:
        labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context + b"\x01"
        return hmac.new(key, labelled, hashlib.sha256).digest()[:size]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return AESGCM(key).encrypt(nonce, plaintext, b"")


def test_a_seed_gives_the_public_key_of_the_xwing_draft() -> None:
    key = SealingKey.from_seed(bytes.fromhex(XWING["sk"]))
    assert key.public.public_bytes.hex() == XWING["pk"]


def test_a_key_wrapped_with_the_shared_secret_of_the_xwing_draft_is_unwrapped() -> None:
    key = SealingKey.from_seed(bytes.fromhex(XWING["sk"]))
    sealed = hpke_seal(bytes.fromhex(XWING["ss"]), b"lienlac/1 and more", b"k" * 32)
    assert key.unwrap(bytes.fromhex(XWING["ct"]) + sealed, b"lienlac/1 and more") == b"k" * 32


def test_sizes_are_those_of_the_protocol() -> None:
    key = SealingKey.from_seed(SEED)
    assert len(key.public.public_bytes) == 1184 + 32
    assert len(key.public.wrap(bytes(32), b"")) == 1168
    assert len(SigningKey.from_seed(SEED).sign(b"")) == 64


def test_a_key_id_is_the_start_of_a_labelled_hash() -> None:
    key = SigningKey.from_seed(SEED)
    whole = hashlib.sha256(b"ed25519\x00" + key.public.public_bytes).hexdigest()
    assert (key.public.fingerprint, key.kid) == (whole, whole[:32])
    sealing = SealingKey.from_seed(SEED)
    whole = hashlib.sha256(b"mlkem768-x25519\x00" + sealing.public.public_bytes).hexdigest()
    assert (sealing.public.fingerprint, sealing.kid) == (whole, whole[:32])


@pytest.mark.parametrize("kind", [SigningKey, SealingKey])
def test_a_stored_seed_gives_the_same_key_and_two_new_keys_differ(
    kind: type[SigningKey] | type[SealingKey],
) -> None:
    key = kind.generate()
    assert kind.from_seed(key.secret_seed()).public == key.public
    assert kind.generate().public != key.public


@pytest.mark.parametrize("kind", [SigningKey, SealingKey])
def test_no_text_of_a_key_shows_its_secret(kind: type[SigningKey] | type[SealingKey]) -> None:
    key = kind.from_seed(SEED)
    shown = f"{key!r} {key} {key.public!r}"
    assert key.kid in shown
    assert SEED.hex() not in shown
    assert repr(SEED) not in shown


def test_public_keys_are_equal_by_their_bytes_and_kind() -> None:
    key = SigningKey.from_seed(SEED).public
    assert VerifyKey(key.public_bytes) == key
    assert len({VerifyKey(key.public_bytes), key}) == 1
    assert key != key.public_bytes


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    for make in (SigningKey, SealingKey):
        with pytest.raises(Malformed, match="bad_seed"):
            make(bytes(size))
    with pytest.raises(Malformed, match="bad_public_key"):
        VerifyKey(bytes(size))
    with pytest.raises(Malformed, match="bad_public_key"):
        SealingPublic(bytes(1184 + size))


def test_a_public_key_out_of_range_is_refused() -> None:
    good = SealingKey.from_seed(SEED).public.public_bytes
    with pytest.raises(Malformed, match="bad_public_key"):
        SealingPublic(b"\xff" * 1184 + good[1184:])
    low_order = SealingPublic(good[:1184] + bytes(32))
    with pytest.raises(Malformed, match="bad_public_key"):
        low_order.wrap(bytes(32), b"")


def test_a_wrap_opens_only_with_its_key_and_its_info() -> None:
    key, other = SealingKey.from_seed(SEED), SealingKey.from_seed(bytes(32))
    wrapped = key.public.wrap(b"k" * 32, b"info")
    assert key.unwrap(wrapped, b"info") == b"k" * 32
    for who, info in ((other, b"info"), (key, b"other")):
        with pytest.raises(Unauthentic, match="cannot_unwrap"):
            who.unwrap(wrapped, info)


@pytest.mark.parametrize("wrapped", [b"", bytes(1167), bytes(1168), b"\xff" * 1168])
def test_no_bytes_make_unwrap_raise_anything_else(wrapped: bytes) -> None:
    with pytest.raises(Unauthentic, match="cannot_unwrap"):
        SealingKey.from_seed(SEED).unwrap(wrapped, b"")
