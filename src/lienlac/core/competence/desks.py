"""Desks of an office: what each is competent for, and on which of them a matter lands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.core.competence.matter import GENERAL, competences

MOST_NAMED = 60
_CODE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What an enquiry is about, as far as it says who is competent: codes; `area` is a place as the desks name it."""

    kind: str
    offence: str = ""
    area: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A desk by its own code. Empty `kinds` or `areas` mean every one; without competences it takes what is left.

    `kinds` and `competences` are codes of the lists of these names; `names` is {language: name}.
    """

    code: str
    competences: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    names: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON: sets as sorted lists."""
        return {
            "code": self.code,
            "competences": sorted(self.competences),
            "kinds": sorted(self.kinds),
            "areas": sorted(self.areas),
            "names": dict(self.names or {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Desk:
        """Read what `as_json` wrote; ValueError, KeyError or TypeError for anything else.

        Codes that this node does not know are kept: a newer partner may have more of them.
        """
        named = {name: _texts(value[name]) for name in ("competences", "kinds", "areas")}
        desk = cls(code=value["code"], names=_names(value["names"]), **named)
        if not isinstance(desk.code, str) or len(desk.code) > 32 or not _CODE.fullmatch(desk.code):
            raise ValueError("not the code of a desk")
        if len(value) != len(vars(desk)):
            raise ValueError("not a desk")
        return desk


def _texts(value: object) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > MOST_NAMED:
        raise ValueError("not a list of codes")
    if not all(isinstance(one, str) and len(one) <= 100 for one in value):
        raise ValueError("not a list of codes")
    return frozenset(value)


def _names(value: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(text, str) and len(text) <= 200 for pair in value.items() for text in pair):
        raise ValueError("not names")
    return dict(value)


def closeness(desk: Desk, matter: Matter) -> int:
    """Return how well a desk fits a matter; 0 when it is not competent.

    Named kind 8, named competence 4 (2 for the second best of the matter), named area 1 on top; a desk that names
    none of them, or `general`, takes what nobody else does.
    """
    if (desk.kinds and matter.kind not in desk.kinds) or not _covers(desk, matter):
        return 0
    wanted = competences(matter.kind, matter.offence)
    rank = next((4 - 2 * bool(place) for place, code in enumerate(wanted) if code in desk.competences), 0)
    takes_the_rest = not desk.competences or GENERAL in desk.competences
    if not rank and not takes_the_rest:
        return 0
    return 2 + 8 * bool(desk.kinds) + 2 * rank + bool(desk.areas)


def _covers(desk: Desk, matter: Matter) -> bool:
    folded = {area.casefold() for area in desk.areas}
    return not folded or not matter.area or matter.area.casefold() in folded


def desk_for(desks: Iterable[Desk], matter: Matter) -> Desk | None:
    """Return the desk on which a matter lands: the closest, of equals the first named; None when none is competent."""
    best = max(desks, key=lambda desk: closeness(desk, matter), default=None)
    return best if best is not None and closeness(best, matter) else None
