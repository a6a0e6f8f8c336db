"""Read a table of words: `code`, one column a language, and `check`.

`check` lists the languages (`lo km my`) whose words no native speaker of the trade has read yet.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from lienlac.wording.languages import LANGUAGES

_HOME = files("lienlac.wording")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one code is called in each language, and the languages still to be checked."""

    texts: Mapping[str, str]
    check: frozenset[str]


Table = Mapping[str, Words]
"""Code -> words, in the order of the file."""

_EMPTY: Table = MappingProxyType({})


@cache
def table(path: str) -> Table:
    """Return the table at `path` (`errors`, `codes/kinds`); an empty one when there is no such file."""
    place = _HOME.joinpath(f"{path}.csv")
    if not place.is_file():
        return _EMPTY
    lines = csv.DictReader(place.read_text(encoding="utf-8").splitlines(), strict=True)
    return MappingProxyType({cells["code"]: _words(cells) for cells in lines})


@cache
def names() -> frozenset[str]:
    """Return the names of the tables of labels, which are the names of the code lists."""
    return frozenset(item.name[:-4] for item in (_HOME / "codes").iterdir() if item.name.endswith(".csv"))


def _words(cells: Mapping[str, str]) -> Words:
    texts = {language: cells[language] for language in LANGUAGES}
    return Words(texts=MappingProxyType(texts), check=frozenset(cells["check"].split()))
