"""What every bench returns: figures beside their targets, as a table for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value. `at_most` or `at_least` is what was promised, None when nothing was; `note` says how."""

    name: str
    value: float | None
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Say whether the promise is kept; None when there is none, or nothing was measured."""
        if self.value is None or self.at_most is self.at_least is None:
            return None
        high_enough = self.at_least is None or self.value >= self.at_least
        return high_enough and (self.at_most is None or self.value <= self.at_most)


def percentile(values: list[float], percent: int) -> float:
    """Return a percentile of at least two values, between the two nearest."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def shown(figures: list[Figure], *, as_json: bool) -> str:
    """Return the figures as JSON, or as a table."""
    if as_json:
        return json.dumps([asdict(one) | {"met": one.met} for one in figures], ensure_ascii=False, indent=1)
    width = max(len(one.name) for one in figures)
    return "\n".join(_row(one, width) for one in figures)


def told(facts: Mapping[str, Any], *, as_json: bool) -> str:
    """Return facts that have no unit and no bound as JSON, or as two columns."""
    if as_json:
        return json.dumps(facts, indent=1)
    width = max(map(len, facts))
    return "\n".join(f"{name:{width}}  {value}" for name, value in facts.items())


def _row(one: Figure, width: int) -> str:
    value = "not measured" if one.value is None else f"{one.value:.1f} {one.unit}"
    bounds = (("≤", one.at_most), ("≥", one.at_least))
    target = " ".join(f"{sign} {bound:g} {one.unit}" for sign, bound in bounds if bound is not None)
    verdict = {True: "ok", False: "MISSED", None: ""}[one.met]
    return f"{one.name:{width}}  {value:>14}  {target:>12}  {verdict:6}  {one.note}".rstrip()
