"""A message of 2 KB, of a kind that only the bench knows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from lienlac.core.messages.message import Message

KIND = "BENCH"
MESSAGE_BYTES = 2048
CREATED = "2026-11-22T08:30:00.000Z"


def message(sender: str, receiver: str) -> Message:
    """Return a message of 2 KB as canonical bytes, different each time."""
    bare = _message(sender, receiver, {"text": ""})
    filling = secrets.token_hex(MESSAGE_BYTES)[: MESSAGE_BYTES - len(bare.to_bytes())]
    return _message(sender, receiver, {"text": filling})


def _message(sender: str, receiver: str, body: Mapping[str, str]) -> Message:
    return Message(
        id=secrets.token_hex(16),
        from_office=sender,
        to_offices=(receiver,),
        kind=KIND,
        version=1,
        handling=(),
        created=CREATED,
        agreement=None,
        in_reply_to=None,
        attachments=(),
        body=body,
    )
