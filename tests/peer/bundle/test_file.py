"""The bytes of a bundle: whole or refused, for one node alone, by one node alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.envelope import SealingKey, SigningKey, frames
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic
from lienlac.core.lane import Claim, LaneClass, Mark, Receiving, Standing
from lienlac.core.messages import canonical
from lienlac.peer.bundle import file
from lienlac.peer.wire import WireParcel

SENDER, RECEIVER, CENTRE = "vn-tra-linh", "cn-jingxi", "xr-lmlecc"
NODE_KEY, OTHER_KEY = SigningKey(b"n" * 32), SigningKey(b"o" * 32)
SEALING, CENTRES_SEALING = SealingKey(b"s" * 32), SealingKey(b"c" * 32)
EPOCH = "ab" * 16

SAMPLE = file.Bundle(
    sender=SENDER,
    receiver=RECEIVER,
    made="2026-11-21T20:30:55.123Z",
    claims={LaneClass.URGENT: Claim(epoch=EPOCH, sent=7, acked=(Mark(epoch=EPOCH, seq=5, digest="d" * 64),))},
    standings={LaneClass.NORMAL: Standing(epoch=EPOCH, seq=3, digest="cd" * 32, condition=Receiving.OPEN)},
    parcels=(
        WireParcel(position=b"first place", envelope=b"x" * 900),
        WireParcel(position=b"", envelope=b""),
    ),
)


def known(node, kid):
    return NODE_KEY.public if (node, kid) == (SENDER, NODE_KEY.kid) else None


def written(bundle=SAMPLE, key=NODE_KEY, to=SEALING.public):
    return file.write(bundle, node_key=key, to=to)


def read(raw, me=RECEIVER, keys=(SEALING,)):
    return file.read(raw, me=me, sealing_keys={key.kid: key for key in keys}, node_keys=known)


RAW = written()


def with_content(content):
    """A file whose sender, a partner gone bad, sealed and signed content of his own making."""
    from unittest.mock import patch

    with patch.object(file, "_content", lambda bundle: content):
        return written()


def said(**changed):
    value = {"claims": [], "made": SAMPLE.made, "parcels": 0, "standings": []} | changed
    return canonical.encode(value)


def test_what_was_written_is_read():
    assert read(RAW) == SAMPLE


@given(st.lists(st.tuples(st.binary(max_size=2000), st.binary(max_size=9000)), max_size=30))
@settings(max_examples=30)
def test_parcels_come_out_as_they_went_in_and_in_order(parcels):
    packed = tuple(WireParcel(position=position, envelope=envelope) for position, envelope in parcels)
    assert read(written(replace(SAMPLE, parcels=packed))).parcels == packed


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_a_changed_byte_anywhere_is_refused(place, change):
    altered = bytearray(RAW)
    altered[place] ^= change
    with pytest.raises(LienlacError):
        read(bytes(altered))


def test_every_byte_of_head_and_tail_is_covered():
    """The long sealed body is sampled above; all around it is tried byte by byte."""
    for place in [*range(600), *range(len(RAW) - 100, len(RAW))]:
        altered = bytearray(RAW)
        altered[place] ^= 1
        with pytest.raises(LienlacError):
            read(bytes(altered))


@given(st.integers(0, len(RAW) - 1))
@settings(max_examples=100)
def test_a_file_that_was_cut_is_refused(length):
    with pytest.raises(LienlacError):
        read(RAW[:length])


def test_a_file_with_something_behind_it_is_refused():
    with pytest.raises(Malformed, match="frame_trailing"):
        read(RAW + b"\x00")


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_refused_by_name(noise):
    for raw in (noise, file.MAGIC + noise):
        with pytest.raises(LienlacError):
            read(raw)


def test_what_is_no_bundle_is_called_so():
    with pytest.raises(Malformed, match="not_a_bundle"):
        read(b"MZ\x90\x00")


def test_a_newer_format_is_not_understood_rather_than_damaged():
    with pytest.raises(NotUnderstood, match="newer_bundle"):
        read(RAW.replace(b"BUNDLE/1", b"BUNDLE/2", 1))


def test_a_file_for_another_node_is_not_opened():
    with pytest.raises(Unauthentic, match="bundle_for_other"):
        read(RAW, me=CENTRE, keys=(CENTRES_SEALING,))


def test_who_carries_it_cannot_open_it_by_calling_himself_the_receiver():
    with pytest.raises(Unauthentic, match="sealing_key_unknown"):
        read(RAW, me=RECEIVER, keys=(CENTRES_SEALING,))


def test_who_carries_it_can_check_who_wrote_it():
    header = file.check_outer(RAW, node_keys=known)
    assert (header.sender, header.to) == (SENDER, (RECEIVER,))


def test_a_stranger_cannot_write_in_a_partners_name():
    with pytest.raises(Unauthentic, match="unknown_key"):
        read(written(key=OTHER_KEY))


def test_a_body_cannot_be_put_into_another_file():
    """Two files of the same sender for the same receiver, their sealed bodies swapped."""
    ours, theirs = (
        list(frames.unpack(raw[len(file.MAGIC) :], count=4, max_bytes=len(raw))) for raw in (RAW, written())
    )
    ours[2] = theirs[2]
    with pytest.raises(Unauthentic, match="bad_signature"):
        read(file.MAGIC + frames.pack(*ours))


def test_a_declared_size_allocates_nothing():
    bomb = file.MAGIC + b"\xff\xff\xff\xff" + b"{}"
    with pytest.raises(Malformed, match="frame_cut"):
        read(bomb)


@pytest.mark.parametrize("count", [1, 20_000, 20_001, 2**53 - 1, -1, True, "3"])
def test_a_declared_number_of_parcels_is_not_believed(count):
    with pytest.raises(Malformed, match=r"frame_cut|parcels_count"):
        read(with_content(frames.pack(said(parcels=count), b"")))


def test_a_file_above_the_cap_is_not_looked_into():
    with pytest.raises(Malformed, match="bundle_too_large"):
        file.header_of(file.MAGIC + bytes(file.MAX_FILE_BYTES))


def test_more_than_one_file_holds_is_not_written():
    heavy = WireParcel(position=b"", envelope=bytes(file.MAX_CONTENT_BYTES))
    with pytest.raises(Malformed, match="bundle_too_large"):
        written(replace(SAMPLE, parcels=(heavy,)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {}},
        {"claims": [1]},
        {"claims": [{"class": "slow", "claim": {}}]},
        {"standings": [{"class": "urgent", "standing": {"epoch": 1}}]},
        {"standings": None},
        {"made": "now \x1b[2J"},
        {"made": 5},
        {"more": 1},
    ],
)
def test_content_of_another_shape_is_malformed(wrong):
    with pytest.raises(Malformed):
        read(with_content(frames.pack(said(**wrong), b"")))


def test_the_size_of_a_file_tells_only_steps():
    sizes = {
        len(written(replace(SAMPLE, parcels=(WireParcel(position=b"", envelope=bytes(size)),))))
        for size in (0, 1, 4096, 60_000)
    }
    assert len(sizes) == 1
