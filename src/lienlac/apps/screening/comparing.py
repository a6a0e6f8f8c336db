"""Compare two sides attribute by attribute: what agrees, what argues against, in codes and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lienlac.apps.screening import births
from lienlac.apps.screening.persons import Known
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS, Comparison, Read

AGREE, CLOSE, DIFFER, UNKNOWN = "agree", "close", "differ", "unknown"
UNTOLD = frozenset({"", "unknown"})
PLACES_AGREE = frozenset({"same", "likely"})


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute of both sides: what it says of the list `date_agreement`, and why (a code)."""

    name: str
    asked: str
    ours: str
    says: str
    why: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def comparable(self) -> bool:
        """Whether both sides tell it, so that a human can judge it."""
        return bool(self.asked and self.ours) and self.says != UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two sides compared: the best pair of names with its comparison, and the other attributes."""

    name: Comparison | None
    asked_name: tuple[str, str]
    our_name: tuple[str, str]
    attributes: tuple[Attribute, ...]
    exact_birth: bool

    @property
    def tier(self) -> str:
        """How the names agree; `different` when one side has none."""
        return self.name.tier if self.name else "different"

    def says(self, attribute: str) -> str:
        """Return what one attribute says."""
        return next(one.says for one in self.attributes if one.name == attribute)


class Pairs:
    """Names put beside each other: each is read once and each two are compared once, as long as this is kept.

    Of a list of candidates many have one name, or one place of birth. It holds names of questions: nobody keeps it
    after the answer.
    """

    def __init__(self) -> None:
        self._read: dict[str, Read | None] = {}
        self._compared: dict[tuple[str, str], Comparison | None] = {}

    def compared(self, left: str, right: str) -> Comparison | None:
        """Return how two names agree; None when one of them is no name."""
        both = left, right
        if both not in self._compared:
            one, other = self._as_read(left), self._as_read(right)
            self._compared[both] = names.compare_read(one, other) if one and other else None
        return self._compared[both]

    def _as_read(self, text: str) -> Read | None:
        if text not in self._read:
            self._read[text] = _read(text)
        return self._read[text]


def _read(text: str) -> Read | None:
    try:
        return names.read(text)
    except Malformed:
        return None


def compare(asked: Known, ours: Known, pairs: Pairs | None = None) -> Compared:
    """Compare what was asked with what we have; whoever compares several gives `pairs`, the same to each."""
    pairs = pairs or Pairs()
    comparison, asked_name, our_name = _best_names(asked, ours, pairs)
    return Compared(
        name=comparison,
        asked_name=asked_name,
        our_name=our_name,
        attributes=(
            _number(asked, ours),
            _birth(asked, ours),
            _code("sex", asked.sex, ours.sex),
            _code("nationality", asked.nationality, ours.nationality),
            _place(asked.birth_place, ours.birth_place, pairs),
        ),
        exact_birth=births.is_exact(asked.birth, ours.birth),
    )


Named = tuple[str, str]
NOBODY: Named = ("", "")


def _best_names(asked: Known, ours: Known, pairs: Pairs) -> tuple[Comparison | None, Named, Named]:
    best: tuple[Comparison, Named, Named] | None = None
    for theirs in asked.names:
        for own in ours.names:
            found = pairs.compared(theirs[0], own[0])
            if found and (best is None or _order(found) < _order(best[0])):
                best = (found, theirs, own)
    return best or (None, _first(asked), _first(ours))


def _first(side: Known) -> Named:
    return side.names[0] if side.names else NOBODY


def _order(comparison: Comparison) -> tuple[int, float]:
    return TIERS.index(comparison.tier), -comparison.score


def _number(asked: Known, ours: Known) -> Attribute:
    """Agree when one number of one family is the same; differ when both have numbers of one family, none alike.

    A person may hold several documents, so that another number is no proof: it is `close` to nothing, and only
    things (a plate, a chassis) differ by it.
    """
    mine = {(family, folded): written for family, folded, written in ours.numbers}
    for family, folded, written in asked.numbers:
        if (family, folded) in mine:
            return Attribute(
                name="number", asked=written, ours=mine[family, folded], says=AGREE, why="same_number"
            )
    shared = {family for family, _, _ in asked.numbers} & {family for family, _ in mine}
    theirs = next((written for family, _, written in asked.numbers if family in shared), "")
    own = next((written for (family, _), written in mine.items() if family in shared), "")
    says = DIFFER if shared - {"document", "phone", "account"} else UNKNOWN
    return Attribute(name="number", asked=theirs, ours=own, says=says, why="other_number" if shared else "")


def _birth(asked: Known, ours: Known) -> Attribute:
    found = births.agreement(asked.birth, ours.birth)
    return Attribute(
        name="birth",
        asked=asked.birth,
        ours=ours.birth,
        says=found.verdict,
        why=found.reason,
        facts=found.facts,
    )


def _code(name: str, asked: str, ours: str) -> Attribute:
    if asked in UNTOLD or ours in UNTOLD:
        return Attribute(name=name, asked=asked, ours=ours, says=UNKNOWN)
    return Attribute(name=name, asked=asked, ours=ours, says=AGREE if asked == ours else DIFFER)


def _place(asked: str, ours: str, pairs: Pairs) -> Attribute:
    """Places are written in any script and at any level (village, province): they agree, or they say nothing."""
    found = pairs.compared(asked, ours) if asked and ours else None
    says = AGREE if found and found.tier in PLACES_AGREE else UNKNOWN
    return Attribute(name="birth_place", asked=asked, ours=ours, says=says)
