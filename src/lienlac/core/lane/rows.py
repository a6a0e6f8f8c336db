"""The two states as one JSON object each, for the row that an app loads, steps and stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from lienlac.core.lane.actions import Evidence
from lienlac.core.lane.greeting import Mark, Receiving, Span
from lienlac.core.lane.incoming import Incoming
from lienlac.core.lane.outgoing import Outgoing, Sending
from lienlac.core.lane.position import Lane, LaneClass, Position


def dump(state: Outgoing | Incoming) -> dict[str, object]:
    """Give JSON values: objects, lists, strings, integers, null."""
    return {one.name: _plain(getattr(state, one.name)) for one in fields(state)}


def _plain(value: object) -> object:
    """As `dataclasses.asdict`, which copies each text and number deeply: five times the work, at every letter."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value


def load_outgoing(row: Mapping[str, Any]) -> Outgoing:
    """Read what `dump` gave; the row is this node's own, so its shape is not checked again."""
    return Outgoing(
        **{
            **row,
            "lane": _lane(row["lane"]),
            "condition": Sending(row["condition"]),
            "past": tuple(Mark(**mark) for mark in row["past"]),
            "reported": tuple(Span(**span) for span in row["reported"]),
        }
    )


def load_incoming(row: Mapping[str, Any]) -> Incoming:
    """Read what `dump` gave; the row is this node's own, so its shape is not checked again."""
    return Incoming(
        **{
            **row,
            "lane": _lane(row["lane"]),
            "condition": Receiving(row["condition"]),
            "past": tuple(Mark(**mark) for mark in row["past"]),
            "lost": tuple(Span(**span) for span in row["lost"]),
            "evidence": _evidence(row["evidence"]),
        }
    )


def _lane(row: Mapping[str, Any]) -> Lane:
    return Lane(**{**row, "lane_class": LaneClass(row["lane_class"])})


def _evidence(row: Mapping[str, Any] | None) -> Evidence | None:
    if row is None:
        return None
    other = Position(**{**row["other"], "lane": _lane(row["other"]["lane"])})
    return Evidence(**{**row, "other": other})
