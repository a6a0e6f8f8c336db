"""The house ledger's commitment of a day, signed, and the file that opens it (docs/protocol/export.md, section 5).

The commitment shows neither size nor root nor hour. Who was given it keeps it; opened later, with the salt, it binds
the node to the house ledger that it had then, and the newest head is proven to continue that one.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.envelope.suite import Signer
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint, salting
from lienlac.core.ledger.export import ExportKey, line
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

COMMITMENT_TYPE = "application/vnd.lienlac.commitment+json"
FORMAT, VERSION = "lienlac-opening", 1
SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What opens a commitment. `signed` as `sign` gave it; `note` the head that it commits to, `newest` a later one of
    the same ledger, `proof` that the later only adds to the former.
    """

    signed: bytes
    salt: bytes
    note: bytes
    newest: bytes
    proof: Sequence[bytes]


def sign(note: bytes, salt: bytes, *, node: str, on: date, key: Signer) -> bytes:
    """Commit to a signed head for a day; return the statement with its signature (frames payload, kid, signature)."""
    digest = salting.commitment(checkpoint.parse(note).checkpoint, salt)
    said: Json = {"digest": digest, "node": node, "on": on.isoformat(), "v": VERSION}
    return dsse.sign(COMMITMENT_TYPE, canonical.encode(said), key)


def digest_of(signed: bytes) -> str:
    """Return the 64 hex digits that a statement of ours commits by."""
    value = canonical.decode(_parts(signed)[0])
    return str(value["digest"]) if isinstance(value, dict) else ""


def given(signed: bytes) -> bytes:
    """Return the file that is given out on the day: one line, which says nothing but the digest."""
    return line(1, _statement(signed))


def opened(opening: Opening, *, keys: Sequence[ExportKey], node: str, at: datetime) -> bytes:
    """Return the file that opens a commitment: four lines. `keys` are all that the directory gave the node.

    Raises Unauthentic('commitment_differs') when the salt and the head do not open it: a store was damaged.
    """
    head = checkpoint.parse(opening.note).checkpoint
    if not hmac.compare_digest(salting.commitment(head, opening.salt), digest_of(opening.signed)):
        raise Unauthentic("commitment_differs")
    header: dict[str, Json] = {
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "format": FORMAT,
        "keys": [key.record() for key in keys],
        "node": node,
        "t": "opening",
        "v": VERSION,
    }
    head_line: dict[str, Json] = {"note": opening.note.decode(), "salt": _base64(opening.salt), "t": "opened"}
    newest: dict[str, Json] = {
        "note": opening.newest.decode(),
        "proof": [_base64(one) for one in opening.proof],
        "t": "newest",
    }
    records: tuple[Mapping[str, Json], ...] = (header, _statement(opening.signed), head_line, newest)
    return b"".join(line(number, record) for number, record in enumerate(records, start=1))


def _statement(signed: bytes) -> dict[str, Json]:
    payload, kid, signature = _parts(signed)
    return {
        "kid": kid.decode("ascii", "replace"),
        "payload": _base64(payload),
        "signature": _base64(signature),
        "t": "commitment",
    }


def _parts(signed: bytes) -> tuple[bytes, ...]:
    return frames.unpack(signed, count=3, max_bytes=MAX_SIGNED_BYTES)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
