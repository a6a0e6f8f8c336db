"""The bytes that other implementations are checked against stay readable here, for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac.core.envelope import (
    MESSAGE_TYPE,
    SealingKey,
    SigningKey,
    VerifyKey,
    open_envelope,
    read_message,
    sign,
)
from lienlac.core.envelope.padding import pad
from lienlac.core.errors import LienlacError
from lienlac.core.messages.message import Message

PATH = Path(__file__).parents[2] / "vectors" / "envelope" / "envelope.json"
VECTORS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
OPENS = {name: bytes.fromhex(value) for name, value in VECTORS["opens"].items()}
A, B, C = VECTORS["nodes"]


def keys(use: str) -> dict[tuple[str, str], VerifyKey]:
    return {
        (node["node"], node[f"{use}_kid"]): VerifyKey(bytes.fromhex(node[f"{use}_public"]))
        for node in (A, B, C)
    }


def opened(raw: bytes, node: dict[str, str]) -> bytes:
    key = SealingKey.from_seed(bytes.fromhex(node["sealing_seed"]))
    return open_envelope(
        raw, me=node["node"], sealing_keys={node["sealing_kid"]: key}, node_keys=keys("signing")
    ).signed_message


@pytest.mark.parametrize("node", [A, B, C], ids=lambda node: node["node"])
def test_seeds_give_the_public_keys_and_ids_of_the_file(node: dict[str, str]) -> None:
    for use, kind in (("signing", SigningKey), ("sealing", SealingKey), ("officer", SigningKey)):
        key = kind.from_seed(bytes.fromhex(node[f"{use}_seed"]))
        assert key.public.public_bytes.hex() == node[f"{use}_public"]
        assert key.kid == node[f"{use}_kid"]


@pytest.mark.parametrize("node", [B, C], ids=lambda node: node["node"])
def test_the_envelope_of_the_file_opens(node: dict[str, str]) -> None:
    assert opened(OPENS["envelope"], node) == OPENS["signed_message"]
    assert hashlib.sha256(OPENS["envelope"]).hexdigest() == VECTORS["opens"]["digest"]


def test_the_message_of_the_file_is_read_and_signed_the_same() -> None:
    message, kid = read_message(OPENS["signed_message"], sender=A["node"], author_keys=keys("officer"))
    assert (message.to_bytes(), kid) == (OPENS["message"], A["officer_kid"])
    author = SigningKey.from_seed(bytes.fromhex(A["officer_seed"]))
    assert (
        sign(MESSAGE_TYPE, Message.from_bytes(OPENS["message"]).to_bytes(), author)
        == (OPENS["signed_message"])
    )
    assert pad(OPENS["signed_message"]) == OPENS["padded"]


def test_what_the_signatures_of_the_file_cover() -> None:
    keys("signing")[A["node"], A["signing_kid"]].verify(OPENS["signature"], OPENS["signed_by_node"])
    author_signature = OPENS["signed_message"][-64:]
    keys("officer")[A["node"], A["officer_kid"]].verify(author_signature, OPENS["signed_by_author"])


def test_the_envelope_of_the_file_is_what_the_protocol_says_written_out_by_hand() -> None:
    """docs/protocol/envelope.md, sections 1 and 3, with nothing of the envelope room."""

    def frame(*parts: bytes) -> bytes:
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)

    def expand(key: bytes, info: bytes) -> bytes:
        first = hmac.digest(key, info + b"\x01", "sha256")
        return first + hmac.digest(key, first + info + b"\x02", "sha256")

    header = json.dumps(json.loads(OPENS["header"]), sort_keys=True, separators=(",", ":")).encode()
    header_digest = hashlib.sha256(header).digest()
    assert OPENS["info_of_b"] == b"lienlac/1" + B["sealing_kid"].encode() + header_digest
    derived = expand(hmac.digest(header_digest, OPENS["content_key"], "sha256"), b"lienlac/1 body")
    padded = struct.pack(">I", len(OPENS["signed_message"])) + OPENS["signed_message"]
    sealed = AESGCM(derived[:32]).encrypt(bytes(12), padded.ljust(1024, b"\x00"), header)
    body = derived[32:] + sealed
    wraps = OPENS["envelope"][4 + len(header) + 4 :][: 2 * (4 + 1168)]
    assert OPENS["envelope"] == frame(header, wraps, body, OPENS["signature"])
    covered = frame(header, wraps, hashlib.sha256(body).digest())
    kind = b"application/vnd.lienlac.envelope"
    assert OPENS["signed_by_node"] == b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(covered), covered)
    message_frames = frame(OPENS["message"], A["officer_kid"].encode(), OPENS["signed_message"][-64:])
    assert OPENS["signed_message"] == message_frames


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_what_the_file_says_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(LienlacError) as refusal:
        opened(bytes.fromhex(case["envelope"]), B)
    assert refusal.value.code == case["code"]
