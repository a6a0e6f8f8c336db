"""An exchange between two invented nodes, as an export; and what a forger would do to its lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienlac.core.envelope import dsse
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.lane.position import GENESIS, POSITION_TYPE, Lane, LaneClass, Position
from lienlac.core.ledger import checkpoint, cosign
from lienlac.core.ledger.checkpoint import Checkpoint, Origin, SignedCheckpoint
from lienlac.core.ledger.export import PART, WHOLE, Arrival, Export, ExportKey, Gone, Statement, write
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.ledger.leaves import Leaf
from lienlac.core.ledger.note import NoteKey
from lienlac.core.ledger.tree import Frontier, MemoryNodes, extend, inclusion_proof

NODE, PARTNER = "vn-tra-linh", "cn-tinh-tay"
ORIGIN = Origin(node=NODE, partner=PARTNER, epoch="7f3a")
KEY, PARTNER_KEY, STRANGER = (SigningKey(letter * 32) for letter in (b"a", b"b", b"z"))
START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
KEYS = (
    ExportKey(node=NODE, public=KEY.public.public_bytes, since=START - timedelta(days=30)),
    ExportKey(
        node=PARTNER,
        public=PARTNER_KEY.public.public_bytes,
        since=START - timedelta(days=90),
        until=START + timedelta(days=90),
    ),
)
EPOCH = "e1" * 16
STAGE = {"stored": "R1", "opened": "R2", "acted_on": "R3"}

Deed = tuple[Leaf, Statement]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def signed(index: int, payload_type: str, payload: bytes, key: SigningKey) -> Statement:
    return Statement.from_signed(index, payload_type, dsse.sign(payload_type, payload, key))


def envelope(kind: str, seq: int, letter: str = "") -> str:
    return digest(f"{kind} {seq} {letter}")


def position(kind: str, seq: int, *, letter: str = "", prev: str | None = None) -> Position:
    ends = (NODE, PARTNER) if kind == "parcel_sent" else (PARTNER, NODE)
    before = envelope(kind, seq - 1) if seq > 1 else GENESIS
    return Position(
        lane=Lane(sender=ends[0], receiver=ends[1], lane_class=LaneClass.NORMAL),
        epoch=EPOCH,
        seq=seq,
        prev=prev or before,
        digest=envelope(kind, seq, letter),
    )


def parcel(index: int, kind: str, place: Position, key: SigningKey) -> Deed:
    facts = {"lane": "normal", "epoch": place.epoch, "seq": place.seq, "envelope": place.digest}
    statement = signed(index, POSITION_TYPE, place.to_bytes(), key)
    return leaf(index, kind, facts, statement), statement


def receipt(index: int, kind: str, level: str, about: Leaf, key: SigningKey, **said: object) -> Deed:
    facts: dict[str, object] = {"level": level, "count": 1}
    body = {"stage": STAGE[level], "envelopes": [about.facts["envelope"]], "status": "stored"} | said
    payload = json.dumps({"kind": "RECEIPT", "body": body}, sort_keys=True, separators=(",", ":")).encode()
    statement = signed(index, dsse.MESSAGE_TYPE, payload, key)
    return leaf(index, kind, facts, statement), statement


def leaf(index: int, kind: str, facts: dict[str, object], statement: Statement) -> Leaf:
    bound = {**facts, "signed": hashlib.sha256(statement.payload).hexdigest()}
    return Leaf(kind=kind, at=START + timedelta(minutes=index), facts=bound)  # type: ignore[arg-type]


def deeds(count: int = 14) -> list[Deed]:
    """Sent, its receipt received, stored, its receipt issued; and again."""
    made: list[Deed] = []
    for index in range(count):
        seq, turn = index // 4 + 1, index % 4
        if turn == 0:
            made.append(parcel(index, "parcel_sent", position("parcel_sent", seq), KEY))
        elif turn == 1:
            made.append(receipt(index, "receipt_received", "stored", made[-1][0], PARTNER_KEY))
        elif turn == 2:
            made.append(parcel(index, "parcel_stored", position("parcel_stored", seq), PARTNER_KEY))
        else:
            made.append(receipt(index, "receipt_issued", "stored", made[-1][0], KEY))
    return made


def nodes_of(leaves: Sequence[Leaf]) -> MemoryNodes:
    kept = MemoryNodes()
    kept.keep(extend(Frontier(), [one.encode() for one in leaves])[1])
    return kept


def head(
    leaves: Sequence[Leaf], size: int, *, cosigned: bool = False, key: SigningKey = KEY
) -> SignedCheckpoint:
    root = extend(Frontier(), [one.encode() for one in leaves[:size]])[0].root()
    bare = Checkpoint(origin=str(ORIGIN), size=size, root=root)
    note = checkpoint.sign(bare, public=key.public.public_bytes, sign=key.sign)
    if not cosigned:
        return note
    witness = NoteKey(name=PARTNER, public=PARTNER_KEY.public.public_bytes)
    at = int(START.timestamp()) + size
    return note.plus(cosign.cosign(bare, held=None, proof=(), key=witness, sign=PARTNER_KEY.sign, at=at))


def export(made: Sequence[Deed], sizes: Sequence[int] = (5, 9, 14), **changes: object) -> list[bytes]:
    """Write a whole ledger; `changes` replace members of Export."""
    leaves = [one for one, _ in made]
    whole = Export(
        origin=ORIGIN,
        scope=WHOLE,
        at=START + timedelta(days=1),
        keys=KEYS,
        checkpoints=[head(leaves, size, cosigned=size != sizes[-1]) for size in sizes],
        leaves=[(index, one.encode()) for index, one in enumerate(leaves)],
        statements=[statement for _, statement in made],
    )
    whole = replace(whole, **changes)  # type: ignore[arg-type]
    return list(write(whole, nodes=nodes_of(leaves), kid=KEY.kid, sign=KEY.sign))


def part(made: Sequence[Deed], indices: Sequence[int], *, held_sizes: Sequence[int] = ()) -> list[bytes]:
    """Write some leaves only, proven against the newest of two checkpoints."""
    leaves = [one for one, _ in made]
    return export(
        made,
        scope=PART,
        checkpoints=[head(leaves, 9, cosigned=True), head(leaves, 14)],
        leaves=[(index, leaves[index].encode()) for index in indices],
        statements=[made[index][1] for index in indices],
        held_sizes=held_sizes,
    )


def arrivals(
    made: Sequence[Deed], *, key: SigningKey = PARTNER_KEY, kind: str = "parcel_stored"
) -> list[Arrival]:
    """Return what the partner's ledger says of all that was sent: proven, under one head of his."""
    sent = [one for one, _ in made if one.kind == "parcel_sent"]
    told = [replace(one, kind=kind, at=one.at + timedelta(minutes=5)).encode() for one in sent]
    frontier, made_nodes = extend(Frontier(), [b"{}", *told])
    kept = MemoryNodes()
    kept.keep(made_nodes)
    origin = str(Origin(node=PARTNER, partner=NODE, epoch="b1"))
    bare = Checkpoint(origin=origin, size=frontier.size, root=frontier.root())
    note = checkpoint.sign(bare, public=key.public.public_bytes, sign=key.sign).encode()
    return [
        Arrival(
            note=note,
            found=Inclusion(index=at, leaf=raw, proof=inclusion_proof(kept, at, frontier.size)),
        )
        for at, raw in enumerate(told, start=1)
    ]


def gone(index: int) -> Gone:
    return Gone(index=index, code="retention")


# A node that signs nonsense.


def with_odd_leaf(made: Sequence[Deed], name: str, odd: object) -> bytes:
    """Export two leaves, of which the first has an odd member or fact, all proofs and signatures in order."""
    value = json.loads(made[0][0].encode())
    place = value if name in value else value["facts"]
    place[name] = odd
    return raw_export([json.dumps(value).encode(), made[1][0].encode()], [made[0][1], made[1][1]])


def with_odd_position(made: Sequence[Deed], name: str, odd: object) -> bytes:
    """Export three leaves, of which the first has signed a position with an odd member."""
    value = json.loads(made[0][1].payload) | {name: odd}
    statement = signed(0, POSITION_TYPE, json.dumps(value).encode(), KEY)
    first = json.loads(made[0][0].encode())
    first["facts"]["signed"] = hashlib.sha256(statement.payload).hexdigest()
    others = [one.encode() for one, _ in made[1:5]]
    return raw_export([json.dumps(first).encode(), *others], [statement, *(s for _, s in made[1:5])])


def raw_export(leaves: Sequence[bytes], statements: Sequence[Statement]) -> bytes:
    frontier, nodes = extend(Frontier(), leaves)
    kept = MemoryNodes()
    kept.keep(nodes)
    bare = Checkpoint(origin=str(ORIGIN), size=len(leaves), root=frontier.root())
    one = Export(
        origin=ORIGIN,
        scope=WHOLE,
        at=START,
        keys=KEYS,
        checkpoints=[checkpoint.sign(bare, public=KEY.public.public_bytes, sign=KEY.sign)],
        leaves=list(enumerate(leaves)),
        statements=statements,
    )
    return b"".join(write(one, nodes=kept, kid=KEY.kid, sign=KEY.sign))


# A forger who knows the format, but has no key: he repairs numbers, sums and the closing line.

Record = dict[str, object]


def records(lines: Sequence[bytes]) -> list[Record]:
    return [json.loads(line) for line in lines]


def refitted(changed: Sequence[Record], *, key: SigningKey = STRANGER, **end: object) -> bytes:
    """Write `changed` with right numbers, sums, count and digest; the closing signature is the forger's.

    With the node's own key it is the node that forges. `end` replaces members of the closing line.
    """
    lines: list[bytes] = []
    for number, record in enumerate(changed, start=1):
        record = {name: value for name, value in record.items() if name != "sum"} | {"n": number}
        if record["t"] == "end":
            before = hashlib.sha256(b"".join(lines)).digest()
            raw = Ed25519PrivateKey.from_private_bytes(key.secret_seed()).sign(
                dsse.pae("application/vnd.lienlac.export-end", before)
            )
            record |= {"count": number - 1, "digest": before.hex(), "signature": base64(raw)} | end
        body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
        lines.append(body + b',"sum":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n')
    return b"".join(lines)


def base64(raw: bytes) -> str:
    from base64 import b64encode

    return b64encode(raw).decode()


def number_of(lines: Sequence[bytes], wanted: Callable[[Record], bool]) -> int:
    """Give the line number of the first record that is `wanted`."""
    return next(number for number, record in enumerate(records(lines), start=1) if wanted(record))
