"""Two histories that one node signed, as a file that proves it to somebody with nothing but the file.

The format stands in `docs/protocol/export.md`, section 4; `verifier/lienlac_verify.py` reads it, alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.errors import Malformed
from lienlac.core.lane.position import POSITION_TYPE, Position
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.checkpoint import Origin
from lienlac.core.ledger.export import ExportKey, line
from lienlac.core.messages.canonical import Json

FORMAT, VERSION = "lienlac-fork", 1


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: who signed it, and its record for the file."""

    node: str
    record: Mapping[str, Json]

    @classmethod
    def from_note(cls, note: bytes) -> Side:
        """Take a signed head of a ledger, or raise Malformed."""
        node = Origin.parse(checkpoint.parse(note).checkpoint.origin).node
        return cls(node=node, record={"note": note.decode(), "t": "head"})

    @classmethod
    def from_position(cls, signed: bytes) -> Side:
        """Take a signed position of a lane (frames payload, kid, signature), or raise Malformed."""
        payload, kid, signature = frames.unpack(signed, count=3, max_bytes=MAX_SIGNED_BYTES)
        record: dict[str, Json] = {
            "kid": kid.decode("ascii", "replace"),
            "payload": base64.b64encode(payload).decode(),
            "signature": base64.b64encode(signature).decode(),
            "t": "position",
            "type": POSITION_TYPE,
        }
        return cls(node=Position.from_bytes(payload).lane.sender, record=record)


def write(first: Side, second: Side, *, keys: Sequence[ExportKey], by: str, at: datetime) -> bytes:
    """Return the file: a header and both sides. `keys` are all that the directory gave the node that signed them.

    Raises Malformed('fork_sides') for words of two nodes, or of two kinds.
    """
    if first.node != second.node or first.record["t"] != second.record["t"]:
        raise Malformed("fork_sides", nodes=sorted({first.node, second.node}))
    header: dict[str, Json] = {
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "by": by,
        "format": FORMAT,
        "keys": [key.record() for key in keys],
        "of": first.node,
        "t": "fork",
        "v": VERSION,
    }
    records = (header, first.record, second.record)
    return b"".join(line(number, record) for number, record in enumerate(records, start=1))
