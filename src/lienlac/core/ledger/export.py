"""Write an export: JSON lines that prove an exchange, or a whole ledger, to somebody with nothing but the
file.

The format stands in `docs/protocol/export.md`; `verifier/lienlac_verify.py` reads it, alone. Order of the
records: header, checkpoints (the smallest first), consistency proofs for checkpoints kept elsewhere, leaves
by index, statements by index, arrivals, end. Every leaf brings its own proof, so that a changed leaf is told from its
neighbours.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice

from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES, pae
from lienlac.core.envelope.lasting import public_of
from lienlac.core.errors import Malformed
from lienlac.core.ledger.checkpoint import Origin, SignedCheckpoint
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.ledger.note import Sign
from lienlac.core.ledger.tree import Nodes, consistency_proof, inclusion_proofs
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

FORMAT = "lienlac-export"
VERSION = 1
END_TYPE = "application/vnd.lienlac.export-end"
WHOLE, PART = "whole", "part"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_AT_ONCE = 256  # leaves whose proofs are fetched together


@dataclass(frozen=True, kw_only=True)
class ExportKey:
    """A node's Ed25519 public key (32 bytes), or lasting one (1,984), and from when until when the directory gave it
    (until: exclusive).
    """

    node: str
    public: bytes
    since: datetime
    until: datetime | None = None
    until_size: int | None = None

    def record(self) -> dict[str, Json]:
        """Give the header's entry."""
        return {
            "kid": public_of(self.public).kid,
            "node": self.node,
            "public": _base64(self.public),
            "since": _time(self.since),
            "until": _time(self.until) if self.until else None,
            "until_size": self.until_size,
        }


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What somebody signed (Ed25519 over DSSE's PAE), and the index of the leaf whose fact `signed` is its
    digest.
    """

    index: int
    payload_type: str
    payload: bytes
    kid: str
    signature: bytes

    @classmethod
    def from_signed(cls, index: int, payload_type: str, signed: bytes) -> Statement:
        """Take apart what `envelope.sign` made (frames payload, kid, signature), or raise Malformed."""
        payload, kid, signature = frames.unpack(signed, count=3, max_bytes=MAX_SIGNED_BYTES)
        return cls(
            index=index,
            payload_type=payload_type,
            payload=payload,
            kid=kid.decode("ascii", "replace"),
            signature=signature,
        )

    def record(self) -> dict[str, Json]:
        """Give the record without its number."""
        return {
            "index": self.index,
            "kid": self.kid,
            "payload": _base64(self.payload),
            "signature": _base64(self.signature),
            "t": "statement",
            "type": self.payload_type,
        }


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Says that the signed bytes of a leaf are no longer kept, and by which code: `retention`, `erased` …"""

    index: int
    code: str

    def record(self) -> dict[str, Json]:
        """Give the record without its number."""
        return {"gone": self.code, "index": self.index, "t": "statement"}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What the partner's own ledger says of a parcel of ours, and the signed head of it that the proof leads to."""

    note: bytes
    found: Inclusion

    def record(self) -> dict[str, Json]:
        """Give the record without its number."""
        return {**self.found.to_json(), "note": self.note.decode(), "t": "arrival"}


@dataclass(frozen=True, kw_only=True)
class Export:
    """What to export. `leaves` are (index, bytes), ascending; a whole ledger gives every index below the
    newest size.

    `checkpoints` ascend in size; the leaves are proven against the last. `held_sizes` are sizes of
    checkpoints that the reader is known to keep from before: a proof is added for each.
    """

    origin: Origin
    scope: str
    at: datetime
    keys: Sequence[ExportKey]
    checkpoints: Sequence[SignedCheckpoint]
    leaves: Iterable[tuple[int, bytes]]
    statements: Iterable[Statement | Gone] = ()
    arrivals: Iterable[Arrival] = ()
    held_sizes: Sequence[int] = ()

    def __post_init__(self) -> None:
        sizes = [signed.checkpoint.size for signed in self.checkpoints]
        if not sizes or sizes != sorted(set(sizes)):
            raise Malformed("export_checkpoints", sizes=sizes)
        if any(signed.checkpoint.origin != str(self.origin) for signed in self.checkpoints):
            raise Malformed("export_origin", origin=str(self.origin))
        if self.scope not in (WHOLE, PART):
            raise Malformed("export_scope", scope=self.scope)

    @property
    def size(self) -> int:
        """Give the size of the newest checkpoint, against which leaves are proven."""
        return self.checkpoints[-1].checkpoint.size


def write(export: Export, *, nodes: Nodes, kid: str, sign: Sign) -> Iterator[bytes]:
    """Write the lines one after another, each with its newline; the last is signed as the node key `kid`.

    Raises Malformed when the leaves do not ascend, do not fit the newest checkpoint, or are not all there for
    a whole ledger: an export that its reader would refuse is refused here.
    """
    digest, count = hashlib.sha256(), 0
    records = chain(
        [_header(export)],
        _checkpoints(export, nodes),
        _held(export, nodes),
        _leaves(export, nodes),
        (statement.record() for statement in export.statements),
        (arrival.record() for arrival in export.arrivals),
    )
    for count, record in enumerate(records, start=1):
        written = line(count, record)
        digest.update(written)
        yield written
    yield line(count + 1, _end(count, digest.digest(), kid, sign))


def _header(export: Export) -> dict[str, Json]:
    return {
        "at": _time(export.at),
        "format": FORMAT,
        "keys": [key.record() for key in export.keys],
        "node": export.origin.node,
        "origin": str(export.origin),
        "partner": export.origin.partner,
        "scope": export.scope,
        "t": "header",
        "v": VERSION,
    }


def _checkpoints(export: Export, nodes: Nodes) -> Iterator[dict[str, Json]]:
    first = 0
    for signed in export.checkpoints:
        size = signed.checkpoint.size
        proof = consistency_proof(nodes, first, size)
        yield {
            "first": first,
            "note": signed.encode().decode(),
            "proof": _base64s(proof),
            "t": "checkpoint",
        }
        first = size


def _held(export: Export, nodes: Nodes) -> Iterator[dict[str, Json]]:
    for first in sorted(set(export.held_sizes)):
        proof = consistency_proof(nodes, first, export.size)
        yield {"first": first, "proof": _base64s(proof), "second": export.size, "t": "consistency"}


def _leaves(export: Export, nodes: Nodes) -> Iterator[dict[str, Json]]:
    waiting, following = iter(export.leaves), 0
    while batch := list(islice(waiting, _AT_ONCE)):
        proofs = inclusion_proofs(nodes, [index for index, _ in batch], export.size)
        for (index, leaf), proof in zip(batch, proofs, strict=True):
            if index < following or (export.scope == WHOLE and index != following):
                raise Malformed("export_leaves", index=index, expected=following)
            following = index + 1
            yield {
                "index": index,
                "leaf": leaf.decode(),
                "proof": _base64s(proof),
                "size": export.size,
                "t": "leaf",
            }
    if export.scope == WHOLE and following != export.size:
        raise Malformed("export_leaves", index=following, expected=export.size)


def _end(count: int, digest: bytes, kid: str, sign: Sign) -> dict[str, Json]:
    return {
        "count": count,
        "digest": digest.hex(),
        "kid": kid,
        "signature": _base64(sign(pae(END_TYPE, digest))),
        "t": "end",
    }


def line(number: int, record: Mapping[str, Json]) -> bytes:
    """Return one line with its newline: the record and, last, the SHA-256 of the bytes before that member."""
    body = canonical.encode({**record, "n": number})[:-1]
    return body + b',"sum":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_TIME)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _base64s(proof: Iterable[bytes]) -> list[Json]:
    return [_base64(part) for part in proof]
