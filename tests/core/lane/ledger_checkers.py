"""What must hold of the pair ledgers when a schedule is over: at each witness, of all heads that ever came to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tests.core.lane.ledgers import NOT_PROVEN
from tests.core.lane.model import Node
from tests.core.lane.stores import Channel, Ledger, Told
from tests.core.lane.world import World

from lienlac.core.errors import Unauthentic
from lienlac.core.lane import Status
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.ledger.tree import MemoryNodes, inclusion_proof, verify_inclusion


def check_ledgers(world: World) -> Iterator[tuple[str, str]]:
    """Give the violations, (kind, what)."""
    copied = world.copied()
    for witness in world.living():
        if witness.name == world.liar:
            continue
        yield from _unnoticed(world, witness)
        if witness.name not in world.restored:
            yield from _cosigned(world, witness)
        for keeper in world.living():
            if keeper.name not in {witness.name, world.liar} | copied | world.secretly_restored:
                yield from _owed(witness, keeper)
    for name, channel in world.ends:
        if not {name, channel[0]} & (world.restored | copied | {world.liar}):
            yield from _arrivals(world, name, channel)


def _unnoticed(world: World, witness: Node) -> Iterator[tuple[str, str]]:
    """Two histories of one ledger never come to a witness without its being told, and of each head it is told once."""
    books, told = witness.disk.books, world.watch.told
    of = {one.origin for one in told if one.node == witness.name}
    for origin, heads in _by_origin(books.seen).items():
        if origin not in of and not _fit(world, heads):
            yield "fork_unnoticed", f"{witness.name} of {origin}: {[head.size for head in heads]}"
    for place in books.disputed:
        times = told[Told(witness.name, *place, NOT_PROVEN)]
        if not times:
            yield "fork_unnoticed", f"{witness.name} only wrote down that it told of {place}"
        if times > 1 and witness.name not in world.restored | world.copied():
            yield "told_again", f"{witness.name} told of {place} {times} times"


def _cosigned(world: World, witness: Node) -> Iterator[tuple[str, str]]:
    """In one life a witness cosigns one history of a ledger."""
    for origin, heads in _by_origin(witness.disk.books.cosigned).items():
        if not _fit(world, heads):
            yield "fork_cosigned", f"{witness.name} of {origin}: {[head.size for head in heads]}"


def _owed(witness: Node, keeper: Node) -> Iterator[tuple[str, str]]:
    """An honest keeper has shown how the ledger that he writes to grew, to whoever holds heads of it."""
    origin = keeper.disk.books.current.get(witness.name)
    if owed := [growth for growth in witness.owed_by(keeper.name) if growth.origin == origin]:
        yield "growth_unproven", f"{keeper.name} owes {witness.name} {owed}"


def _arrivals(world: World, name: str, channel: Channel) -> Iterator[tuple[str, str]]:
    """What R1 says that the partner stored stands in his ledger, under a head that the sender holds."""
    mine, theirs = world.nodes[name].disk, world.nodes[channel[0]].disk
    origin = theirs.books.current.get(name, "")
    head = max(mine.books.held.get(origin, {}).values(), key=lambda one: one.size, default=None)
    for message in mine.posted.get(channel, ()):
        if mine.receipts.get(message) is Status.STORED and not _shown(
            theirs.books.ledgers[origin], message, head
        ):
            yield "arrival_unproven", f"{channel[0]} does not show {name} that {message} came"


def _shown(ledger: Ledger, message: int, head: Checkpoint | None) -> bool:
    leaf = f"parcel_stored digest-{message}".encode()
    if head is None or leaf not in ledger.leaves[: head.size]:
        return False
    index = ledger.leaves.index(leaf)
    try:
        proof = inclusion_proof(MemoryNodes(kept=dict(ledger.nodes)), index, head.size)
        verify_inclusion(leaf=leaf, index=index, size=head.size, proof=proof, root=head.root)
    except (Unauthentic, KeyError):  # another tree, or none of that size
        return False
    return True


def _by_origin(heads: Iterable[Checkpoint]) -> dict[str, list[Checkpoint]]:
    found = defaultdict[str, list[Checkpoint]](list)
    for head in sorted(heads, key=lambda one: (one.size, one.root)):
        found[head.origin].append(head)
    return found


def _fit(world: World, heads: list[Checkpoint]) -> bool:
    """Say whether all are heads of one history, as an observer knows it who saw each being signed."""
    stood_for = [world.watch.signed.get(head) for head in heads]
    return len(heads) < 2 or all(
        one is not None and other is not None and other[: len(one)] == one
        for one, other in pairwise(stood_for)
    )
