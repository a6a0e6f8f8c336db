"""A file comes out of its chunks as it went in, or not at all; what is missing or altered is named."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectors.attachments.make import LONG, OF, PATH, PICTURE, carrier, vectors

from lienlac.core.envelope import MESSAGE_TYPE, chunks, open_envelope, read_message, sign
from lienlac.core.envelope.chunks import (
    Sealed,
    Sealer,
    check_enclosed,
    enclose,
    open_file,
    open_preview,
    parted,
    seal_file,
)
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic, Unavailable
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment

from .world import AUTHOR_KEYS, MESSAGE, NODE_KEYS, A, B, sealed, signed

VECTORS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
TWO, PIECES = seal_file(LONG, name="scan.pdf", media_type="application/pdf")


def go_through(manifest: Attachment, find: Callable[[str], bytes | None]) -> None:
    for _piece in open_file(manifest, find):
        pass


def held(*pieces: Sealed) -> dict[str, bytes]:
    return {one.digest: one.raw for one in pieces}


@settings(max_examples=25)
@given(st.binary(min_size=1, max_size=4000))
def test_what_was_sealed_comes_out(content: bytes) -> None:
    manifest, pieces = seal_file(content, name="a.txt", media_type="text/plain")
    assert b"".join(open_file(manifest, held(*pieces).get)) == content
    assert all(content[:16] not in one.raw for one in pieces if len(content) >= 16)


@pytest.mark.parametrize("size", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_every_chunk_is_full_but_the_last(size: int) -> None:
    manifest, pieces = seal_file(b"x" * size, name="a.txt", media_type="text/plain")
    assert [len(one.raw) - 48 for one in pieces] == [
        min(CHUNK_BYTES, size - start) for start in range(0, size, CHUNK_BYTES)
    ]
    assert b"".join(open_file(manifest, held(*pieces).get)) == b"x" * size


def test_the_same_file_twice_shares_no_chunk() -> None:
    again, _ = seal_file(LONG, name="scan.pdf", media_type="application/pdf")
    assert not set(again.chunks) & set(TWO.chunks)
    assert again.sha256 == TWO.sha256


@pytest.mark.parametrize("lost", [0, 1])
def test_a_missing_chunk_is_named(lost: int) -> None:
    with pytest.raises(Unavailable) as refusal:
        go_through(TWO, held(PIECES[1 - lost]).get)
    assert (refusal.value.code, refusal.value.facts["chunk"]) == ("chunk_missing", TWO.chunks[lost])


@settings(max_examples=40)
@given(place=st.integers(0, 4_000), flip=st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    manifest, (piece,) = seal_file(b"a statement" * 400, name="a.txt", media_type="text/plain")
    raw = bytearray(piece.raw)
    raw[place % len(raw)] ^= flip
    with pytest.raises(Unauthentic) as refusal:
        go_through(manifest, {piece.digest: bytes(raw)}.get)
    assert (refusal.value.code, refusal.value.facts["chunk"]) == ("chunk_altered", piece.digest)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"chunks": TWO.chunks[::-1]}, "chunk_altered"),  # in another order
        ({"key": "00" * 32}, "chunk_altered"),
        ({"size": TWO.size + 1}, "chunk_altered"),
        ({"sha256": "00" * 32}, "file_altered"),
    ],
)
def test_a_manifest_that_says_otherwise_opens_nothing(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Unauthentic, match=code):
        go_through(replace(TWO, **changed), held(*PIECES).get)


def test_a_chunk_cannot_be_left_out_at_the_end() -> None:
    shorter = replace(TWO, chunks=TWO.chunks[:1], size=CHUNK_BYTES)
    with pytest.raises(Unauthentic, match="chunk_altered"):
        go_through(shorter, held(*PIECES).get)


def test_a_suite_that_is_not_allowed_here_opens_nothing() -> None:
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        go_through(replace(TWO, suite=9), held(*PIECES).get)


def test_nothing_is_no_file() -> None:
    with pytest.raises(Malformed, match="attachment_field"):
        seal_file(b"", name="a.txt", media_type="text/plain")


# --- a preview ---------------------------------------------------------------------------------------------


def pictured(name: str = "a.jpg") -> tuple[Attachment, Sealed, Sealed]:
    sealer = Sealer(len(PICTURE))
    preview, chunk = sealer.preview(PICTURE), sealer.seal(PICTURE)
    return sealer.manifest(name=name, media_type="image/jpeg"), preview, chunk


def test_a_preview_is_there_before_the_file_and_is_no_part_of_it() -> None:
    manifest, preview, chunk = pictured()
    assert open_preview(manifest, held(preview).get) == PICTURE
    with pytest.raises(Unavailable, match="chunk_missing"):
        go_through(manifest, held(preview).get)
    assert b"".join(open_file(manifest, held(chunk).get)) == PICTURE
    assert manifest.pieces == (preview.digest, chunk.digest)
    assert Attachment.from_json(vars(manifest) | {"chunks": list(manifest.chunks)}) == manifest


def test_neither_a_chunk_nor_the_preview_of_another_file_opens_as_this_ones() -> None:
    manifest, preview, chunk = pictured()
    _, other, _ = pictured("b.jpg")
    for wrong in (chunk, other):
        with pytest.raises(Unauthentic, match="chunk_altered"):
            open_preview(replace(manifest, preview=wrong.digest, chunks=("ab" * 32,)), held(wrong).get)
        with pytest.raises(Unauthentic, match="chunk_altered"):
            open_preview(manifest, {preview.digest: wrong.raw}.get)
    with pytest.raises(Unauthentic, match="chunk_altered"):
        go_through(replace(manifest, chunks=(preview.digest,), preview=None), held(preview).get)


def test_a_file_without_a_preview_shows_none() -> None:
    with pytest.raises(Unavailable, match="chunk_missing"):
        open_preview(TWO, held(*PIECES).get)


def test_what_is_no_small_picture_is_not_sealed_as_one() -> None:
    with pytest.raises(Malformed, match="preview_unfit"):
        Sealer(1).preview(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    "preview",
    ["", "ab", 7, pytest.param(TWO.chunks[0], id="a chunk of the file, whose digest is drawn anew")],
)
def test_a_manifest_names_as_preview_a_chunk_of_its_own_or_none(preview: Any) -> None:
    with pytest.raises(Malformed, match="attachment_field"):
        replace(TWO, preview=preview)


@pytest.mark.parametrize("case", VECTORS["pictured"]["refused"], ids=lambda case: case["name"])
def test_what_the_vectors_say_is_no_preview_is_refused(case: dict[str, str]) -> None:
    told = json.loads(VECTORS["pictured"]["manifest"])
    manifest = Attachment.from_json(told | {"preview": case["digest"]})
    with pytest.raises(LienlacError) as refusal:
        open_preview(manifest, {case["digest"]: bytes.fromhex(case["preview"])}.get)
    assert refusal.value.code == case["code"]


# --- in an envelope ----------------------------------------------------------------------------------------


def test_a_full_chunk_travels_in_one_envelope_beside_its_message() -> None:
    message = carrier(PIECES[0].digest)
    envelope = sealed(enclose(sign(MESSAGE_TYPE, message.to_bytes(), A.officer), PIECES[0].raw))
    content = open_envelope(
        envelope, me=B.id, sealing_keys={B.sealing.kid: B.sealing}, node_keys=NODE_KEYS
    ).signed_message
    signed_message, enclosed = parted(content)
    read, _ = read_message(signed_message, sender=A.id, author_keys=AUTHOR_KEYS)
    check_enclosed(read, enclosed)
    assert (read, enclosed) == (message, PIECES[0].raw)


def test_a_reader_who_does_not_look_for_a_chunk_takes_the_whole_for_no_message() -> None:
    with pytest.raises(Malformed, match="frame_trailing"):
        read_message(enclose(signed(), b"x"), sender=A.id, author_keys=AUTHOR_KEYS)


def test_a_message_without_a_chunk_is_all_there_is() -> None:
    assert parted(signed()) == (signed(), b"")


@given(st.binary(max_size=60))
def test_no_content_makes_it_stumble(content: bytes) -> None:
    try:
        signed_message, enclosed = parted(content)
    except Malformed:
        return
    assert (enclose(signed_message, enclosed) if enclosed else signed_message) == content


@pytest.mark.parametrize(
    ("content", "code"),
    [(signed()[:-1], "frame_cut"), (enclose(signed(), b""), "enclosed_missing"),
     (enclose(signed(), b"x") + b"\x00", "frame_trailing")],
)  # fmt: skip
def test_a_content_has_one_spelling(content: bytes, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        parted(content)


@pytest.mark.parametrize(
    ("message", "enclosed", "code"),
    [
        (MESSAGE, b"x", "enclosed_unexpected"),
        (carrier("ab" * 32), b"", "enclosed_missing"),
        (carrier("ab" * 32), b"x", "chunk_altered"),
        (carrier("ab" * 32), bytes(chunks.MAX_CHUNK_BYTES + 1), "chunk_too_large"),
    ],
)
def test_only_the_chunk_that_a_message_names_may_lie_beside_it(
    message: Any, enclosed: bytes, code: str
) -> None:
    with pytest.raises(LienlacError, match=code):
        check_enclosed(message, enclosed)


# --- vectors -----------------------------------------------------------------------------------------------


def test_the_vectors_are_what_this_node_makes() -> None:
    assert vectors() == VECTORS


def test_the_vectors_are_what_the_protocol_says_written_out_by_hand() -> None:
    """docs/protocol/attachments.md, sections 2 and 3, with nothing of the chunks' module."""
    short = json.loads(VECTORS["short"]["manifest"])
    content, header = bytes.fromhex(VECTORS["short"]["content"]), b"lienlac/1 chunk 0 of 1"

    def expand(key: bytes, info: bytes) -> bytes:
        first = hmac.digest(key, info + b"\x01", "sha256")
        return first + hmac.digest(key, first + info + b"\x02", "sha256")

    salt = hashlib.sha256(header).digest()
    derived = expand(hmac.digest(salt, bytes.fromhex(short["key"]), "sha256"), b"lienlac/1 body")
    chunk = derived[32:] + AESGCM(derived[:32]).encrypt(bytes(12), content, header)
    assert chunk.hex() == VECTORS["short"]["chunk"]
    assert short["chunks"] == [hashlib.sha256(chunk).hexdigest()]
    assert short["sha256"] == hashlib.sha256(content).hexdigest()
    signed_message = bytes.fromhex(VECTORS["carried"]["signed_message"])
    assert VECTORS["carried"]["content"] == (signed_message + struct.pack(">I", len(chunk)) + chunk).hex()
    body = json.loads(VECTORS["carried"]["message"])["body"]
    assert body == {"chunk": short["chunks"][0], "of": OF}


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_what_the_vectors_say_is_refused(case: dict[str, str]) -> None:
    manifest = Attachment.from_json(json.loads(VECTORS["short"]["manifest"]))
    with pytest.raises(LienlacError) as refusal:
        go_through(manifest, lambda _digest: bytes.fromhex(case["chunk"]) or None)
    assert refusal.value.code == case["code"]
