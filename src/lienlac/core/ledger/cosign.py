"""Cosignatures (C2SP tlog-cosignature v1, Ed25519, type 0x04): a partner has seen this head and found it
consistent.

The line holds key id (4 bytes) ‖ POSIX seconds (8 bytes, big-endian) ‖ Ed25519 signature (64 bytes) over

    cosignature/v1
    time <POSIX seconds>
    <the three lines of the checkpoint>
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.ledger.checkpoint import Checkpoint, SignedCheckpoint, check_successor
from lienlac.core.ledger.note import COSIGNATURE, NoteKey, NoteSignature, Sign

_LAYOUT = struct.Struct(">Q64s")
_LATEST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Cosignature:
    """A verified cosignature: whose, and when by their clock (POSIX seconds)."""

    key: NoteKey
    at: int


def cosign(
    offered: Checkpoint, *, held: Checkpoint | None, proof: Sequence[bytes], key: NoteKey, sign: Sign, at: int
) -> NoteSignature:
    """Cosign `offered` as the node `key.name` after checking that it only adds to `held` (None at first
    sight).

    The caller has verified the ledger's own signature, and stores `offered` as held before the line leaves.
    `at` is POSIX seconds. Raises Unauthentic as `check_successor` does: never cosign a second history.
    """
    if held is not None:
        check_successor(held, offered, proof)
    raw = sign(_message(offered, at))
    return NoteSignature(name=key.name, key_id=key.key_id(COSIGNATURE), signature=_LAYOUT.pack(at, raw))


def verified(signed: SignedCheckpoint, keys: Iterable[NoteKey]) -> tuple[Cosignature, ...]:
    """Give the cosignatures by `keys`; lines of others are passed over, as signed-note demands.

    Raises Unauthentic when a line that claims one of `keys` does not verify.
    """
    found = list[Cosignature]()
    for key in keys:
        for line in signed.signatures:
            if (line.name, line.key_id) == (key.name, key.key_id(COSIGNATURE)):
                found.append(Cosignature(key=key, at=_verify(signed.checkpoint, line, key)))
    return tuple(found)


def _verify(checkpoint: Checkpoint, line: NoteSignature, key: NoteKey) -> int:
    if len(line.signature) != _LAYOUT.size:
        raise Unauthentic("cosignature_length", name=key.name)
    at, raw = _LAYOUT.unpack(line.signature)
    if at > _LATEST:
        raise Unauthentic("cosignature_time", name=key.name)
    key.verify(raw, _message(checkpoint, at))
    return int(at)


def _message(checkpoint: Checkpoint, at: int) -> bytes:
    if not 0 <= at <= _LATEST:
        raise Malformed("cosignature_time", at=at)
    return f"cosignature/v1\ntime {at}\n{checkpoint.text()}".encode()
