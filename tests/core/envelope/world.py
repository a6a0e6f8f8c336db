"""Three invented nodes with fixed keys: A in Viet Nam, B in China, C the regional centre."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lienlac.core.envelope import (
    MAX_ENVELOPE_BYTES,
    MESSAGE_TYPE,
    Opened,
    Recipient,
    SealingKey,
    SigningKey,
    VerifyKey,
    check_addressed,
    frames,
    open_envelope,
    read_message,
    seal,
    sign,
)
from lienlac.core.envelope.dsse import ENVELOPE_TYPE, pae
from lienlac.core.envelope.suite import SUITE_1
from lienlac.core.messages import canonical
from lienlac.core.messages.attachment import Attachment
from lienlac.core.messages.message import Message


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node: its id, the key it signs envelopes with, its sealing key, one officer's key."""

    id: str
    signing: SigningKey
    sealing: SealingKey
    officer: SigningKey

    @property
    def office(self) -> str:
        return f"{self.id}.desk"

    def as_recipient(self) -> Recipient:
        return Recipient(node=self.id, key=self.sealing.public)


def node(node_id: str, number: int) -> Node:
    seeds = [bytes([number, use]) * 16 for use in range(3)]
    return Node(
        id=node_id,
        signing=SigningKey.from_seed(seeds[0]),
        sealing=SealingKey.from_seed(seeds[1]),
        officer=SigningKey.from_seed(seeds[2]),
    )


A = node("vn-tra-linh", 1)
B = node("cn-jingxi", 2)
C = node("lmlecc", 3)
NODES = (A, B, C)
NODE_KEYS: dict[tuple[str, str], VerifyKey] = {(n.id, n.signing.kid): n.signing.public for n in NODES}
AUTHOR_KEYS: dict[tuple[str, str], VerifyKey] = {(n.id, n.officer.kid): n.officer.public for n in NODES}
NODE_OF = {n.office: n.id for n in NODES}.get

MESSAGE = Message(
    id="0123456789abcdef0123456789abcdef",
    from_office=A.office,
    to_offices=(B.office,),
    kind="VER_ID",
    version=1,
    handling=("H1", "NO_REGIONAL"),
    created="2026-11-21T08:30:00.000Z",
    agreement="VN-CN-2021",
    in_reply_to=None,
    attachments=(
        Attachment(
            chunks=("cd" * 32,),
            key="ef" * 32,
            media_type="image/jpeg",
            name="ảnh thẻ.jpg",
            sha256="ab" * 32,
            size=2048,
            suite=1,
        ),
    ),
    body={"name": "Đàm Khánh Viễn", "born": 1988, "why": ["identity"], "known": None},
)


def a_message(**changes: Any) -> Message:
    return replace(MESSAGE, **changes)


def signed(message: Message = MESSAGE, author: SigningKey = A.officer) -> bytes:
    return sign(MESSAGE_TYPE, message.to_bytes(), author)


def sealed(content: bytes | None = None, sender: Node = A, to: tuple[Node, ...] = (B,)) -> bytes:
    return seal(
        signed() if content is None else content,
        sender=sender.id,
        recipients=[one.as_recipient() for one in to],
        node_key=sender.signing,
    )


def opened(raw: bytes, by: Node = B) -> Opened:
    return open_envelope(raw, me=by.id, sealing_keys={by.sealing.kid: by.sealing}, node_keys=NODE_KEYS)


def parts_of(raw: bytes) -> list[bytes]:
    """Header, wraps, body, signature."""
    return list(frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES))


def signed_again(header: bytes, wraps: bytes, body: bytes, by: Node = A) -> bytes:
    """An envelope with a valid node signature over whatever parts: what a dishonest NODE can make."""
    covered = frames.pack(header, wraps, SUITE_1.digest(body))
    return frames.pack(header, wraps, body, by.signing.sign(pae(ENVELOPE_TYPE, covered)))


def with_header(raw: bytes, **fields: canonical.Json) -> bytes:
    """The envelope with fields of its header replaced, and signed again by its node."""
    header, wraps, body, _ = parts_of(raw)
    value = canonical.decode(header)
    assert isinstance(value, dict)
    return signed_again(canonical.encode(value | fields), wraps, body)


def read(raw: bytes, by: Node = B) -> Message:
    """All steps, as a receiver does them."""
    envelope = opened(raw, by)
    message, _ = read_message(envelope.signed_message, sender=envelope.header.sender, author_keys=AUTHOR_KEYS)
    check_addressed(message, sender=envelope.header.sender, me=by.id, node_of=NODE_OF)
    return message
