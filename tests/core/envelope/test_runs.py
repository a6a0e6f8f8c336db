"""What was signed together can be shown alone, and shows nothing that was not signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.envelope import SigningKey, dsse, frames, runs, verify
from lienlac.core.errors import LienlacError, Malformed, Unauthentic

TYPE = "lienlac/test/1"
KEY = SigningKey.from_seed(bytes(32))
KEYS = {KEY.kid: KEY.public}


def run_of(count: int) -> tuple[list[bytes], list[bytes]]:
    payloads = [f"payload {number}".encode() for number in range(count)]
    return payloads, runs.sign(TYPE, payloads, KEY)


def parts_of(signed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return payload, key id, signature of the root, steps."""
    payload, kid, signature = frames.unpack(signed, count=3, max_bytes=4096)
    return payload, kid, signature[:64], signature[64:]


def refused(signed: bytes, payload_type: str = TYPE) -> str:
    with pytest.raises((Malformed, Unauthentic)) as caught:
        runs.verify(signed, payload_type, KEYS.get)
    return caught.value.code


@given(st.integers(0, 300))
def test_each_of_what_was_signed_together_is_verified_alone(count: int) -> None:
    payloads, signed = run_of(count)
    assert [runs.verify(one, TYPE, KEYS.get) for one in signed] == [(one, KEY.kid) for one in payloads]


def test_one_alone_is_signed_as_everything_else_is() -> None:
    assert runs.sign(TYPE, [b"x"], KEY) == [dsse.sign(TYPE, b"x", KEY)]
    assert runs.verify(dsse.sign(TYPE, b"x", KEY), TYPE, KEYS.get) == (b"x", KEY.kid)


def test_the_root_is_that_of_rfc_9162() -> None:
    from lienlac.core.ledger import tree

    for count in (2, 3, 5, 6, 7, 100, 128):
        payloads, signed = run_of(count)
        root = tree.extend(tree.Frontier(), payloads)[0].root()
        KEY.public.verify(parts_of(signed[-1])[2], dsse.pae(runs.root_type(TYPE), root))


def test_every_changed_byte_and_every_cut_is_refused() -> None:
    _, signed = run_of(3)
    for raw in signed:
        for place in range(len(raw)):
            changed = bytearray(raw)
            changed[place] ^= 1 << place % 8
            refused(bytes(changed))
            refused(raw[:place])


def test_what_was_not_signed_is_not_shown_by_the_steps_of_another() -> None:
    _, signed = run_of(8)
    _, kid, signature, steps = parts_of(signed[3])
    for payload in (b"made up", parts_of(signed[4])[0]):
        assert refused(frames.pack(payload, kid, signature + steps)) == "bad_signature"


def test_two_hashes_are_no_payload() -> None:
    """Whoever gives out an inner node of the tree as something that was signed is refused."""
    payloads, signed = run_of(4)
    leaves = [hashlib.sha256(b"\x00" + one).digest() for one in payloads]
    _, kid, signature, steps = parts_of(signed[0])
    for inner in (leaves[0] + leaves[1], b"\x01" + leaves[0] + leaves[1]):
        assert refused(frames.pack(inner, kid, signature + steps[33:])) == "bad_signature"


def test_a_root_is_no_payload_and_a_payload_is_no_root() -> None:
    """A plain signature of 32 bytes does not stand for a run, nor the signature of a run for its root."""
    payloads, signed = run_of(2)
    root = runs._tree([runs._leaf_hash(one) for one in payloads])[0]
    _, kid, signature, steps = parts_of(signed[0])
    assert refused(frames.pack(root, kid, signature)) == "bad_signature"
    plain = KEY.sign(dsse.pae(TYPE, root))
    assert refused(frames.pack(payloads[0], kid, plain + steps)) == "bad_signature"


def test_steps_beyond_the_longest_run_are_refused_though_they_lead_to_the_root() -> None:
    hash_, steps = runs._leaf_hash(b"x"), b""
    for _ in range(runs.MOST_STEPS + 1):
        steps += runs.LEFT + bytes(32)
        hash_ = runs._node_hash(bytes(32), hash_)
    root = KEY.sign(dsse.pae(runs.root_type(TYPE), hash_))
    assert refused(frames.pack(b"x", KEY.kid.encode(), root + steps)) == "bad_signature"


@pytest.mark.parametrize("spoilt", [
    lambda steps: steps + b"\x00", lambda steps: steps[:-1], lambda steps: b"\x02" + steps[1:],
    lambda steps: steps[33:], lambda steps: steps[33:66] + steps[:33] + steps[66:], lambda steps: b"",
])  # fmt: skip
def test_steps_of_another_shape_or_order_are_refused(spoilt: Callable[[bytes], bytes]) -> None:
    payload, kid, signature, steps = parts_of(run_of(8)[1][5])
    assert refused(frames.pack(payload, kid, signature + spoilt(steps))) == "bad_signature"


def test_a_signature_for_another_purpose_does_not_hold() -> None:
    assert refused(run_of(2)[1][0], "lienlac/other/1") == "bad_signature"


def test_nothing_else_may_be_signed_together() -> None:
    with pytest.raises(Unauthentic, match="bad_signature"):
        verify(run_of(2)[1][0], TYPE, KEYS.get)


def test_what_a_reader_found_to_hold_lets_nothing_else_pass() -> None:
    """He verifies one signature a run; what is altered, of another run or another key is looked at anew."""
    payloads, signed = run_of(4)
    reader = runs.Reader(KEYS.get)
    assert [reader.read(one, TYPE)[0] for one in signed] == payloads
    payload, kid, signature, steps = parts_of(signed[0])
    other = SigningKey.from_seed(b"s" * 32)
    for raw in (
        frames.pack(b"made up", kid, signature + steps),
        frames.pack(payload, kid, bytes(64) + steps),
        frames.pack(payload, other.kid.encode(), signature + steps),
    ):
        with pytest.raises(Unauthentic):
            reader.read(raw, TYPE)


def test_a_reader_verifies_one_signature_a_run() -> None:
    class Counting:
        kid, suite, count = KEY.kid, 1, 0

        def verify(self, signature: bytes, payload: bytes) -> None:
            self.count += 1
            KEY.public.verify(signature, payload)

    key = Counting()
    reader = runs.Reader(lambda _kid: key)
    for one in run_of(128)[1] + run_of(100)[1] + run_of(128)[1]:
        reader.read(one, TYPE)
    assert key.count == 2


@given(st.binary(max_size=300))
def test_no_bytes_make_verify_raise_anything_else(raw: bytes) -> None:
    for signed in (raw, frames.pack(b"x", raw, bytes(97)), frames.pack(b"x", KEY.kid.encode(), raw)):
        with pytest.raises(LienlacError):
            runs.verify(signed, TYPE, KEYS.get)
