"""`export.json`: what is shown to a third party (export.md, asic.md): an export, a fork, what opens a commitment, the
chain of an archive.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lienlac.core.envelope import runs
from lienlac.core.lane import POSITION_TYPE
from lienlac.core.ledger import checkpoint, commitment, fork, leaves, linking, tree
from lienlac.core.ledger.checkpoint import Checkpoint, Origin
from lienlac.core.ledger.export import WHOLE, Arrival, Export, ExportKey, Gone, Statement, write
from lienlac.core.ledger.fork import Side
from lienlac.core.ledger.inclusion import Inclusion
from tests.vectors.making.of_lane import place
from tests.vectors.making.of_ledger import AT, DIGEST, PLACE
from tests.vectors.making.world import A, B, Json, Node, nodes

POSITION = place(1)
SENT = runs.sign(POSITION_TYPE, [POSITION.to_bytes(), place(2).to_bytes()], A.signing)[0]
SAYS = {"lane": "normal", "epoch": POSITION.epoch, "seq": POSITION.seq, "envelope": POSITION.digest}
SIGNED = hashlib.sha256(POSITION.to_bytes()).hexdigest()
OURS = [
    leaves.Leaf(kind="parcel_sent", at=AT, facts=SAYS | {"signed": SIGNED}).encode(),
    leaves.Leaf(kind="parcel_stored", at=AT, facts=PLACE | {"signed": DIGEST}).encode(),
]
THEIRS = [leaves.Leaf(kind="parcel_stored", at=AT, facts=SAYS | {"signed": SIGNED}).encode()]
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SALT = bytes(range(commitment.SALT_BYTES))


def vectors() -> Json:
    """Return the content of the file."""
    chain = linking.Chain()
    for name in ("first.asice", "second.asice"):
        chain.add(name, name.encode())
    return {
        "nodes": nodes(),
        "export": _export().decode(),
        "fork": _fork().decode(),
        "commitment": commitment.given(_opening().signed).decode(),
        "opening": commitment.opened(_opening(), keys=[_key(A)], node=A.id, at=AT).decode(),
        "linkinginfo": {"containers": ["first.asice", "second.asice"], "text": chain.text().decode()},
    }


def _key(node: Node) -> ExportKey:
    return ExportKey(node=node.id, public=node.signing.public.public_bytes, since=SINCE)


def _head(node: Node, partner: Node | None, entries: list[bytes]) -> checkpoint.SignedCheckpoint:
    grown, _ = tree.extend(tree.Frontier(), entries)
    origin = Origin(node=node.id, partner=partner.id if partner else None, epoch="e1")
    head = Checkpoint(origin=str(origin), size=grown.size, root=grown.root())
    return checkpoint.sign(head, public=node.signing.public.public_bytes, sign=node.signing.sign)


def _export() -> bytes:
    kept = tree.MemoryNodes()
    kept.keep(tree.extend(tree.Frontier(), OURS)[1])
    export = Export(
        origin=Origin(node=A.id, partner=B.id, epoch="e1"),
        scope=WHOLE,
        at=AT,
        keys=[_key(A), _key(B)],
        checkpoints=[_head(A, B, OURS[:1]), _head(A, B, OURS)],
        leaves=list(enumerate(OURS)),
        statements=[Statement.from_signed(0, POSITION_TYPE, SENT), Gone(index=1, code="retention")],
        arrivals=[
            Arrival(note=_head(B, A, THEIRS).encode(), found=Inclusion(index=0, leaf=THEIRS[0], proof=()))
        ],
        held_sizes=[1],
    )
    return b"".join(write(export, nodes=kept, kid=A.signing.kid, sign=A.signing.sign))


def _fork() -> bytes:
    told = [Side.from_note(_head(A, B, entries).encode()) for entries in (OURS[:1], OURS[1:])]
    return fork.write(told[0], told[1], keys=[_key(A)], by=B.id, at=AT)


def _opening() -> commitment.Opening:
    kept = tree.MemoryNodes()
    kept.keep(tree.extend(tree.Frontier(), OURS)[1])
    then, now = (_head(A, None, entries).encode() for entries in (OURS[:1], OURS))
    return commitment.Opening(
        signed=commitment.sign(then, SALT, node=A.id, on=AT.date(), key=A.signing),
        salt=SALT,
        note=then,
        newest=now,
        proof=tree.consistency_proof(kept, 1, 2),
    )
