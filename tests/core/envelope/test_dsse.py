"""A signature holds for these bytes, this purpose and this key, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.envelope import ENVELOPE_TYPE, MESSAGE_TYPE, SigningKey, dsse, frames, sign, verify
from lienlac.core.errors import LienlacError, Malformed, Unauthentic

KEY = SigningKey.from_seed(bytes(32))
KEYS = {KEY.kid: KEY.public}


def test_pae_is_that_of_the_dsse_specification() -> None:
    # The example of the specification (protocol.md).
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == expected


@given(st.binary(max_size=60))
def test_what_was_signed_is_verified(payload: bytes) -> None:
    assert verify(sign(MESSAGE_TYPE, payload, KEY), MESSAGE_TYPE, KEYS.get) == (payload, KEY.kid)


def test_a_signature_for_another_purpose_does_not_hold() -> None:
    with pytest.raises(Unauthentic, match="bad_signature"):
        verify(sign(MESSAGE_TYPE, b"x", KEY), ENVELOPE_TYPE, KEYS.get)


def test_every_changed_byte_and_every_cut_is_refused() -> None:
    signed = sign(MESSAGE_TYPE, b"the message", KEY)
    for position in range(len(signed)):
        changed = bytearray(signed)
        changed[position] ^= 1 << position % 8
        for raw in (bytes(changed), signed[:position]):
            with pytest.raises((Malformed, Unauthentic)):
                verify(raw, MESSAGE_TYPE, KEYS.get)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(Unauthentic, match="unknown_key"):
        verify(sign(MESSAGE_TYPE, b"x", SigningKey.from_seed(b"s" * 32)), MESSAGE_TYPE, KEYS.get)


def test_a_book_that_gives_another_key_is_not_believed() -> None:
    other = SigningKey.from_seed(b"s" * 32)
    with pytest.raises(Unauthentic, match="unknown_key"):
        verify(sign(MESSAGE_TYPE, b"x", KEY), MESSAGE_TYPE, lambda _: other.public)


@given(st.binary(max_size=200))
def test_no_bytes_make_verify_raise_anything_else(raw: bytes) -> None:
    for signed in (raw, frames.pack(b"x", raw, bytes(64)), frames.pack(b"x", KEY.kid.encode(), raw)):
        with pytest.raises(LienlacError):
            verify(signed, MESSAGE_TYPE, KEYS.get)
