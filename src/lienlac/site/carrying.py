"""The section `[relay]` of `node.toml`: the hub through which our post may go, and for whom this node is one
(docs/operators/hub.md).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

LETTERS, MEGABYTES, DAYS = 64, 16, 7
MOST = {"letters": 10_000, "megabytes": 100_000, "days": DAYS}
LEAST = {"letters": 1, "megabytes": 5, "days": 1}
"""A letter has up to 4 MiB; a hub keeps none for longer than seven days (SG26)."""


@dataclass(frozen=True, kw_only=True)
class Carrying:
    """`hub` is the node through which our post may go, `""` for none; `offices` are those whose letters this node
    carries to each other, each sender at most so many letters and megabytes (2^20 bytes) to each addressee, for so many
    days.
    """

    hub: str = ""
    offices: tuple[str, ...] = ()
    letters: int = LETTERS
    megabytes: int = MEGABYTES
    days: int = DAYS

    @property
    def size(self) -> int:
        """How many bytes one sender may leave for one addressee."""
        return self.megabytes << 20


def read(raw: object, *, node: str, workers: int) -> Carrying:
    """Read the section. Raises ValueError that says what is wrong with it.

    What the mailbox tells reaches the writers of letters within one process: with a hub there is one worker.
    """
    known = {one.name for one in fields(Carrying)}
    if not isinstance(raw, dict) or set(raw) - known:
        raise ValueError(f"[relay] knows {', '.join(sorted(known))}")
    said: dict[str, Any] = dict(raw)
    for name in MOST:
        if name in said and not _is_between(said[name], LEAST[name], MOST[name]):
            raise ValueError(f"[relay] {name} = {said[name]!r}: {LEAST[name]} to {MOST[name]}")
    hub, offices = said.get("hub", ""), said.get("offices", [])
    if not isinstance(hub, str) or hub == node:
        raise ValueError("[relay] hub: the code of another node")
    if not isinstance(offices, list) or not all(isinstance(one, str) and one for one in offices):
        raise ValueError("[relay] offices: a list of codes of nodes")
    if hub and workers != 1:
        raise ValueError("[relay] hub goes with workers = 1")
    return Carrying(**{**said, "offices": tuple(offices)})


def _is_between(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
