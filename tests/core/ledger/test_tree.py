"""The tree against the definition of RFC 9162, section 2.1, written down naively, for every pair of sizes to
130.
"""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    MemoryNodes,
    Place,
    consistency_proof,
    extend,
    frontier_places,
    inclusion_proof,
    inclusion_proofs,
    leaf_hash,
    load_frontier,
    root,
    verify_consistency,
    verify_inclusion,
)

N = 130
LEAVES = tuple(f"leaf {number}".encode() for number in range(N))

# Published with RFC 6962's reference implementation (certificate-transparency, merkle_tree_test).
KNOWN_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@cache
def naive_root(start: int, end: int) -> bytes:
    """MTH(D[start:end])."""
    if start == end:
        return hashlib.sha256().digest()
    if end - start == 1:
        return hashlib.sha256(b"\x00" + LEAVES[start]).digest()
    middle = start + naive_split(end - start)
    return hashlib.sha256(b"\x01" + naive_root(start, middle) + naive_root(middle, end)).digest()


def naive_split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def naive_path(index: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D_n)."""
    if end - start == 1:
        return []
    middle = start + naive_split(end - start)
    if index < middle:
        return [*naive_path(index, start, middle), naive_root(middle, end)]
    return [*naive_path(index, middle, end), naive_root(start, middle)]


def naive_subproof(first: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D_n, b)."""
    if first == end:
        return [] if whole else [naive_root(start, end)]
    middle = start + naive_split(end - start)
    if first <= middle:
        return [*naive_subproof(first, start, middle, whole=whole), naive_root(middle, end)]
    return [*naive_subproof(first, middle, end, whole=False), naive_root(start, middle)]


@pytest.fixture(scope="module")
def nodes() -> MemoryNodes:
    kept = MemoryNodes()
    kept.keep(extend(Frontier(), LEAVES)[1])
    return kept


def test_roots_are_those_published_with_rfc_6962() -> None:
    for size, expected in enumerate(KNOWN_ROOTS, start=1):
        assert extend(Frontier(), KNOWN_LEAVES[:size])[0].root().hex() == expected


def test_every_root_is_the_naive_one(nodes: MemoryNodes) -> None:
    for size in range(N + 1):
        assert root(nodes, size) == naive_root(0, size)
        assert extend(Frontier(), LEAVES[:size])[0] == load_frontier(nodes, size)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_every_inclusion_proof_is_the_naive_one_and_verifies(nodes: MemoryNodes) -> None:
    for size in range(1, N + 1):
        proofs = inclusion_proofs(nodes, range(size), size)
        for index, proof in enumerate(proofs):
            assert list(proof) == naive_path(index, 0, size)
            verify_inclusion(
                leaf=LEAVES[index], index=index, size=size, proof=proof, root=naive_root(0, size)
            )


def test_every_consistency_proof_is_the_naive_one_and_verifies(nodes: MemoryNodes) -> None:
    for second in range(1, N + 1):
        for first in range(1, second + 1):
            proof = consistency_proof(nodes, first, second)
            assert list(proof) == naive_subproof(first, 0, second, whole=True)
            verify_consistency(
                first=first,
                second=second,
                first_root=naive_root(0, first),
                second_root=naive_root(0, second),
                proof=proof,
            )


def test_no_inclusion_proof_holds_for_anything_else(nodes: MemoryNodes) -> None:
    for size in range(1, 40):
        for index in range(size):
            proof, top = inclusion_proof(nodes, index, size), naive_root(0, size)
            wrong = [
                (LEAVES[index] + b"!", index, size, proof, top),
                (LEAVES[index], index, size, proof, naive_root(0, size + 1)),
                (LEAVES[index], size, size, proof, top),
                (LEAVES[index], -1, size, proof, top),
                (LEAVES[index], index, size, (*proof, top), top),
                (LEAVES[index], index, size, (*proof, b"short"), top),
                *((LEAVES[index], other, size, proof, top) for other in range(size) if other != index),
                *(
                    (LEAVES[index], index, size, proof[:at] + proof[at + 1 :], top)
                    for at in range(len(proof))
                ),
                *(
                    (LEAVES[index], index, size, (*proof[:at], top, *proof[at + 1 :]), top)
                    for at in range(len(proof))
                ),
            ]
            for leaf, place, count, path, head in wrong:
                with pytest.raises(Unauthentic, match="ledger_inclusion"):
                    verify_inclusion(leaf=leaf, index=place, size=count, proof=path, root=head)


def test_no_consistency_proof_holds_for_anything_else(nodes: MemoryNodes) -> None:
    other = hashlib.sha256(b"another history").digest()
    for second in range(1, 40):
        for first in range(1, second + 1):
            old, new, proof = (
                naive_root(0, first),
                naive_root(0, second),
                consistency_proof(nodes, first, second),
            )
            wrong = [
                (first, second, other, new, proof),
                (first, second, old, other, proof),
                (first, second, old, new, (*proof, other)),
                (second, first, new, old, proof) if first != second else (first, second, old, other, proof),
                (-1, second, old, new, proof),
                *((first, second, old, new, proof[:at] + proof[at + 1 :]) for at in range(len(proof))),
                *(
                    (first, second, old, new, (*proof[:at], other, *proof[at + 1 :]))
                    for at in range(len(proof))
                ),
            ]
            for one, two, old_root, new_root, path in wrong:
                with pytest.raises(Unauthentic, match="ledger_consistency"):
                    verify_consistency(
                        first=one, second=two, first_root=old_root, second_root=new_root, proof=path
                    )


def test_every_tree_begins_with_the_empty_one_and_needs_no_proof(nodes: MemoryNodes) -> None:
    assert consistency_proof(nodes, 0, N) == ()
    verify_consistency(first=0, second=N, first_root=EMPTY_ROOT, second_root=root(nodes, N), proof=())
    verify_consistency(first=0, second=0, first_root=EMPTY_ROOT, second_root=EMPTY_ROOT, proof=())
    for old, new, proof in ((b"x" * 32, b"y" * 32, ()), (EMPTY_ROOT, root(nodes, N), (EMPTY_ROOT,))):
        with pytest.raises(Unauthentic, match="ledger_consistency"):
            verify_consistency(first=0, second=N, first_root=old, second_root=new, proof=proof)


@given(cuts=st.lists(st.integers(0, N), max_size=6))
def test_batches_of_any_sizes_make_the_same_tree(cuts: list[int]) -> None:
    frontier, made = Frontier(), MemoryNodes()
    bounds = [0, *sorted(cuts), N]
    for start, end in pairwise(bounds):
        frontier, new = extend(frontier, LEAVES[start:end])
        assert not {Place(node.level, node.number) for node in new} & made.kept.keys()
        made.keep(new)
    once, all_nodes = extend(Frontier(), LEAVES)
    assert frontier == once
    assert made.kept == {Place(node.level, node.number): node.hash for node in all_nodes}


def test_what_is_stored_is_a_node_for_each_perfect_subtree(nodes: MemoryNodes) -> None:
    expected = {Place(level, index) for level in range(8) for index in range(N >> level)}
    assert nodes.kept.keys() == expected
    for place in expected:
        start = place.number << place.level
        assert nodes.kept[place] == naive_root(start, start + (1 << place.level))


def test_a_proof_costs_few_rows_and_one_fetch() -> None:
    class Counting(MemoryNodes):
        calls = 0
        rows = 0

        def fetch(self, places):  # type: ignore[no-untyped-def]
            Counting.calls += 1
            Counting.rows += len(places)
            return super().fetch(places)

    nodes = Counting()
    nodes.keep(extend(Frontier(), LEAVES)[1])
    inclusion_proof(nodes, 77, 127)
    assert (Counting.calls, Counting.rows <= 2 * 7) == (1, True)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != extend(Frontier(), [b"a", b"b"])[0].root()


def test_a_frontier_names_its_places_from_the_largest() -> None:
    assert frontier_places(0) == ()
    assert frontier_places(13) == (Place(3, 0), Place(2, 2), Place(0, 12))


@pytest.mark.parametrize(("size", "hashes"), [(-1, ()), (3, (b"x" * 32,)), (0, (b"x" * 32,))])
def test_a_frontier_that_cannot_be_is_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(Malformed, match="ledger_frontier"):
        Frontier(size=size, hashes=hashes)


def test_questions_outside_the_tree_are_refused(nodes: MemoryNodes) -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(Malformed, match="ledger_index"):
            inclusion_proof(nodes, index, size)
    for first, second in ((6, 5), (-1, 5)):
        with pytest.raises(Malformed, match="ledger_sizes"):
            consistency_proof(nodes, first, second)
