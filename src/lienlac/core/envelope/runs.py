"""Many payloads signed at once, each of which can still be shown alone.

A *run* is what one signer signs together: the signature is over the root of a Merkle tree (RFC 9162, section 2.1) whose
leaves are the payloads. What stands in the place of a payload's own signature is

    signature of the root (64 bytes) ‖ steps from the leaf to the root (33 bytes each, at most MOST_STEPS)

A step is one byte, where the other hash stands (0: left, 1: right), and that hash. Without steps it is a plain
signature over the payload. Only positions in a lane are signed and read so (docs/protocol/lane.md, section 2):
everywhere else such a signature does not hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.suite import Signer, Verifier
from lienlac.core.errors import Unauthentic

MOST = 128  # payloads under one signature
MOST_STEPS = 7
SIGNATURE_BYTES = 64  # Ed25519: what a node signs places with
STEP_BYTES = 33
LEFT, RIGHT = b"\x00", b"\x01"

KeyOf = Callable[[str], Verifier | None]


def root_type(payload_type: str) -> str:
    """Name what is signed: the root of a run of payloads of this type, and nothing that could be one of them."""
    return payload_type + "+run"


def sign(payload_type: str, payloads: Sequence[bytes], key: Signer) -> list[bytes]:
    """Sign payloads, up to MOST of them at once; return for each, in their order, payload, key id and signature in one.

    One alone is signed as by `dsse.sign`.
    """
    runs = (payloads[first : first + MOST] for first in range(0, len(payloads), MOST))
    return [signed for run in runs for signed in _signed(payload_type, run, key)]


def _signed(payload_type: str, run: Sequence[bytes], key: Signer) -> Iterator[bytes]:
    if len(run) == 1:
        yield dsse.sign(payload_type, run[0], key)
        return
    root, ways = _tree([_leaf_hash(one) for one in run])
    kid, signature = key.kid.encode("ascii"), key.sign(dsse.pae(root_type(payload_type), root))
    for payload, steps in zip(run, ways, strict=True):
        yield frames.pack(payload, kid, signature + steps)


def verify(signed: bytes, payload_type: str, lookup: KeyOf) -> tuple[bytes, str]:
    """Return the payload and the id of the key that signed it, by itself or in a run; raises as `dsse.verify`."""
    return Reader(lookup).read(signed, payload_type)


class Reader:
    """Reads what was signed by itself or in a run; what it has found to hold of one run it does not look at twice.

    For as long as the keys that `lookup` gives stay the same: one batch.
    """

    def __init__(self, lookup: KeyOf) -> None:
        self._lookup = lookup
        self._held = set[tuple[str, bytes, bytes]]()

    def read(self, signed: bytes, payload_type: str) -> tuple[bytes, str]:
        """As `verify`."""
        payload, kid, signature = dsse.parts(signed)
        key, steps = dsse.known(self._lookup(kid), kid), signature[SIGNATURE_BYTES:]
        if not steps:
            key.verify(signature, dsse.pae(payload_type, payload))
            return payload, kid
        if len(steps) % STEP_BYTES or len(steps) > MOST_STEPS * STEP_BYTES:
            raise Unauthentic("bad_signature", kid=kid)
        root = _climbed(_leaf_hash(payload), steps, kid)
        self._hold(key, signature[:SIGNATURE_BYTES], dsse.pae(root_type(payload_type), root))
        return payload, kid

    def _hold(self, key: Verifier, signature: bytes, said: bytes) -> None:
        if (key.kid, signature, said) not in self._held:
            key.verify(signature, said)
            self._held.add((key.kid, signature, said))


def _leaf_hash(payload: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + payload).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _tree(leaves: list[bytes]) -> tuple[bytes, list[bytes]]:
    """Return the root, and for each leaf the steps that lead there. One that has no neighbour goes up as it is."""
    rows = [leaves]
    while len(row := rows[-1]) > 1:
        pairs = [_node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        rows.append(pairs + row[2 * len(pairs) :])
    ways = [b""]
    for row in reversed(rows[:-1]):
        ways = [_step(row, at) + ways[at // 2] for at in range(len(row))]
    return rows[-1][0], ways


def _step(row: Sequence[bytes], at: int) -> bytes:
    if at % 2:
        return LEFT + row[at - 1]
    return RIGHT + row[at + 1] if at + 1 < len(row) else b""


def _climbed(hash_: bytes, steps: bytes, kid: str) -> bytes:
    """Return where the steps lead; Unauthentic('bad_signature') for one that says neither side."""
    for at in range(0, len(steps), STEP_BYTES):
        side, other = steps[at : at + 1], steps[at + 1 : at + STEP_BYTES]
        if side not in (LEFT, RIGHT):
            raise Unauthentic("bad_signature", kid=kid)
        hash_ = _node_hash(other, hash_) if side == LEFT else _node_hash(hash_, other)
    return hash_
