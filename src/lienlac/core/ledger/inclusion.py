"""Proof that one entry stands in a tree: the entry, its place, the hashes that lead to the root (RFC 9162, 2.1.3).

By it the sender of a parcel shows what the receiver's own ledger says of the arrival, to anybody who has a head of
that ledger (docs/protocol/ledger.md, section 6).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.ledger import leaves, note, tree
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

ARRIVAL = "parcel_stored"
_MEMBERS = {"index", "leaf", "proof"}
_LONGEST = 64  # hashes: a tree of 2^53 leaves needs 53


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """The bytes of a leaf, its index from 0, and the hashes (32 bytes each) from the leaf upwards."""

    index: int
    leaf: bytes
    proof: tuple[bytes, ...]

    def to_json(self) -> dict[str, Json]:
        """Write it as it travels: a leaf is UTF-8 and goes as text, hashes as base64."""
        return {
            "index": self.index,
            "leaf": self.leaf.decode(),
            "proof": [base64.b64encode(part).decode() for part in self.proof],
        }

    @classmethod
    def from_json(cls, value: Json) -> Inclusion:
        """Read one; Malformed('inclusion_shape', 'note_base64') for anything else. Nothing is verified by having it."""
        if not isinstance(value, Mapping) or value.keys() != _MEMBERS:
            raise Malformed("inclusion_shape")
        index, leaf, proof = value["index"], value["leaf"], value["proof"]
        if type(index) is not int or index < 0 or not isinstance(leaf, str):
            raise Malformed("inclusion_shape")
        if not isinstance(proof, list) or len(proof) > _LONGEST:
            raise Malformed("inclusion_shape")
        hashes = tuple(note.decode_base64(part) if isinstance(part, str) else b"" for part in proof)
        return cls(index=index, leaf=leaf.encode(), proof=hashes)


def check_arrival(found: Inclusion, *, head: Checkpoint, envelope: str) -> None:
    """Check that the ledger of `head` says that an envelope (its SHA-256, hex) arrived.

    Raises Unauthentic (`ledger_inclusion`: not in that tree; `arrival_of_other`: an entry about something else), and
    Malformed when the entry is no canonical JSON. What else a newer node wrote into it is left to whoever reads it.
    """
    tree.verify_inclusion(
        leaf=found.leaf, index=found.index, size=head.size, proof=found.proof, root=head.root
    )
    leaf = canonical.decode(found.leaf, max_bytes=leaves.MAX_BYTES)
    if not isinstance(leaf, Mapping) or (leaf.get("v"), leaf.get("kind")) != (leaves.VERSION, ARRIVAL):
        raise Unauthentic("arrival_of_other", envelope=envelope)
    facts = leaf.get("facts")
    if not isinstance(facts, Mapping) or facts.get("envelope") != envelope:
        raise Unauthentic("arrival_of_other", envelope=envelope)
