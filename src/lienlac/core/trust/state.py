"""The directory of a state: which nodes are its agencies', by their own cards, and which are no longer; signed by
the state's root, an offline key.

A root speaks for its own country alone: it adds nodes, replaces their keys, switches them off. Each directory is
complete, has a number that only grows, and ends. `accept` states the rules and their order; it takes bytes and gives a
value, and keeps nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lienlac.core.envelope import dsse, frames
from lienlac.core.errors import Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.messages.message import is_node_id
from lienlac.core.trust import cards, moments
from lienlac.core.trust.cards import Card
from lienlac.core.trust.roots import RootKey, RootPublic

DIRECTORY_TYPE = "application/vnd.lienlac.state-directory+json"
VERSION = 1
MOST_NODES = 200  # a card takes about 4 KB, and signed bytes end at 1 MiB
GRACE = timedelta(days=180)
"""How long after its end a directory is still believed: an office without a line gets the next one by hand."""
_MEMBERS = frozenset({"v", "country", "number", "issued_at", "expires_at", "cards", "revoked"})


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """A node that its state has switched off: why (code of the list `revocation_reasons`), and until when what it
    signed is to be believed (UTC, milliseconds).
    """

    node: str
    reason: str
    last_trusted_at: str


@dataclass(frozen=True, kw_only=True)
class StateDirectory:
    """A directory as it was signed. `signed_cards` are the bytes of `cards`, in the same order."""

    country: str
    number: int
    issued_at: str
    expires_at: str
    signed_cards: tuple[bytes, ...]
    cards: tuple[Card, ...]
    revoked: tuple[Revoked, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What this node holds of a root's last directory: its number and the SHA-256 of its signed bytes (hex)."""

    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A directory that may be believed; `late` when it has ended and only the grace carries it, `known` when it is
    the one already held.
    """

    directory: StateDirectory
    digest: str
    late: bool
    known: bool


def digest_of(signed: bytes) -> str:
    """Return the name of a signed directory: SHA-256, hex."""
    return hashlib.sha256(signed).hexdigest()


def signer_of(signed: bytes) -> str:
    """Return the key id that a directory says it was signed with: which root to ask, nothing more."""
    return frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[1].decode("latin-1")


def issue(
    signed_cards: tuple[bytes, ...],
    *,
    country: str,
    number: int,
    revoked: tuple[Revoked, ...],
    issued_at: str,
    expires_at: str,
    root: RootKey,
) -> bytes:
    """Return the signed directory of these cards; it is read back first, so that none is issued that nobody takes.

    Raises what `accept` raises about the contents.
    """
    value: canonical.Json = {
        "v": VERSION,
        "country": country,
        "number": number,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "cards": [base64.b64encode(card).decode() for card in signed_cards],
        "revoked": [vars(one) for one in revoked],
    }
    signed = dsse.sign(DIRECTORY_TYPE, canonical.encode(value), root)
    read(signed, root=root.public)
    return signed


def read(signed: bytes, *, root: RootPublic) -> StateDirectory:
    """Read a directory that this root has signed; rules 1 to 3 of `accept`."""
    return _read(signed, root, None)


def accept(signed: bytes, *, root: RootPublic, country: str, held: Held | None, now: datetime) -> Accepted:
    """Return what may be believed of a directory. The rules, in their order:

    1. The root signed these bytes: Unauthentic (`directory_of_other_root`, `bad_signature`).
    2. It has the shape of a directory: Malformed('directory_broken'), NotUnderstood('newer_directory').
    3. Every card is signed by its node, no node stands in it twice: Unauthentic, Malformed('node_twice').
    4. Root, directory, cards and their offices are of one country: Unauthentic('directory_of_other_country').
    5. It is not older than the one held: Unauthentic('directory_rolled_back'); nor another one with the same
       number: Unauthentic('directory_forked').
    6. It has not ended longer ago than GRACE: Refused('directory_expired').
    """
    directory = _read(signed, root, country)
    digest = digest_of(signed)
    _check_follows(directory, digest, held)
    ended = moments.from_wire(directory.expires_at)
    if now - GRACE > ended:  # so turned, the last day of the calendar is a day like others
        raise Refused("directory_expired", country=country, ended=directory.expires_at[:10])
    known = held is not None and held.digest == digest
    return Accepted(directory=directory, digest=digest, late=now > ended, known=known)


def _read(signed: bytes, root: RootPublic, country: str | None) -> StateDirectory:
    if signer_of(signed) != root.kid:
        raise Unauthentic("directory_of_other_root", country=country or "")
    payload, _ = dsse.verify(signed, DIRECTORY_TYPE, lambda _kid: root)
    directory = _parsed(canonical.decode(payload))
    _check_countries(directory, country or directory.country)
    return directory


def _parsed(value: Any) -> StateDirectory:
    if not isinstance(value, dict):
        raise Malformed("directory_broken")
    if value.get("v") != VERSION:
        raise NotUnderstood("newer_directory")
    try:
        directory = _from_json(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("directory_broken") from error
    nodes = [card.node for card in directory.cards] + [one.node for one in directory.revoked]
    if len(set(nodes)) != len(nodes):
        raise Malformed("node_twice")
    return directory


def _from_json(value: Mapping[str, Any]) -> StateDirectory:
    if value.keys() != _MEMBERS or len(value["cards"]) + len(value["revoked"]) > MOST_NODES:
        raise ValueError("not the members of a directory")
    if type(value["number"]) is not int or value["number"] < 1:
        raise ValueError("not a number")
    signed_cards = tuple(base64.b64decode(one, validate=True) for one in value["cards"])
    issued, ends = (moments.from_wire(value[name]) for name in ("issued_at", "expires_at"))
    if ends <= issued:
        raise ValueError("it ends before it begins")
    return StateDirectory(
        country=value["country"],
        number=value["number"],
        issued_at=value["issued_at"],
        expires_at=value["expires_at"],
        signed_cards=signed_cards,
        cards=tuple(cards.read(one) for one in signed_cards),
        revoked=tuple(_revoked(one) for one in value["revoked"]),
    )


def _revoked(value: Mapping[str, Any]) -> Revoked:
    one = Revoked(**value)
    moments.from_wire(one.last_trusted_at)
    if not is_node_id(one.node) or not isinstance(one.reason, str) or len(one.reason) > 40:
        raise ValueError("not a node that was switched off")
    return one


def _check_countries(directory: StateDirectory, country: str) -> None:
    of_others = [card.node for card in directory.cards if card.country != country]
    if directory.country != country or of_others:
        raise Unauthentic("directory_of_other_country", country=country, node=", ".join(of_others))


def _check_follows(directory: StateDirectory, digest: str, held: Held | None) -> None:
    if held is None or (directory.number, digest) == (held.number, held.digest):
        return
    if directory.number < held.number:
        raise Unauthentic("directory_rolled_back", number=directory.number, held=held.number)
    if directory.number == held.number:
        raise Unauthentic("directory_forked", number=directory.number)
