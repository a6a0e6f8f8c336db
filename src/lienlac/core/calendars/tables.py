"""Read the tables of `data/`, once each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_DATA = files("lienlac.core.calendars") / "data"


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of `data/<name>.csv` in their order."""
    text = (_DATA / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), strict=True))
