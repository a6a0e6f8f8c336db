"""The ledger of a pair: tree, checkpoints, cosignatures, leaves (ledger.md; RFC 9162 section 2.1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import keys, wire

Prove = Callable[[str, int, int], list[bytes]]
"""(origin, smaller size, larger size) → the consistency proof that the partner gives."""

CHECKPOINT_TYPE, COSIGNATURE_TYPE = b"\x01", b"\x04"
NOTE_LINE = re.compile(r"— (\S+) (\S+)")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def leaf_hash(raw: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + raw).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    """Return the tree's head; `leaves` are hashes of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    middle = split(len(leaves))
    return node_hash(root(leaves[:middle]), root(leaves[middle:]))


def consistent(first: int, second: int, old: bytes, new: bytes, proof: list[bytes]) -> bool:
    """Tell whether a proof shows that the larger tree only adds to the smaller (RFC 9162, 2.1.4.2)."""
    if first == 0 or first == second:
        return not proof and (old == new if first else old == root([]))
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if first > second or not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    a = b = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            a, b = node_hash(step, a), node_hash(step, b)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            b = node_hash(b, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (a, b) == (old, new)


def included(leaf: bytes, index: int, size: int, head: bytes, proof: list[bytes]) -> bool:
    """Tell whether a proof leads from the hash of a leaf to the root of a size (RFC 9162, 2.1.3.2)."""
    if index >= size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == head


def path(leaves: list[bytes], index: int) -> list[bytes]:
    """Return the inclusion proof of a leaf; `leaves` are hashes (RFC 9162, 2.1.3.1)."""
    if len(leaves) < 2:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(leaves[:middle], index), root(leaves[middle:])]
    return [*path(leaves[middle:], index - middle), root(leaves[:middle])]


def growth(leaves: list[bytes], first: int, *, whole: bool = True) -> list[bytes]:
    """Return the consistency proof from the first leaves to all of them (RFC 9162, 2.1.4.1)."""
    if first in (0, len(leaves)):
        return [] if whole or first == 0 else [root(leaves)]
    middle = split(len(leaves))
    if first <= middle:
        return [*growth(leaves[:middle], first, whole=whole), root(leaves[middle:])]
    return [*growth(leaves[middle:], first - middle, whole=False), root(leaves[:middle])]


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A signed head; `text` are the three lines that are signed."""

    origin: str
    size: int
    root: bytes
    note: str

    @property
    def text(self) -> str:
        return head_text(self.origin, self.size, self.root)


def check_arrival(told: Any, head: Checkpoint, digest: str) -> dict[str, Any]:
    """Return the leaf by which a partner's ledger says that an envelope arrived (section 6)."""
    wire.check(told is not None, wire.unauthentic("arrival_not_proven"))
    raw = told["leaf"].encode()
    proof = [wire.unb64(one) for one in told["proof"]]
    holds = included(leaf_hash(raw), told["index"], head.size, head.root, proof)
    wire.check(holds, wire.unauthentic("ledger_inclusion"))
    leaf = wire.decode(raw)
    of_it = leaf["kind"] == "parcel_stored" and leaf["facts"]["envelope"] == digest
    wire.check(of_it, wire.unauthentic("arrival_of_other"))
    return dict(leaf)


def head_text(origin: str, size: int, head: bytes) -> str:
    return f"{origin}\n{size}\n{wire.b64(head)}\n"


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def line(name: str, raw: bytes) -> str:
    return f"— {name} {wire.b64(raw)}\n"


def sign_checkpoint(origin: str, leaves: list[bytes], signer: keys.SigningKey) -> str:
    """Return the signed note over a tree of these leaf hashes."""
    text = head_text(origin, len(leaves), root(leaves))
    ident = key_id(origin, CHECKPOINT_TYPE, signer.public)
    return text + "\n" + line(origin, ident + signer.private.sign(text.encode()))


def read_checkpoint(note: str, publics: dict[str, bytes]) -> Checkpoint:
    """Read a checkpoint strictly; a key of `publics` must have signed it."""
    shape = len(note.encode()) <= 65_536 and not CONTROL.search(note) and note.endswith("\n")
    wire.check(shape and note.count("\n\n") == 1, wire.malformed("note"))
    text, tail = note.split("\n\n")
    lines = text.split("\n")
    wire.check(len(lines) >= 3, wire.malformed("checkpoint"))
    wire.check(len(lines) == 3, wire.not_understood("checkpoint_extension"))
    size = re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1])
    wire.check(size, wire.malformed("checkpoint"))
    made = Checkpoint(origin=lines[0], size=int(lines[1]), root=wire.unb64(lines[2]), note=note)
    wire.check(len(made.root) == 32 and made.size <= wire.MAX_INTEGER, wire.malformed("checkpoint"))
    signatures = tail.removesuffix("\n").split("\n")
    wire.check(len(signatures) <= 64, wire.malformed("note"))
    signed = [holds(made, one, publics) for one in signatures]
    wire.check(any(signed), wire.unauthentic("unknown_key"))
    return made


def holds(made: Checkpoint, signature: str, publics: dict[str, bytes]) -> bool:
    """Tell whether a line is of a known key; a line that only claims to be raises."""
    match = NOTE_LINE.fullmatch(signature)
    wire.check(match, wire.malformed("note"))
    name, raw = (match[1], wire.unb64(match[2])) if match else ("", b"")
    for public in publics.values():
        if name == made.origin and raw[:4] == key_id(name, CHECKPOINT_TYPE, public):
            keys.verify(public, raw[4:], made.text.encode())
            return True
    return False


def lasts(made: Checkpoint, public: bytes) -> bool:
    """Tell whether a head bears the line of a lasting key; a line that only claims to raises (section 2)."""
    mine = f"— {made.origin} "
    for one in made.note.split("\n\n")[1].splitlines():
        raw = wire.unb64(one.removeprefix(mine)) if one.startswith(mine) else b""
        if raw[:4] == key_id(made.origin, b"\xff" + keys.LASTING.encode(), public):
            keys.verify(public, raw[4:], made.text.encode())
            return True
    return False


def cosign(made: Checkpoint, *, node: str, signer: keys.SigningKey, now_s: int) -> str:
    """Return the cosignature's line."""
    said = f"cosignature/v1\ntime {now_s}\n{made.text}".encode()
    ident = key_id(node, COSIGNATURE_TYPE, signer.public)
    return line(node, ident + now_s.to_bytes(8, "big") + signer.private.sign(said))


def check_cosignature(signature: str, made_text: str, *, node: str, publics: dict[str, bytes]) -> None:
    """Raise unless a line is the cosignature of `node` over these three lines."""
    match = NOTE_LINE.fullmatch(signature.removesuffix("\n"))
    wire.check(match and match[1] == node, wire.malformed("cosignature"))
    raw = wire.unb64(match[2]) if match else b""
    said = f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n{made_text}".encode()
    for public in publics.values():
        if raw[:4] == key_id(node, COSIGNATURE_TYPE, public):
            keys.verify(public, raw[12:], said)
            return
    raise wire.unauthentic("unknown_key")


@dataclass(kw_only=True)
class Book:
    """My ledger of one pair: leaves as bytes, in order."""

    node: str
    partner: str
    epoch: str
    leaves: list[bytes] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"lienlac/{self.node}/pair/{self.partner}/{self.epoch}"

    def note(self, kind: str, at: str, facts: dict[str, Any]) -> None:
        """Append a leaf; what a node does by itself has no actor and no subjects."""
        fields = {"v": 1, "kind": kind, "at": at, "actor": "node", "subjects": []}
        self.leaves.append(wire.encode(fields | {"facts": facts}))

    def arrival(self, digest: str, size: int) -> dict[str, Any] | None:
        """Prove that an envelope arrived; None when the first `size` leaves do not say so."""
        hashes = [leaf_hash(leaf) for leaf in self.leaves[:size]]
        for index, raw in enumerate(self.leaves[:size]):
            leaf = wire.decode(raw)
            if leaf["kind"] == "parcel_stored" and leaf["facts"]["envelope"] == digest:
                proof = [wire.b64(one) for one in path(hashes, index)]
                return {"index": index, "leaf": raw.decode(), "proof": proof}
        return None

    def checkpoint(self, signer: keys.SigningKey) -> str:
        return sign_checkpoint(self.origin, [leaf_hash(leaf) for leaf in self.leaves], signer)


@dataclass(kw_only=True)
class Held:
    """The largest head of each of a partner's ledgers that I saw, and the last one that each lane brought."""

    heads: dict[str, Checkpoint] = field(default_factory=dict)
    by_lane: dict[tuple[str, str], int] = field(default_factory=dict)
    incidents: list[str] = field(default_factory=list)

    def take(self, new: Checkpoint, *, lane: str, prove: Prove) -> bool:
        """Hold a head if it and the largest one are of one history; return whether it is the largest now.

        Lanes overtake each other, so that a smaller size proves nothing between two of them; in one lane it does.
        """
        before, self.by_lane[new.origin, lane] = self.by_lane.get((new.origin, lane), 0), new.size
        if new.size < before:
            self.incidents.append("ledger_rolled_back")
            return False
        old = self.heads.setdefault(new.origin, new)
        small, large = (old, new) if old.size <= new.size else (new, old)
        proof = prove(new.origin, small.size, large.size) if small.size < large.size else []
        if not consistent(small.size, large.size, small.root, large.root, proof):
            self.incidents.append("ledger_forked")
            return False
        self.heads[new.origin] = large
        return large is new
