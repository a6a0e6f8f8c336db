"""Checkpoints (C2SP tlog-checkpoint v1): a ledger's size and root, signed; and the names of ledgers.

    lienlac/<node>/pair/<partner>/<epoch>      or  lienlac/<node>/house/<epoch>
    <size>
    <base64 root>

    — <origin> base64(key id ‖ Ed25519 signature)
    — <partner> base64(key id ‖ time ‖ Ed25519 signature)         (a cosignature: see cosign)

The key name of the ledger's own line is the origin. A first line `lienlac/…` keeps these signatures apart
from DSSE ones (`DSSEv1 …`) and from cosignatures (`cosignature/v1`), so that one node key may make all three.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic
from lienlac.core.ledger import note
from lienlac.core.ledger.note import ED25519, NoteKey, NoteSignature, Sign
from lienlac.core.ledger.tree import HASH_BYTES, verify_consistency

MAX_SIZE = 2**53 - 1  # the largest number that JSON carries everywhere unharmed

_NODE = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
_ORIGIN = re.compile(rf"lienlac/({_NODE})/(?:pair/({_NODE})|house)/([a-z0-9]{{1,64}})", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Which ledger: the node that keeps it, the partner (None = the house ledger), and its epoch.

    A node restored from a backup never repairs a ledger: it opens a new epoch, hence a new origin.
    """

    node: str
    partner: str | None = None
    epoch: str

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(str(self)):
            raise Malformed("ledger_origin", origin=str(self))

    def __str__(self) -> str:
        return f"lienlac/{self.node}/{f'pair/{self.partner}' if self.partner else 'house'}/{self.epoch}"

    @property
    def ledger(self) -> str:
        """Give `pair` or `house`."""
        return "pair" if self.partner else "house"

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Read an origin line; raise Malformed for any other text."""
        found = _ORIGIN.fullmatch(text)
        if not found:
            raise Malformed("ledger_origin", origin=text)
        return cls(node=found[1], partner=found[2], epoch=found[3])


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A tree head: `size` leaves of the ledger `origin` have the root `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        note.check_name(self.origin)
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed("checkpoint_size", size=self.size)
        if len(self.root) != HASH_BYTES:
            raise Malformed("checkpoint_root", length=len(self.root))

    def text(self) -> str:
        """Write the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with its signature lines, as they came: nothing is verified by having one."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """Write the note, UTF-8."""
        return note.write(self.checkpoint.text(), self.signatures).encode()

    def plus(self, *lines: NoteSignature) -> SignedCheckpoint:
        """Add signature lines at the end; a line that is already there is not added twice."""
        new = tuple(line for line in dict.fromkeys(lines) if line not in self.signatures)
        return replace(self, signatures=self.signatures + new)


def parse(encoded: bytes) -> SignedCheckpoint:
    """Read a note that is a checkpoint; raise Malformed for any other bytes, NotUnderstood for extension
    lines.
    """
    text, signatures = note.parse(encoded)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or "" in lines or not _SIZE.fullmatch(lines[1]):
        raise Malformed("checkpoint_shape")
    if len(lines) > 3:
        raise NotUnderstood("checkpoint_extension")
    head = Checkpoint(origin=lines[0], size=int(lines[1]), root=note.decode_base64(lines[2]))
    return SignedCheckpoint(checkpoint=head, signatures=signatures)


def sign(checkpoint: Checkpoint, *, public: bytes, sign: Sign) -> SignedCheckpoint:
    """Sign as the ledger itself: the key name is the origin. `public` (32 bytes) goes with `sign`."""
    key = NoteKey(name=checkpoint.origin, public=public)
    raw = sign(checkpoint.text().encode())
    line = NoteSignature(name=key.name, key_id=key.key_id(ED25519), signature=raw)
    return SignedCheckpoint(checkpoint=checkpoint, signatures=(line,))


def verify(signed: SignedCheckpoint, *, origin: str, publics: Iterable[bytes]) -> bytes:
    """Check that `signed` is of the ledger `origin`, signed by one of its keys; give the key that did.

    `publics` are the raw public keys that the directory gives (or gave) to the node that keeps this ledger.
    Raises Unauthentic for another origin, when no key signed, and when a line that claims a key is not its
    signature.
    """
    if signed.checkpoint.origin != origin:
        raise Unauthentic("checkpoint_origin", origin=signed.checkpoint.origin)
    message = signed.checkpoint.text().encode()
    signers = [
        public for public in publics if _signed_by(signed, NoteKey(name=origin, public=public), message)
    ]
    if not signers:
        raise Unauthentic("checkpoint_unsigned", origin=origin)
    return signers[0]


def check_successor(held: Checkpoint, offered: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise Unauthentic unless `offered` only adds to `held`: same ledger, not smaller, same history.

    `ledger_rolled_back`: smaller than what is held (the caller may ask for the proof the other way round
    first, if its line can deliver out of order). `ledger_forked`: another history; the two signed heads are
    evidence, keep both.
    """
    facts = {"origin": held.origin, "held": held.size, "offered": offered.size}
    if offered.origin != held.origin:
        raise Unauthentic("checkpoint_origin", origin=offered.origin)
    if offered.size < held.size:
        raise Unauthentic("ledger_rolled_back", **facts)
    try:
        verify_consistency(
            first=held.size, second=offered.size, first_root=held.root, second_root=offered.root, proof=proof
        )
    except Unauthentic as error:
        raise Unauthentic("ledger_forked", **facts) from error


def _signed_by(signed: SignedCheckpoint, key: NoteKey, message: bytes) -> bool:
    lines = [
        line for line in signed.signatures if (line.name, line.key_id) == (key.name, key.key_id(ED25519))
    ]
    for line in lines:
        key.verify(line.signature, message)
    return bool(lines)
