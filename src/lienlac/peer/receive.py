"""What another node asks of this one, whatever transport brought it. Bytes in, bytes out, errors from the tree."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError

from lienlac.apps.directory import actions as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core.errors import Malformed, Unavailable
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer import greeting, wire


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of another node: its complete body, and the session it claims."""

    body: bytes
    session: str


def challenge(_call: Call) -> bytes:
    """Answer with a nonce for the hello."""
    return canonical.encode({"nonce": greeting.new_nonce()})


def hello(call: Call) -> bytes:
    """Check who is calling; answer with a session and where we stand in his lanes."""
    now = datetime.now(UTC)
    node, said = greeting.read_hello(call.body)
    greeting.check_nonce(said.nonce)
    standings = mailroom.greeted(node, read_claims(said.lanes), now=now)
    directory.heard_from(node, now=now)
    return canonical.encode({"session": greeting.open_session(node), "standings": standings_json(standings)})


def parcels(call: Call, receivers: mailroom.Receivers) -> bytes:
    """Take in parcels of the caller; answer where we stand in each lane touched."""
    node = greeting.caller(call.session)
    brought = [(one.position, one.envelope) for one in wire.decode_parcels(call.body)]
    try:
        standings = mailroom.take_in(node, brought, receivers, now=datetime.now(UTC))
    except OperationalError as error:
        raise _as_ours(error) from error
    return canonical.encode({"standings": standings_json(standings)})


def _as_ours(error: Exception) -> Unavailable:
    """Tell a full disk, which stores nothing and answers 507, from a busy database."""
    cause = error.__cause__
    full = "full" in str(error).lower() or getattr(cause, "errno", None) == errno.ENOSPC
    return Unavailable("disk_full" if full else "database_busy")


def read_claims(values: tuple[canonical.Json, ...]) -> dict[LaneClass, Claim]:
    """Read the claims of a hello: objects `{class, claim}`; Malformed for anything else."""
    return {_lane_class(value): Claim.from_json(_member(value, "claim")) for value in values}


def claims_json(claims: Mapping[LaneClass, Claim]) -> tuple[canonical.Json, ...]:
    """Write claims for a hello."""
    return tuple({"class": str(name), "claim": _json(claim.to_json())} for name, claim in claims.items())


def read_standings(value: canonical.Json) -> dict[LaneClass, Standing]:
    """Read standings: a list of `{class, standing}`; Malformed for anything else."""
    if not isinstance(value, list):
        raise Malformed("standing_malformed", field="standings")
    return {_lane_class(one): Standing.from_json(_member(one, "standing")) for one in value}


def standings_json(standings: Mapping[LaneClass, Standing]) -> canonical.Json:
    """Write standings for an answer."""
    return [{"class": str(name), "standing": _json(one.to_json())} for name, one in standings.items()]


def _json(value: Any) -> canonical.Json:
    return value  # type: ignore[no-any-return]


def _lane_class(value: canonical.Json) -> LaneClass:
    name = _member(value, "class")
    if name not in list(LaneClass):
        raise Malformed("lane_class_unknown")
    return LaneClass(str(name))


def _member(value: canonical.Json, name: str) -> canonical.Json:
    if not isinstance(value, Mapping) or name not in value:
        raise Malformed("hello_broken")
    return value[name]

