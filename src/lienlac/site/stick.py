"""The post on a stick: command and page write and read files by these verbs, and the ledger keeps who did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core.errors import LienlacError, Malformed, Refused, Unavailable
from lienlac.core.lane import LaneClass, Standing
from lienlac.peer import lanes_json
from lienlac.peer.bundle import file, packing, unpacking
from lienlac.site.wiring import RECEIVERS

MAX_FILE_BYTES = file.MAX_FILE_BYTES
SALT = "lienlac.stick.reply"
NO_FILE_FOR: Mapping[str, str] = {
    Node.Standing.INTRODUCED: "partner_not_trusted",
    Node.Standing.PAUSED: "no_file_while_paused",
    Node.Standing.REVOKED: "node_revoked",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file for a partner: how many parcels are in it, and whether more waits than it could hold."""

    partner: Node
    raw: bytes
    parcels: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a partner's file; `reply` is what `write` needs to write the file that goes back."""

    partner: Node
    made: str
    parcels: int
    new: int
    reply: str


def write(partner: str, *, reply: str = "", by: User | None, now: datetime) -> Written:
    """Write a file with everything that waits for a partner; with `reply`, as the answer to a file of his.

    Raises Malformed('unknown_node') and Refused for who may not be written to (`NO_FILE_FOR`). `by` is None for
    the operator at the machine.
    """
    node = _partner(partner)
    packed = packing.pack(node, now=now, answers=_answers(reply))
    with transaction.atomic():
        packing.handed_over(packed, now=now)
        _note("written", partner, len(packed.rows), by=by, now=now)
    return Written(partner=node, raw=packed.raw, parcels=len(packed.rows), more=packed.more)


def take(raw: bytes, *, by: User | None, now: datetime) -> Taken:
    """Take in a partner's file; raises what `peer.bundle.unpacking.take` raises.

    One that says it is for this node and is refused is an incident; one that somebody chose by mistake is not.
    """
    try:
        taken = unpacking.take(raw, RECEIVERS, now=now)
    except Unavailable:
        raise  # nothing is wrong with the file
    except LienlacError as error:
        if _says_it_is_for_us(raw):
            mailroom.note_refused_file(raw, error.code, now=now)
        raise
    _note("taken_in", taken.partner.code, taken.new, by=by, now=now)
    return Taken(
        partner=taken.partner,
        made=taken.made,
        parcels=taken.parcels,
        new=taken.new,
        reply=signing.dumps(lanes_json.standings_json(taken.answers), salt=SALT),
    )


def _says_it_is_for_us(raw: bytes) -> bool:
    try:
        return directory.own_code() in file.header_of(raw).to
    except LienlacError:
        return False


def _partner(code: str) -> Node:
    node = directory.partner(code)
    if node is None:
        standing = Node.objects.filter(code=code).values_list("standing", flat=True).first() or ""
        if standing in NO_FILE_FOR:
            raise Refused(NO_FILE_FOR[standing], node=code)
        raise Malformed("unknown_node", node=code)
    return node


def _answers(reply: str) -> Mapping[LaneClass, Standing]:
    if not reply:
        return {}
    try:
        return lanes_json.read_standings(signing.loads(reply, salt=SALT))
    except signing.BadSignature as error:
        raise Malformed("bad_call", field="reply") from error


def _note(code: str, partner: str, count: int, *, by: User | None, now: datetime) -> None:
    actor = house.officer(by.username) if by else None
    house.note("carried", actor=actor, facts={"node": partner, "code": code, "count": count}, now=now)
