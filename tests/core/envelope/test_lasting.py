"""A key of two halves is believed with both or not at all."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from lienlac.core.envelope.keys import SigningKey, VerifyKey
from lienlac.core.envelope.lasting import PUBLIC_BYTES, SIGNATURE_BYTES, LastingKey, LastingVerifyKey
from lienlac.core.errors import Malformed, Unauthentic

KEY, OTHER = LastingKey(bytes(range(64))), LastingKey(bytes(range(64, 128)))
SAID = b"what a state says"
SIGNATURE = KEY.sign(SAID)


def refused(signature: bytes, key: LastingVerifyKey = KEY.public, said: bytes = SAID) -> None:
    with pytest.raises(Unauthentic, match="bad_signature"):
        key.verify(signature, said)


def test_both_signatures_hold() -> None:
    KEY.public.verify(SIGNATURE, SAID)
    assert len(SIGNATURE) == SIGNATURE_BYTES
    assert len(KEY.public.public_bytes) == PUBLIC_BYTES


def test_one_half_alone_is_no_signature() -> None:
    """Who breaks one of the two algorithms has the other half still to forge."""
    theirs = OTHER.sign(SAID)
    for one in (
        SIGNATURE[:64],
        SIGNATURE[64:],
        SIGNATURE[:64] + theirs[64:],
        theirs[:64] + SIGNATURE[64:],
        b"",
    ):
        refused(one)
    refused(SIGNATURE + b"\x00")
    refused(SIGNATURE, said=b"what it did not say")


def test_a_half_does_not_hold_for_a_key_that_is_this_half_alone() -> None:
    """Else whoever strips the second half had the word of the first, wherever that was believed before."""
    first = SigningKey.from_seed(KEY.secret_seed()[:32])
    with pytest.raises(Unauthentic, match="bad_signature"):
        first.public.verify(SIGNATURE[:64], SAID)
    second = mldsa.MLDSA65PrivateKey.from_seed_bytes(KEY.secret_seed()[32:])
    refused(first.sign(SAID) + second.sign(SAID))
    refused(first.sign(SAID) + SIGNATURE[64:])


def test_its_name_is_of_both_halves() -> None:
    whole = hashlib.sha256(b"ed25519-mldsa65\x00" + KEY.public.public_bytes).hexdigest()
    assert (KEY.public.fingerprint, KEY.kid) == (whole, whole[:32])
    assert KEY.kid != VerifyKey(KEY.public.public_bytes[:32]).kid
    swapped = LastingVerifyKey(KEY.public.public_bytes[:32] + OTHER.public.public_bytes[32:])
    assert swapped.kid not in (KEY.kid, OTHER.kid)


def test_is_made_of_the_two_algorithms_as_they_are_published() -> None:
    said = b"ed25519-mldsa65\x00" + SAID
    first = ed25519.Ed25519PrivateKey.from_private_bytes(KEY.secret_seed()[:32])
    second = mldsa.MLDSA65PrivateKey.from_seed_bytes(KEY.secret_seed()[32:])
    assert SIGNATURE[:64] == first.sign(said)
    second.public_key().verify(SIGNATURE[64:], said, b"ed25519-mldsa65")


@pytest.mark.parametrize("size", [0, 32, PUBLIC_BYTES - 1, PUBLIC_BYTES + 1])
def test_other_bytes_are_no_key(size: int) -> None:
    with pytest.raises(Malformed, match="bad_public_key"):
        LastingVerifyKey(bytes(size))
    with pytest.raises(Malformed, match="bad_seed"):
        LastingKey(bytes(size))
