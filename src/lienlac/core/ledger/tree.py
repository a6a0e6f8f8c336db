"""The Merkle tree of RFC 9162, section 2.1: appends, roots, proofs and their verification.

Hash of a leaf: SHA-256(0x00 ‖ bytes). Hash of a node: SHA-256(0x01 ‖ left ‖ right). Hash of nothing: SHA-256
of "".

A *place* `(level, number)` names the perfect subtree over leaves [number·2^level, (number+1)·2^level). Only
the hashes of perfect subtrees are ever stored, and none ever changes; what stands at the ragged right edge is
computed when asked. This room stores nothing: an app answers `Nodes.fetch` from its table (ledger, level,
number, hash).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lienlac.core.errors import Malformed, Unauthentic

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Place(NamedTuple):
    """The perfect subtree over leaves [number·2^level, (number+1)·2^level)."""

    level: int
    number: int


class Node(NamedTuple):
    """A place and its hash (32 bytes): one row of the app's table."""

    level: int
    number: int
    hash: bytes


class Nodes(Protocol):
    """Where the hashes of perfect subtrees are kept."""

    def fetch(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give the hash of each of `places` (all of them complete, at most some hundreds): one query."""
        ...


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """All that an append needs: the tree's size in leaves and its perfect subtrees' hashes, the largest
    first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise Malformed("ledger_frontier", size=self.size, hashes=len(self.hashes))

    def root(self) -> bytes:
        """Give the root of the tree of this size (32 bytes)."""
        return _fold(self.hashes)


@dataclass(frozen=True, kw_only=True)
class MemoryNodes:
    """Nodes kept in a dict: for tests, for simulators and for short-lived readers."""

    kept: dict[Place, bytes] = field(default_factory=dict)

    def keep(self, nodes: Iterable[Node]) -> None:
        """Remember what `extend` made."""
        self.kept.update((Place(node.level, node.number), node.hash) for node in nodes)

    def fetch(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give the hash of each of `places`; KeyError for one never kept: a lost row."""
        return {place: self.kept[place] for place in places}


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf's bytes (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def extend(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[Frontier, tuple[Node, ...]]:
    """Append the bytes of `leaves` in order; give the new frontier and every node that became complete, to be
    stored.

    About one node hash a leaf; `size` of the old frontier is the index of the first new leaf.
    """
    stack, size, made = list(frontier.hashes), frontier.size, list[Node]()
    for leaf in leaves:
        level, hash_ = 0, leaf_hash(leaf)
        made.append(Node(level, size, hash_))
        while size >> level & 1:  # a carry: the subtree to the left is complete, so is their parent
            hash_ = node_hash(stack.pop(), hash_)
            level += 1
            made.append(Node(level, size >> level, hash_))
        stack.append(hash_)
        size += 1
    return Frontier(size=size, hashes=tuple(stack)), tuple(made)


def frontier_places(size: int) -> tuple[Place, ...]:
    """Name the perfect subtrees that a tree of `size` leaves is made of, the largest first."""
    return tuple(_perfect(0, size))


def load_frontier(nodes: Nodes, size: int) -> Frontier:
    """Read back the frontier of a tree of `size` leaves (after a start, or for an old size)."""
    places = frontier_places(size)
    kept = nodes.fetch(places)
    return Frontier(size=size, hashes=tuple(kept[place] for place in places))


def root(nodes: Nodes, size: int) -> bytes:
    """Give the root of the first `size` leaves (32 bytes)."""
    return load_frontier(nodes, size).root()


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree of the first `size` leaves (RFC 9162, 2.1.3.1)."""
    return inclusion_proofs(nodes, (index,), size)[0]


def inclusion_proofs(nodes: Nodes, indices: Sequence[int], size: int) -> tuple[tuple[bytes, ...], ...]:
    """Prove many leaves of one tree with one fetch; same order as `indices`."""
    ranges = [tuple(_inclusion_ranges(index, size)) for index in indices]
    return _hashes_of(nodes, ranges)


def consistency_proof(nodes: Nodes, first: int, second: int) -> tuple[bytes, ...]:
    """Prove that the tree of `first` leaves is the beginning of that of `second` (RFC 9162, 2.1.4.1).

    0 ≤ first ≤ second. From size 0 and between equal sizes the proof is empty.
    """
    if not 0 <= first <= second:
        raise Malformed("ledger_sizes", first=first, second=second)
    if first in (0, second):
        return ()
    return _hashes_of(nodes, [tuple(_consistency_ranges(first, second))])[0]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise Unauthentic unless `proof` leads from the bytes of `leaf` to `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(proof):
        raise Unauthentic("ledger_inclusion", index=index, size=size)
    fn, sn, calculated = index, size - 1, leaf_hash(leaf)
    for part in proof:
        if sn == 0:
            raise Unauthentic("ledger_inclusion", index=index, size=size)
        if fn & 1 or fn == sn:
            calculated = node_hash(part, calculated)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            calculated = node_hash(calculated, part)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or calculated != root:
        raise Unauthentic("ledger_inclusion", index=index, size=size)


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise Unauthentic unless `proof` shows that the second tree only added to the first (RFC 9162,
    2.1.4.2).

    The RFC leaves `first` = 0 out; here it needs an empty proof and the root of nothing.
    """
    wrong = Unauthentic("ledger_consistency", first=first, second=second)
    if not 0 <= first <= second or not _are_hashes(proof):
        raise wrong
    if first in (0, second):
        same = first_root == (EMPTY_ROOT if first == 0 else second_root)
        if proof or not same or (second == 0 and second_root != EMPTY_ROOT):
            raise wrong
        return
    if _roots_from(first, second, first_root, proof) != (first_root, second_root):
        raise wrong


def _roots_from(
    first: int, second: int, first_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Give both roots that `proof` leads to, or None when it has the wrong length; 0 < first < second."""
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return None
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for part in path[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            fr, sr = node_hash(part, fr), node_hash(part, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, part)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr) if sn == 0 else None


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(part) == HASH_BYTES for part in proof)


def _split(count: int) -> int:
    """Give the largest power of two below `count` (count ≥ 2): where RFC 9162 divides a tree."""
    return 1 << (count - 1).bit_length() - 1


def _inclusion_ranges(index: int, size: int) -> Iterator[tuple[int, int]]:
    """Name the ranges of leaves whose hashes are the inclusion proof, from the leaf upwards."""
    if not 0 <= index < size:
        raise Malformed("ledger_index", index=index, size=size)
    start, end, downwards = 0, size, list[tuple[int, int]]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            downwards.append((middle, end))
            end = middle
        else:
            downwards.append((start, middle))
            start = middle
    return reversed(downwards)


def _consistency_ranges(first: int, second: int) -> Iterator[tuple[int, int]]:
    """Name the ranges of leaves whose hashes are the consistency proof (SUBPROOF of RFC 9162), 0 < first <
    second.
    """
    start, end, downwards = 0, second, list[tuple[int, int]]()
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            downwards.append((middle, end))
            end = middle
        else:
            downwards.append((start, middle))
            start = middle
    if start:  # at start = 0 this subtree is the first tree itself, whose root the verifier has
        downwards.append((start, end))
    return reversed(downwards)


def _perfect(start: int, end: int) -> Iterator[Place]:
    """Name the perfect subtrees of the range [start, end), left to right; start is a multiple of each of
    their widths.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield Place(level, start >> level)
        start += 1 << level


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, given left to right, into one hash."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def _hashes_of(nodes: Nodes, proofs: Sequence[Sequence[tuple[int, int]]]) -> tuple[tuple[bytes, ...], ...]:
    """Turn proofs written as ranges of leaves into hashes, with one fetch for all of them."""
    wanted = {place for ranges in proofs for start, end in ranges for place in _perfect(start, end)}
    kept = nodes.fetch(wanted)
    return tuple(
        tuple(_fold([kept[place] for place in _perfect(start, end)]) for start, end in ranges)
        for ranges in proofs
    )
