"""The demo's inspector: he reads the nodes' files and databases from outside, with no word from the programs that
wrote them, and believes only what keys from the cards and digests prove."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pysqlite3 import dbapi2 as sqlite3  # type: ignore[import-untyped]

from lienlac.cli.demo.make import CARD
from lienlac.core import envelope
from lienlac.core.envelope.keys import SealingKey, VerifyKey
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.ledger import checkpoint, leaves, tree
from lienlac.core.trust import cards

BUSY_S = 5.0
DATABASE = "db.sqlite3"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A node as the inspector finds it: its home, and the card it gave to others."""

    path: Path
    card: cards.Card

    @property
    def code(self) -> str:
        """The node's code."""
        return self.card.node

    @property
    def node_key(self) -> VerifyKey:
        """The public key that signs its envelopes and the heads of its ledgers."""
        return VerifyKey(self.card.first("node").public)


def hold(path: Path) -> Held:
    """Read the card of the node at `path`; Malformed or Unauthentic when it is not what its keys signed."""
    return Held(path=path, card=cards.read((path / CARD).read_bytes()))


def rows(path: Path, question: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask the database of the node at `path`."""
    with closing(_open(path)) as database:
        return list(database.execute(question, values))


def change(path: Path, deed: str, *values: Any) -> int:
    """Change the database of a node behind its back; return how many rows (for those who break things)."""
    with closing(_open(path)) as database:
        changed = int(database.execute(deed, values).rowcount)
        database.commit()
        return changed


def _open(path: Path) -> Any:
    return sqlite3.connect(f"file:{path / DATABASE}?mode=rw", uri=True, timeout=BUSY_S)


# --- Traces of a word -------------------------------------------------------------------------------------


def spellings(word: str) -> set[bytes]:
    """Return the ways in which a word may lie in a file: composed or not, with and without marks and capitals, in
    UTF-8 and both UTF-16, as JSON, Python and addresses escape it, and in base64 at each of the three offsets."""
    composed = unicodedata.normalize("NFC", word)
    bare = "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
    plain = {composed, unicodedata.normalize("NFD", word), bare, bare.replace("Đ", "D").replace("đ", "d")}
    cased = {form for one in plain for form in (one, one.lower(), one.upper(), one.casefold())}
    escaped = {
        form
        for one in cased
        for form in (
            json.dumps(one)[1:-1],
            ascii(one)[1:-1],
            quote(one),
            quote(one, safe="", encoding="utf-8").replace("%20", "+"),
        )
    }
    found = {one.encode(encoding) for one in cased for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
    found |= {one.encode() for one in escaped}
    return found | {part for offset in range(3) for part in _in_base64(composed.encode(), offset)}


def _in_base64(raw: bytes, offset: int) -> Iterator[bytes]:
    """Give the middle of what base64 makes of `raw` behind `offset` other bytes: the part no neighbour changes."""
    whole = base64.b64encode(b"\0" * offset + raw)
    yield whole[4 if offset else 0 : len(whole) - 4]


def traces_in_bytes(places: Mapping[str, bytes], words: tuple[str, ...]) -> list[str]:
    """Return the names of the places that hold one of the words in any spelling."""
    sought = {spelling for word in words for spelling in spellings(word)}
    return [place for place, raw in places.items() if any(one in raw for one in sought)]


def files(path: Path, *, but_database: bool = False) -> dict[str, bytes]:
    """Return every file of a home with its bytes; `but_database` leaves the database out, whose task is to keep."""
    return {
        f"{path.name}/{file.relative_to(path)}": file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and not (but_database and file.name.startswith(DATABASE))
    }


# --- The envelope -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A parcel in a node's outbox: what will travel, and the author's signed message from which it was sealed."""

    envelope: bytes
    position: bytes
    message: bytes


def waiting(sender: Held) -> Waiting | None:
    """Return the newest parcel in the outbox that tells of a deed (receipts do not), or None."""
    found = rows(
        sender.path,
        "SELECT p.envelope, p.position, m.signed FROM mailroom_parcel p JOIN mailroom_message m ON m.id = p.message_id"
        " WHERE p.in_outbox AND m.kind <> 'RECEIPT' ORDER BY p.id DESC LIMIT 1",
    )
    return (
        Waiting(envelope=bytes(found[0][0]), position=bytes(found[0][1]), message=bytes(found[0][2]))
        if found
        else None
    )


def check_sealed(sender: Held, receiver: Held, parcel: Waiting, words: tuple[str, ...]) -> int:
    """Check that an envelope is signed by the sender's node, to the receiver alone, opens with his key and no other,
    and that the words are in the message but not in what travels. Return its size in bytes.

    Raises Unauthentic, Malformed.
    """
    node_keys = {(sender.code, sender.node_key.kid): sender.node_key}
    header = envelope.check_outer(parcel.envelope, node_keys=node_keys)
    if header.to != (receiver.code,):
        raise Unauthentic("sealed_to_others", to=header.to)
    if not all(traces_in_bytes({"message": parcel.message}, (word,)) for word in words):
        raise Malformed("search_finds_nothing")  # then finding nothing below would prove nothing
    if found := traces_in_bytes({"envelope": parcel.envelope, "position": parcel.position}, words):
        raise Malformed("readable_on_the_way", where=found)
    opened = envelope.open_envelope(
        parcel.envelope, me=receiver.code, sealing_keys=_sealing_keys(receiver), node_keys=node_keys
    )
    if opened.signed_message != parcel.message:
        raise Unauthentic("sealed_other_words")
    _check_not_for(sender, parcel, node_keys)
    return len(parcel.envelope)


def _check_not_for(other: Held, parcel: Waiting, node_keys: envelope.KeyLookup) -> None:
    """Check that the keys of another node do not open it."""
    keys = _sealing_keys(other)
    try:
        envelope.open_envelope(parcel.envelope, me=other.code, sealing_keys=keys, node_keys=node_keys)
    except Unauthentic:
        return
    raise Unauthentic("opens_for_others", node=other.code)


def _sealing_keys(held: Held) -> dict[str, SealingKey]:
    seeds = [
        bytes.fromhex(file.read_text(encoding="ascii")) for file in (held.path / "keys").glob("seal-*.seed")
    ]
    return {key.kid: key for key in map(SealingKey.from_seed, seeds)}


# --- The ledgers ------------------------------------------------------------------------------------------


def leaf_bodies(held: Held) -> list[bytes]:
    """Return the bytes of every leaf of every ledger of a node."""
    return [bytes(body) for (body,) in rows(held.path, "SELECT body FROM audit_leaf ORDER BY id")]


def check_pair_ledger(held: Held, partner: Held) -> list[leaves.Leaf]:
    """Grow the tree of a node's ledger with a partner anew from its leaves and compare it with every head that the
    node signed; return the leaves. Raises Unauthentic (`ledger_…`, `checkpoint_…`), Malformed."""
    ledger, epoch = rows(
        held.path, "SELECT id, epoch FROM audit_ledger WHERE partner = ? AND current", partner.code
    )[0]
    found = rows(held.path, "SELECT body, place FROM audit_leaf WHERE ledger_id = ? ORDER BY place", ledger)
    if any(place != number for number, (_, place) in enumerate(found)):
        raise Unauthentic("ledger_places", node=held.code)
    bodies = [bytes(body) for body, _ in found]
    notes = rows(held.path, "SELECT note FROM audit_head WHERE ledger_id = ? ORDER BY size", ledger)
    origin = str(checkpoint.Origin(node=held.code, partner=partner.code, epoch=epoch))
    _check_heads(held, origin, bodies, [bytes(note) for (note,) in notes])
    return [leaves.decode(body) for body in bodies]


def _check_heads(held: Held, origin: str, bodies: list[bytes], notes: list[bytes]) -> None:
    frontier = tree.Frontier()
    for note in notes:
        signed = checkpoint.parse(note)
        checkpoint.verify(signed, origin=origin, publics=[held.node_key.public_bytes])
        frontier, _ = tree.extend(frontier, bodies[frontier.size : signed.checkpoint.size])
        if (frontier.size, frontier.root()) != (signed.checkpoint.size, signed.checkpoint.root):
            raise Unauthentic("ledger_does_not_grow_to_its_head", node=held.code, size=signed.checkpoint.size)
    if frontier.size != len(bodies):
        raise Unauthentic("ledger_leaves_without_head", node=held.code)


def check_agree(one: list[leaves.Leaf], other: list[leaves.Leaf]) -> tuple[int, int]:
    """Check that two pair ledgers tell the same story: what one sent the other stored, each receipt that came was
    issued, word for word (digests of what was signed). Return how many parcels and receipts they share."""
    parcels = [
        _matched(a, b, "parcel_stored", "parcel_sent", "envelope") for a, b in ((one, other), (other, one))
    ]
    receipts = [
        _matched(a, b, "receipt_received", "receipt_issued", "signed")
        for a, b in ((one, other), (other, one))
    ]
    return sum(parcels), sum(receipts)


def _matched(here: list[leaves.Leaf], there: list[leaves.Leaf], kind: str, origin: str, fact: str) -> int:
    came = [leaf.facts[fact] for leaf in here if leaf.kind == kind]
    if missing := set(came) - {leaf.facts[fact] for leaf in there if leaf.kind == origin}:
        raise Unauthentic("ledgers_differ", kind=kind, missing=len(missing))
    return len(came)
