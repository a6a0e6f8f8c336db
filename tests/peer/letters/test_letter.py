"""The bytes of a letter: what goes in comes out, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.envelope import frames
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic
from lienlac.core.messages import canonical
from lienlac.peer import proofs, sealed
from lienlac.peer.bundle.file import BUNDLE
from lienlac.peer.letters.letter import (
    BESIDE_ANSWERS_BYTES,
    LETTER,
    QUESTION_BYTES,
    QUESTION_DEPTH,
    ROOM_BYTES,
    Letter,
    decode,
    encode,
)
from lienlac.peer.nats.cluster import MUST_CARRY_BYTES
from lienlac.peer.wire import WireParcel

NODE, SEAL = SigningKey.generate(), SealingKey.generate()
EMPTY = Letter(claims={}, standings={})
RAW = sealed.seal(LETTER, encode(EMPTY), sender="vn-a", receiver="cn-b", node_key=NODE, to=SEAL.public)


def unseal(raw: bytes, form: sealed.Form = LETTER, me: str = "cn-b") -> bytes:
    keys = {("vn-a", NODE.kid): NODE.public}
    _, content = sealed.unseal(
        form,
        raw,
        me=me,
        sealing_keys={SEAL.kid: SEAL},
        node_keys=lambda node, kid: keys.get((node, kid)),
    )
    return content


@given(st.lists(st.tuples(st.binary(max_size=50), st.binary(max_size=50)), max_size=5))
@settings(max_examples=30)
def test_what_goes_in_comes_out(parcels):
    packed = tuple(WireParcel(position=position, envelope=envelope) for position, envelope in parcels)
    letter = Letter(claims={}, standings={}, parcels=packed, asks=[{"ask": "x"}], answers=[])
    assert decode(encode(letter)) == letter


def test_answers_that_are_too_long_together_do_not_spoil_the_letter():
    long = [
        {"answer": {"proofs": ["x" * 200_000]}, "asked": number} for number in range(proofs.MAX_QUESTIONS)
    ]
    letter = Letter(claims={}, standings={}, answers=proofs.that_fit(long, beside=BESIDE_ANSWERS_BYTES))
    assert decode(encode(letter)).answers == long[:3]


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_no_content_makes_it_stumble(content):
    with pytest.raises(LienlacError):
        decode(content)


@pytest.mark.parametrize(
    "said",
    [
        {"answers": [], "asks": [], "claims": []},
        {"answers": [], "asks": [], "claims": [], "standings": [], "more": 1},
        {"answers": {}, "asks": [], "claims": [], "standings": []},
        {"answers": [], "asks": [1] * (proofs.MAX_QUESTIONS + 1), "claims": [], "standings": []},
        {"answers": [], "asks": ["x" * QUESTION_BYTES], "claims": [], "standings": []},
        {"answers": [], "asks": [], "claims": {}, "standings": []},
    ],
)
def test_another_shape_is_refused(said):
    with pytest.raises(Malformed):
        decode(frames.pack(canonical.encode(said), b""))


def test_each_question_that_is_read_can_be_written_again_with_its_answer():
    def so_deep(depth: int) -> canonical.Json:
        return [so_deep(depth - 1)] if depth else 1

    def asking(depth: int) -> bytes:
        return encode(Letter(claims={}, standings={}, asks=[so_deep(depth)]))

    (asked,) = decode(asking(QUESTION_DEPTH)).asks
    assert encode(Letter(claims={}, standings={}, answers=[{"answer": {"error": "x"}, "asked": asked}]))
    with pytest.raises(Malformed, match="json_too_deep"):
        decode(asking(QUESTION_DEPTH + 1))


@given(st.integers(min_value=0, max_value=len(RAW) - 1), st.integers(min_value=1, max_value=255))
@settings(max_examples=40)
def test_any_changed_byte_is_noticed(at, by):
    with pytest.raises(LienlacError):
        unseal(RAW[:at] + bytes([RAW[at] ^ by]) + RAW[at + 1 :])


def test_a_letter_is_for_its_reader_alone():
    with pytest.raises(Unauthentic, match="letter_for_other"):
        unseal(RAW, me="la-c")


def test_a_letter_cannot_be_handed_over_as_a_file_nor_a_file_as_a_letter():
    with pytest.raises(Malformed, match="not_a_bundle"):
        unseal(RAW, form=BUNDLE)
    with pytest.raises(Malformed, match="not_a_letter"):
        unseal(BUNDLE.magic + RAW.removeprefix(LETTER.magic))
    with pytest.raises(LienlacError):
        unseal(BUNDLE.magic + RAW.removeprefix(LETTER.magic), form=BUNDLE)


def test_a_newer_letter_is_told_from_no_letter():
    with pytest.raises(NotUnderstood, match="newer_letter"):
        unseal(RAW.replace(b"/1\n", b"/2\n", 1))


def test_the_outside_says_two_nodes_and_a_rounded_size():
    header = sealed.header_of(LETTER, RAW)
    assert (header.sender, header.to) == ("vn-a", ("cn-b",))
    assert set(canonical.decode(header.to_bytes())) == {"from", "kids", "signed_by", "suite", "to", "v"}
    longer = Letter(claims={}, standings={}, asks=[{"ask": "x" * 500}])
    other = sealed.seal(LETTER, encode(longer), sender="vn-a", receiver="cn-b", node_key=NODE, to=SEAL.public)
    assert len(other) == len(RAW)


def test_the_longest_letter_passes_through_every_cluster_that_is_set_up_right():
    assert LETTER.longest < MUST_CARRY_BYTES
    assert ROOM_BYTES >= (2200 << 10)  # a window of the bulk lane
