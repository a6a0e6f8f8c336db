"""Letters: what one node leaves in another's mailbox. Sealed and signed as a bundle is, small, and without its padding
to 64 KiB; inside they say what a conversation would: claims, standings, parcels, questions and answers.

Bytes: docs/protocol/transport-nats.md. Nothing here knows who carries them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError

from lienlac.apps.directory import actions as directory_actions
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.rows.again import heard_again
from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed, Unauthentic, Unavailable, store_unavailable
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.peer import proofs, sealed, wire
from lienlac.peer.bundle.unpacking import node_key
from lienlac.peer.lanes_json import claims_json, read_claims, read_standings, standings_json

LETTER = sealed.Form(
    word="letter",
    family=b"LIENLAC-LETTER/",
    signed_type="application/vnd.lienlac.letter",
    step_bytes=4 * 1024,
    limit_bytes=4 * 1024 * 1024,
)
ROOM_BYTES = LETTER.limit_bytes - proofs.MAX_ANSWERS_BYTES - 512 * 1024
"""For parcels; the rest is for answers, claims and standings."""
BESIDE_ANSWERS_BYTES = 384 * 1024
"""For the claims, standings and questions that share the answers' frame."""
QUESTION_BYTES = 16 * 1024
"""A question about as many envelopes as there may be in one takes 7 KiB; it comes back with its answer."""
QUESTION_DEPTH = canonical.MAX_DEPTH - 3
"""It comes back three deep: in an object of the answers, which a letter says."""
_MEMBERS = {"answers", "asks", "claims", "standings"}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a letter says: of the writer's lanes, of where he stands in ours, what he asks to be proven, his proofs."""

    claims: Mapping[LaneClass, Claim]
    standings: Mapping[LaneClass, Standing]
    parcels: tuple[wire.WireParcel, ...] = ()
    asks: Sequence[Json] = ()
    answers: Sequence[Json] = ()


def encode(letter: Letter) -> bytes:
    """Return the content of a letter."""
    said: Json = {
        "answers": list(letter.answers),
        "asks": list(letter.asks),
        "claims": list(claims_json(letter.claims)),
        "standings": standings_json(letter.standings),
    }
    return frames.pack(canonical.encode(said), wire.encode_parcels(letter.parcels) if letter.parcels else b"")


def decode(content: bytes) -> Letter:
    """Read the content of a letter; Malformed (`letter_content`, and the codes of its parts) for anything else."""
    said, body = frames.unpack(content, count=2, max_bytes=LETTER.limit_bytes)
    value = canonical.decode(said, max_bytes=proofs.MAX_ANSWERS_BYTES)
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise Malformed("letter_content")
    asks, answers = value["asks"], value["answers"]
    if not isinstance(asks, list) or not isinstance(answers, list):
        raise Malformed("letter_content")
    if max(len(asks), len(answers)) > proofs.MAX_QUESTIONS:
        raise Malformed("letter_content")
    for one in asks:
        canonical.decode(canonical.encode(one), max_bytes=QUESTION_BYTES, max_depth=QUESTION_DEPTH)
    return Letter(
        claims=read_claims(value["claims"]),
        standings=read_standings(value["standings"]),
        parcels=wire.decode_parcels(body) if body else (),
        asks=asks,
        answers=answers,
    )


def write(partner: Node, letter: Letter, *, now: datetime) -> bytes:
    """Seal a letter to a partner; Unavailable('key_missing')."""
    return sealed.seal(
        LETTER,
        encode(letter),
        sender=directory.own_code(),
        receiver=partner.code,
        node_key=directory.own_signing_key(NodeKey.Use.NODE, now),
        to=directory.sealing_key_of(partner, now),
    )


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a letter: whose it was, our answers to his claims, whether he waits for them, and whether it said
    anything that no letter had said before.
    """

    partner: Node
    answered: Mapping[LaneClass, Standing]
    owed: bool
    new: bool
    asks: Sequence[Json]


def opened(raw: bytes) -> tuple[Node, Letter]:
    """Check and open a letter; return it with the partner who wrote it. Nothing is stored.

    Raises what `sealed.unseal` and `decode` raise, Unauthentic('stranger'), Unavailable('partner_paused').
    """
    sender = sealed.header_of(LETTER, raw).sender
    partner = directory.known_partner(sender)
    if partner is None:
        raise Unauthentic("stranger", node=sender)
    if partner.standing == Node.Standing.PAUSED:
        raise Unavailable("partner_paused", node=sender)
    _, content = sealed.unseal(
        LETTER,
        raw,
        me=directory.own_code(),
        sealing_keys=directory.own_sealing_keys(),
        node_keys=node_key,
    )
    return partner, decode(content)


def take(partner: Node, letter: Letter, receivers: mailroom.Receivers, *, now: datetime) -> Taken:
    """Take in a letter: the same steps in the same rooms as a call at the peer door. It may be old, or come twice.

    Nobody was heard by one that moved no lane: whoever carries letters could give it again for years.

    Raises what `mailroom.take_in` raises, Unavailable (`disk_full`, `database_busy`); what was taken in before stays.
    """
    try:
        before = _places(partner)
        mailroom.greeted(partner, letter.claims, now=now)
        parcels = [(one.position, one.envelope) for one in letter.parcels]
        if parcels:
            mailroom.take_in(partner, parcels, receivers, now=now)
        answered = mailroom.greeted(partner, letter.claims, now=now)  # where we stand after the parcels
        exchange = mailroom.HandedOver(parcels=(), at=now, standings=letter.standings, is_through=False)
        mailroom.handed_over(partner, exchange, now=now)
        proofs.hear(partner, letter.answers, now=now)
        if new := _places(partner) != before:
            _heard(partner, now)
    except OperationalError as error:
        raise store_unavailable(error) from error
    owed = bool(parcels) or any(
        (claim.epoch, claim.sent) != (answered[name].epoch, answered[name].seq)
        for name, claim in letter.claims.items()
        if claim.sent and name in answered
    )
    return Taken(partner=partner, answered=answered, owed=owed, asks=letter.asks, new=new)


def _places(partner: Node) -> Sequence[tuple[str, str, int]]:
    """Return how far the lanes of both directions came: the epoch of each, and the last place in it that both know.

    No word of before moves them: what it says of an epoch that was left is stale, and of the present one known.
    """
    there, here = queries.claims(partner), queries.standings(partner)
    sent = [(f"out {name}", claim.epoch, claim.first_not_acked) for name, claim in there.items()]
    return [*sent, *((f"in {name}", one.epoch, one.seq) for name, one in here.items())]


@heard_again()
def _heard(partner: Node, now: datetime) -> None:
    mailroom.line_worked(partner, now=now)
    directory_actions.heard_from(partner, now=now)


def parcels_for(
    partner: Node, cursors: dict[LaneClass, int], room: int = ROOM_BYTES
) -> list[queries.Outgoing]:
    """Return the next parcels for a partner, as many as fit into one letter; urgent lanes first."""
    batch = queries.next_batch(partner, cursors)
    fits = list[queries.Outgoing]()
    for one in batch:
        room -= len(one.position) + len(one.envelope) + 16
        if room < 0:
            break
        fits.append(one)
    return fits
