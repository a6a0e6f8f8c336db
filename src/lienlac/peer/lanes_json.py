"""Claims and standings of lanes as plain JSON, for hellos, answers and fetches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lienlac.core.errors import Malformed
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json


def read_claims(value: Json) -> dict[LaneClass, Claim]:
    """Read claims: a list of `{class, claim}`, each class at most once; Malformed for anything else."""
    return {name: Claim.from_json(_member(one, "claim")) for name, one in _by_class(value, "claims").items()}


def claims_json(claims: Mapping[LaneClass, Claim]) -> list[Json]:
    """Write claims."""
    return [{"class": str(name), "claim": cast(Json, claim.to_json())} for name, claim in claims.items()]


def read_standings(value: Json) -> dict[LaneClass, Standing]:
    """Read standings: a list of `{class, standing}`, each class at most once; Malformed for anything else."""
    return {
        name: Standing.from_json(_member(one, "standing"))
        for name, one in _by_class(value, "standings").items()
    }


def standings_json(standings: Mapping[LaneClass, Standing]) -> list[Json]:
    """Write standings."""
    return [{"class": str(name), "standing": cast(Json, one.to_json())} for name, one in standings.items()]


def read_object(raw: bytes, fields: frozenset[str], code: str) -> Mapping[str, Json]:
    """Read a canonical JSON object with exactly these members; Malformed(code) for another."""
    value = canonical.decode(raw)
    if not isinstance(value, dict) or value.keys() != fields:
        raise Malformed(code)
    return value


def _list(value: Json, field: str) -> list[Json]:
    if not isinstance(value, list | tuple) or len(value) > len(LaneClass):
        raise Malformed("lanes_malformed", field=field)
    return list(value)


def _by_class(value: Json, field: str) -> dict[LaneClass, Json]:
    listed = _list(value, field)
    lanes = {_lane_class(one): one for one in listed}
    if len(lanes) < len(listed):
        raise Malformed("lane_class_twice", field=field)
    return lanes


def _lane_class(value: Json) -> LaneClass:
    name = _member(value, "class")
    if name not in list(LaneClass):
        raise Malformed("lane_class_unknown")
    return LaneClass(str(name))


def _member(value: Json, name: str) -> Json:
    if not isinstance(value, Mapping) or name not in value:
        raise Malformed("lanes_malformed", field=name)
    return value[name]
