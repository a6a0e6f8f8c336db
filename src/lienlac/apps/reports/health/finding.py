"""What a check found: a level, a code for what is so, a code for what to do about it, and the facts of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from lienlac.core.errors import LienlacError


class Door(Protocol):
    """An address to listen on."""

    @property
    def host(self) -> str:
        """The name that others use for it."""

    @property
    def port(self) -> int:
        """The port."""


class House(Protocol):
    """What the checks ask of a node's home (`site.home.Home` is one)."""

    @property
    def path(self) -> Path:
        """The home."""

    @property
    def keys(self) -> Path:
        """Directory of the private keys."""

    @property
    def bells(self) -> Path:
        """Directory of the sockets that wake the node's processes."""

    @property
    def sqlite(self) -> Path:
        """The database file, when no PostgreSQL server is named."""

    @property
    def door_files(self) -> tuple[Path, Path]:
        """Certificate and key of the peer door."""

    @property
    def database(self) -> str:
        """The PostgreSQL server, `""` for SQLite."""

    @property
    def listen(self) -> str:
        """The address on which the desk listens."""

    @property
    def peer_listens(self) -> str:
        """The address on which the peer door listens."""

    @property
    def desk(self) -> Door:
        """The door for browsers."""

    @property
    def peer(self) -> Door:
        """The door for other nodes."""

    @property
    def https(self) -> bool:
        """Whether browsers come over HTTPS, through a proxy."""


class Level(StrEnum):
    """`bad` must be mended; `look` is worth a look and may be as somebody wants it."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`check` names the check, stable for scripts; `says` and `do` are codes of sentences, `do` empty when all is well.

    `facts` are what was measured, for both sentences; `problem` is an error whose own words belong to the cure.
    """

    check: str
    level: Level
    says: str
    do: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    problem: LienlacError | None = None


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The node that is looked at, the moment, and how many of the last leaves of each ledger are read (None: all)."""

    home: House
    now: datetime
    leaves: int | None = 1000


def ok(check: str, says: str, **facts: object) -> Finding:
    """Return a finding that all is well."""
    return Finding(check=check, level=Level.OK, says=says, facts=facts)


def look(check: str, says: str, do: str, **facts: object) -> Finding:
    """Return a finding that is worth a look."""
    return Finding(check=check, level=Level.LOOK, says=says, do=do, facts=facts)


def bad(check: str, says: str, do: str, **facts: object) -> Finding:
    """Return a finding that something is wrong."""
    return Finding(check=check, level=Level.BAD, says=says, do=do, facts=facts)


def worst(findings: list[Finding]) -> Level:
    """Return the worst level of the findings."""
    return max((one.level for one in findings), key=tuple(Level).index, default=Level.OK)
