"""`ledger.json`: leaves, trees, proofs, a checkpoint with a cosignature, notes that must be refused (ledger.md)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from lienlac.core.ledger import checkpoint, cosign, leaves, tree
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.ledger.note import NoteKey, NoteSignature
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import A, B, Json, nodes

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
EPOCH, DIGEST, SALT = "11" * 16, "ab" * 32, bytes(range(16))
ORIGIN = f"lienlac/{A.id}/pair/{B.id}/e1"
COSIGNED_S = 1_795_000_000
PLACE = {"lane": "normal", "epoch": EPOCH, "seq": 7, "envelope": DIGEST}
LEAVES = [
    leaves.Leaf(kind="parcel_sent", at=AT, facts=PLACE | {"signed": DIGEST}),
    leaves.Leaf(kind="parcel_stored", at=AT, facts=PLACE),
    leaves.Leaf(kind="receipt_issued", at=AT, facts={"level": "stored", "count": 2, "signed": DIGEST}),
    leaves.Leaf(
        kind="receipt_received", at=AT, facts={"level": "opened", "parcel": DIGEST, "signed": DIGEST}
    ),
    leaves.Leaf(
        kind="record_read",
        at=AT,
        actor=hmac.new(SALT, b"linh", hashlib.sha256).hexdigest(),
        subjects=(hmac.new(SALT, "Đàm Khánh Viễn".encode(), hashlib.sha256).hexdigest(),),
        facts={"list": "enquiries", "count": 1},
    ),
]
WRONG = [
    LEAVES[1].encode().replace(b"2026-11-21T08:30:00Z", b"2026-11-21 08:30:00"),
    LEAVES[1].encode().replace(b'"v":1', b'"v":2'),
    LEAVES[1].encode().replace(b"parcel_stored", b"parcel_lost"),
    LEAVES[1].encode().replace(b',"seq":7', b""),
    LEAVES[1].encode() + b" ",
]
PLAIN = [bytes.fromhex(raw) for raw in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                        "606162636465666768696a6b6c6d6e6f")]  # fmt: skip


def _head(size: int) -> Checkpoint:
    return Checkpoint(origin=ORIGIN, size=size, root=_root(size))


def _root(size: int) -> bytes:
    return tree.extend(tree.Frontier(), PLAIN[:size])[0].root()


def _nodes() -> tree.MemoryNodes:
    kept = tree.MemoryNodes()
    kept.keep(tree.extend(tree.Frontier(), PLAIN)[1])
    return kept


def note_of(size: int) -> checkpoint.SignedCheckpoint:
    public = A.signing.public.public_bytes
    return checkpoint.sign(_head(size), public=public, sign=A.signing.sign)


def _cosignature(size: int) -> NoteSignature:
    return cosign.cosign(
        _head(size),
        held=None,
        proof=(),
        key=NoteKey(name=B.id, public=B.signing.public.public_bytes),
        sign=B.signing.sign,
        at=COSIGNED_S,
    )


NOTE = note_of(7).encode().decode()
NOTE_COSIGNED = note_of(7).plus(_cosignature(7)).encode().decode()


def vectors() -> Json:
    """Return the content of the file."""
    kept = _nodes()
    line = _cosignature(7)
    pairs = [(first, second) for second in range(1, 9) for first in range(1, second + 1)]
    return {
        "nodes": nodes(),
        "leaves": [
            {"bytes": one.encode().hex(), "hash": tree.leaf_hash(one.encode()).hex()} for one in LEAVES
        ],
        "leaves_refused": [
            {"bytes": raw.hex()} | refusal(lambda raw=raw: leaves.decode(raw)) for raw in WRONG
        ],
        "salted": {"salt": SALT.hex(), "value": "Đàm Khánh Viễn", "digest": LEAVES[4].subjects[0]},
        "tree": {"leaves": [raw.hex() for raw in PLAIN], "roots": [_root(size).hex() for size in range(9)]},
        "inclusion": [
            {"index": index, "size": size, "proof": _b64(tree.inclusion_proof(kept, index, size))}
            for size in (1, 7, 8)
            for index in range(size)
        ],
        "consistency": [
            {"first": first, "second": second, "proof": _b64(tree.consistency_proof(kept, first, second))}
            for first, second in pairs
        ],
        "checkpoint": {"origin": ORIGIN, "size": 7, "by": A.id, "text": _head(7).text(), "note": NOTE},
        "cosignature": {"by": B.id, "time": COSIGNED_S, "line": line.line()},
        "notes_refused": _notes_refused(),
    }


def _b64(hashes: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def _notes_refused() -> list[Json]:
    """Return notes that A did not sign as they stand; whoever reads them knows A's node key."""
    body, _gap, tail = NOTE.partition("\n\n")
    changed = {
        "another size": NOTE.replace("\n7\n", "\n6\n"),
        "size with a zero": NOTE.replace("\n7\n", "\n07\n"),
        "another origin": NOTE.replace("/e1\n", "/e2\n", 1),
        "no signature": f"{body}\n\n— somebody-else {tail.split(' ')[2]}",
        "extension": f"{body}\nmore\n\n{tail}",
        "control character": NOTE.replace("\n7\n", "\r\n7\n"),
        "last line cut": NOTE[:-1],
        "text alone": f"{body}\n",
    }
    return [
        {"name": name, "note": note} | refusal(lambda note=note: _read(note))
        for name, note in changed.items()
    ]


def _read(note: str) -> bytes:
    parsed = checkpoint.parse(note.encode())
    public = A.signing.public.public_bytes
    return checkpoint.verify(parsed, origin=parsed.checkpoint.origin, publics=[public])
