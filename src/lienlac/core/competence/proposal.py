"""Which office to ask, and why that one: the twin when it is competent, else whoever says that he is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienlac.core.competence.desks import Desk, Matter, closeness, desk_for

TWIN_AND_COMPETENT = "twin_and_competent"  # the office opposite, and one of its desks names the matter
TWIN = "twin"  # the office opposite, which takes everything
COMPETENT = "competent"  # not the office opposite: another one names the matter
FIRST = "first"  # nobody names it: the first that can be reached
_NAMES_IT = 3  # a desk that fits by more than taking what is left


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An office that can be asked; without desks it takes everything."""

    office: str
    twin: bool
    desks: tuple[Desk, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The office to ask, the desk there (its code, "" when none is named), and why: one of the codes above."""

    office: str
    desk: str
    because: str


def propose(candidates: Sequence[Candidate], matter: Matter) -> Proposal | None:
    """Return the office to propose for a matter; None when none can be reached.

    The order of the choice: a twin with a desk that names the matter; a twin that takes everything; another office
    that names the matter; any twin; the first.
    """
    if not candidates:
        return None
    best = min(candidates, key=lambda one: _place(one, matter))
    desk = desk_for(best.desks, matter)
    return Proposal(office=best.office, desk=desk.code if desk else "", because=_because(best, matter))


def _place(one: Candidate, matter: Matter) -> tuple[int, int]:
    fit = max((closeness(desk, matter) for desk in one.desks), default=0 if one.desks else 1)
    wanted = {
        (True, True): 0 if fit > _NAMES_IT else 1,
        (True, False): 3,
        (False, True): 2 if fit > _NAMES_IT else 4,
        (False, False): 5,
    }
    return wanted[one.twin, fit > 0], -fit


def _because(one: Candidate, matter: Matter) -> str:
    names_it = any(closeness(desk, matter) > _NAMES_IT for desk in one.desks)
    if one.twin:
        return TWIN_AND_COMPETENT if names_it else TWIN
    return COMPETENT if names_it else FIRST
