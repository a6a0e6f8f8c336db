"""Who takes in what: the table that `site.wiring` fills, so that the mailroom needs to know no room above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lienlac.apps.directory.models import Node
from lienlac.core.messages.message import Message


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message that came, author and addressee checked; `now` is this node's clock.

    `enclosed` is the chunk of a file that it brought, b"" for none; it is the one that the message names.
    """

    message: Message
    partner: Node
    now: datetime
    enclosed: bytes = b""


@dataclass(frozen=True, kw_only=True)
class ReceiptCame:
    """A partner's signed word about messages of ours, the same about each of them."""

    message_ids: tuple[str, ...]
    partner: Node
    office: str
    stage: str
    status: str
    outward_ground: str
    at: datetime
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """`by_kind`: message kind -> the verb that lets it take effect; `receipt` is told of each receipt.

    A verb raises Refused (signed refusal), NotUnderstood (kept sealed until an upgrade) or returns.
    """

    by_kind: Mapping[str, Callable[[Delivery], None]]
    receipt: Callable[[ReceiptCame], None]
