"""What a check found: a level, what is so in plain English, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lienlac.site.home import Home


class Level(StrEnum):
    """`bad` makes the exit code 1; `look` is worth a look and may be as somebody wants it."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`check` names the check, stable for scripts; `do` is empty when all is well; `facts` are what was measured."""

    check: str
    level: Level
    says: str
    do: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The node that is looked at, the moment, and whether every leaf and page is to be read."""

    home: Home
    now: datetime
    thorough: bool = False


def ok(check: str, says: str, **facts: object) -> Finding:
    """Return a finding that all is well."""
    return Finding(check=check, level=Level.OK, says=says, facts=facts)


def look(check: str, says: str, do: str, **facts: object) -> Finding:
    """Return a finding that is worth a look."""
    return Finding(check=check, level=Level.LOOK, says=says, do=do, facts=facts)


def bad(check: str, says: str, do: str, **facts: object) -> Finding:
    """Return a finding that something is wrong."""
    return Finding(check=check, level=Level.BAD, says=says, do=do, facts=facts)
