"""What another node asks of this one, whatever transport brought it. Bytes in, bytes out, errors from the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import moments
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.rows.again import heard_again
from lienlac.core.errors import LienlacError, Malformed, Unauthentic, Unavailable
from lienlac.core.lane import LaneClass
from lienlac.core.messages import canonical
from lienlac.peer import connections, greeting, proofs, wire
from lienlac.peer.lanes_json import (
    claims_json,
    read_claims,
    read_object,
    read_standings,
    standings_json,
)

__all__ = [
    "Call",
    "Fetch",
    "answer_fetch",
    "answers",
    "begin_fetch",
    "challenge",
    "claims_json",
    "consistency",
    "head",
    "hello",
    "inclusion",
    "nothing_fetched",
    "parcels",
    "read_claims",
    "read_standings",
    "standings_json",
]

LONGEST_WAIT_S = 55  # below the minute after which many a middlebox forgets a silent connection


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of another node: its complete body, and the session it claims."""

    body: bytes
    session: str


def challenge(_call: Call) -> bytes:
    """Answer with a nonce for the hello."""
    return canonical.encode({"nonce": greeting.new_nonce()})


def hello(call: Call) -> bytes:
    """Check who is calling; answer with a session and where we stand in his lanes.

    Who calls with a revoked key is a stranger like others to himself, and an incident to us.
    """
    try:
        return _hello(call)
    except Unauthentic as error:
        if error.code == "stranger" and greeting.is_for_us_now(call.body):
            mailroom.note_revoked_key(call.body, greeting.HELLO_TYPE, now=datetime.now(UTC))
        raise


@connections.writing()
@transaction.atomic
def _hello(call: Call) -> bytes:
    now = datetime.now(UTC)
    node, said = greeting.read_hello(call.body)
    greeting.check_nonce(said.nonce)
    standings = mailroom.greeted(node, read_claims(said.lanes), now=now)
    mailroom.note_clock(node, _moment(said.time), now=now)
    directory.heard_from(node, now=now)
    return canonical.encode({"session": greeting.open_session(node), "standings": standings_json(standings)})


def _moment(text: str) -> datetime:
    try:
        return moments.from_wire(text)
    except ValueError as error:
        raise Malformed("hello_broken") from error


def parcels(call: Call, receivers: mailroom.Receivers) -> bytes:
    """Take in parcels of the caller; answer where we stand in each lane touched."""
    node, now = greeting.caller(call.session), datetime.now(UTC)
    brought: list[tuple[bytes, bytes]] = []
    try:
        brought = [(one.position, one.envelope) for one in wire.decode_parcels(call.body)]
        with connections.writing():
            standings = mailroom.take_in(node, brought, receivers, now=now)
    except Unavailable:
        raise  # no room, or no database: nothing is wrong with what he brings
    except LienlacError as error:
        mailroom.note_nobodys_parcels(node, (place for place, _ in brought), error.code, now=now)
        raise
    return canonical.encode({"standings": standings_json(standings)})


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """A partner who can only dial out asks for what lies here for him; `cursors` say from where on."""

    node: Node
    wait_s: float
    cursors: Mapping[LaneClass, int]


def begin_fetch(call: Call) -> Fetch:
    """Hear where the caller stands: what he holds leaves the outbox, as after a push."""
    node, now = greeting.caller(call.session), datetime.now(UTC)
    asked = read_object(call.body, frozenset({"standings", "wait"}), "fetch_malformed")
    wait = asked["wait"]
    if type(wait) is not int or not 0 <= wait <= LONGEST_WAIT_S:
        raise Malformed("fetch_malformed", field="wait")
    standings = read_standings(asked["standings"])
    exchange = mailroom.HandedOver(parcels=(), at=now, standings=standings)
    with connections.writing():
        told = mailroom.handed_over(node, exchange, now=now)
    claims = queries.claims(node)
    follows = {
        name: standing.seq + 1
        for name, standing in standings.items()
        if name in claims and standing.epoch == claims[name].epoch
    }
    return Fetch(node=node, wait_s=wait, cursors=follows | told)


def answer_fetch(fetch: Fetch) -> bytes | None:
    """Return our claims and the next parcels, None when there is nothing to say yet.

    A lane about which the caller has not said where he stands is claimed first: he answers it in his next fetch. One
    that nothing ever went by is no reason to answer: he would come back at once, behind each receipt, to say nothing.
    """
    claims = queries.claims(fetch.node)
    used = {name: claim for name, claim in claims.items() if claim.sent or claim.acked}
    if all(name in fetch.cursors and claim.sent < fetch.cursors[name] for name, claim in used.items()):
        return None  # most who look find nothing
    batch = queries.next_batch(fetch.node, dict(fetch.cursors))
    if not batch and set(used) <= set(fetch.cursors):
        return None
    if leaving := [one.pk for one in batch if one.to_be_marked]:
        _mark_sent(leaving)  # most who ask are given receipts, and keep nobody waiting who writes
    parcels = tuple(wire.WireParcel(position=one.position, envelope=one.envelope) for one in batch)
    return wire.encode_fetched(wire.Fetched(claims=claims_json(claims), parcels=parcels))


@connections.writing()
@heard_again()  # what leaves was on the disk before; here is noted only when it went for the first time
def _mark_sent(leaving: Sequence[int]) -> None:
    mailroom.mark_sent(leaving, now=datetime.now(UTC))


def nothing_fetched(fetch: Fetch) -> bytes:
    """Return the answer when the time to wait is over: the line is quiet, so the proofs that he owes are asked for."""
    claims = claims_json(queries.claims(fetch.node))
    asks = proofs.questions(fetch.node, now=datetime.now(UTC))
    return wire.encode_fetched(wire.Fetched(claims=claims, asks=asks))


def consistency(call: Call) -> bytes:
    """Prove to the caller that our ledger with him only grew between two sizes that he names."""
    return _proof(call, proofs.consistency, frozenset({"first", "origin", "second"}))


def head(call: Call) -> bytes:
    """Give the caller the newest signed head of our ledger with him."""
    return _proof(call, proofs.head, frozenset())


def inclusion(call: Call) -> bytes:
    """Prove to the caller what our ledger with him says of the arrival of his envelopes."""
    return _proof(call, proofs.inclusion, frozenset({"envelopes", "origin", "size"}))


def _proof(call: Call, give: Callable[[Node, proofs.Body], proofs.Body], fields: frozenset[str]) -> bytes:
    node = greeting.caller(call.session)
    return canonical.encode(give(node, read_object(call.body, fields, "question_malformed")))


def answers(call: Call) -> bytes:
    """Take the caller's answers to what we asked him with his last fetch."""
    node = greeting.caller(call.session)
    told = proofs.read_answers(call.body)
    with connections.writing():
        proofs.hear(node, told, now=datetime.now(UTC))
    return canonical.encode({})
