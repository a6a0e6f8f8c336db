"""nomenklatura (OpenSanctions) on our rows: it ranks what another finds, so it gets the target and its neighbours.

It compares 2,000 pairs a second at best, hence the 199 names of a gallery that are most alike by letters, and the
target among them: what it would lose by not finding the target at all is not counted against it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from .measures import Place

NEIGHBOURS = 199
MODELS = {
    "nomenklatura_logic_v2": ("nomenklatura.matching.logic_v2.model", "LogicV2"),
    "nomenklatura_name_based": ("nomenklatura.matching.name_based.model", "NameMatcher"),
}
Compare = Callable[..., float]  # two names, and the schema of what they name where it is no person


def comparer(peer: str) -> Compare:
    """Return how a model of nomenklatura scores two names; ModuleNotFoundError where it is not installed."""
    module, name = MODELS[peer]
    model = getattr(import_module(module), name)
    config = import_module("nomenklatura.matching.types").ScoringConfig.defaults()
    schemata = import_module("followthemoney").model
    numbers = count()  # it remembers by id: every name gets a fresh one

    def entity(name: str, schema: str) -> Any:
        return schemata.get_proxy(
            {"id": f"n{next(numbers)}", "schema": schema, "properties": {"name": [name]}}
        )

    def score(one: str, other: str, schema: str = "Person") -> float:
        return float(model.compare(entity(one, schema), entity(other, schema), config).score)

    return score


class Neighbours:
    """The names of a gallery, and their plain letters to find the most alike by."""

    def __init__(self, names: list[str], plain: Callable[[str], str]) -> None:
        """Take a gallery."""
        self._names, self._plain = names, plain
        self._letters = [plain(name) for name in names]

    def place(self, query: str, target: str, compare: Compare) -> Place:
        """Rank the target among its neighbours; what is written exactly as the query is set aside."""
        alike = process.cdist([self._plain(query)], self._letters, scorer=fuzz.token_sort_ratio)[0]
        nearest = np.argsort(-alike, kind="stable")[: NEIGHBOURS + 2]
        known = {target.casefold(), query.casefold()}
        others = [self._names[at] for at in nearest if self._names[at].casefold() not in known][:NEIGHBOURS]
        mine = compare(query, target)
        scores = [compare(query, name) for name in others]
        return Place(sum(s > mine for s in scores), 1 + sum(s == mine for s in scores))
