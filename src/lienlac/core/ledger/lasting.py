"""A second line under a head, of a key whose word must hold for decades: Ed25519 and ML-DSA-65 together.

    — <origin> base64(key id ‖ signature of `envelope.lasting` over the three lines of the checkpoint)

The key name is the origin, as that of the ledger's own line; the key's type is 0xff and its label, as C2SP signed-note
has it for types of others. The line takes 4.5 KB: docs/adr/one-head-a-day-lasts.md says which heads bear it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lienlac.core.envelope.lasting import LABEL, LastingKey, LastingVerifyKey
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lienlac.core.ledger.note import NoteSignature

ALGORITHM = b"\xff" + LABEL.encode()


def key_id(origin: str, public: LastingVerifyKey) -> bytes:
    """Give the 4 bytes that stand before the signature."""
    return hashlib.sha256(origin.encode() + b"\n" + ALGORITHM + public.public_bytes).digest()[:4]


def sign(head: Checkpoint, key: LastingKey) -> NoteSignature:
    """Return the line by which a ledger's keeper signs a head with such a key."""
    raw = key.sign(head.text().encode())
    return NoteSignature(name=head.origin, key_id=key_id(head.origin, key.public), signature=raw)


def signed_by(signed: SignedCheckpoint, publics: Iterable[LastingVerifyKey]) -> bool:
    """Tell whether a head bears the line of one of these keys.

    Raises Unauthentic('note_signature') when a line that claims one of them is not its signature. Who was promised a
    line takes no for an answer that something is missing: nothing in the head says that a line was taken away.
    """
    head, found = signed.checkpoint, False
    for public in publics:
        mine = (head.origin, key_id(head.origin, public))
        for line in signed.signatures:
            if (line.name, line.key_id) == mine:
                _verify(public, line, head)
                found = True
    return found


def _verify(public: LastingVerifyKey, line: NoteSignature, head: Checkpoint) -> None:
    try:
        public.verify(line.signature, head.text().encode())
    except Unauthentic as error:
        raise Unauthentic("note_signature", name=line.name) from error
