"""Load the tables of `data/`: one CSV a list, `code,source,verified` and then the relations of that list.

A code is stable for ever. `source` says where it was read; `verified` is true only when a public source or an
official statement was read, so that a page can say which codes somebody still has to check. Relations name
codes of other lists (`class` of a kind, `iccs` of an offence) or plain values (`ack_s`); an empty cell means
*not known* or *does not apply*, and several values stand in one cell with `;` between them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from lienlac.core.errors import NotUnderstood

_DATA = files("lienlac.core.codes") / "data"
_OWN_COLUMNS = ("code", "source", "verified")
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One code of one list, with its source and its relations (column name -> text of the cell)."""

    code: str
    source: str
    verified: bool
    relations: Mapping[str, str]

    def __getitem__(self, relation: str) -> str:
        """Return the text of a relation, `""` where it is not known; KeyError for a column the list lacks."""
        return self.relations[relation]

    def flag(self, relation: str) -> bool:
        """Return a relation that is `true` or `false`."""
        return _TRUTH[self[relation]]

    def number(self, relation: str) -> float | None:
        """Return a relation that is a number, None where the cell is empty."""
        return float(self[relation]) if self[relation] else None

    def whole(self, relation: str) -> int | None:
        """Return a relation that is a whole number (seconds, days), None where the cell is empty."""
        return int(self[relation]) if self[relation] else None

    def several(self, relation: str) -> tuple[str, ...]:
        """Return the values of a cell that holds several (`248;249`), in their order."""
        return tuple(part for part in self[relation].split(";") if part)


@dataclass(frozen=True, kw_only=True)
class CodeList:
    """An immutable list of codes, in the order in which a form shows them."""

    name: str
    rows: Mapping[str, Row]

    def __contains__(self, code: object) -> bool:
        return code in self.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, code: str) -> Row:
        """Return the row of `code`; raise NotUnderstood('unknown_code', list=, value=) for any other."""
        try:
            return self.rows[code]
        except KeyError:
            raise NotUnderstood("unknown_code", list=self.name, value=code) from None

    def where(self, relation: str, value: str) -> tuple[str, ...]:
        """Return the codes whose cell `relation` holds `value` (alone or among several), in order."""
        return tuple(code for code, row in self.rows.items() if value in row.several(relation))


@cache
def names() -> tuple[str, ...]:
    """Return the names of all lists, sorted."""
    return tuple(sorted(item.name[:-4] for item in _DATA.iterdir() if item.name.endswith(".csv")))


@cache
def load(name: str) -> CodeList:
    """Return the list `name`, read once; raise NotUnderstood('unknown_code_list', list=) for any other."""
    if name not in names():
        raise NotUnderstood("unknown_code_list", list=name)
    lines = (_DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = {cells["code"]: _row(cells) for cells in csv.DictReader(lines, strict=True)}
    return CodeList(name=name, rows=MappingProxyType(rows))


def _row(cells: Mapping[str, str]) -> Row:
    relations = {column: text for column, text in cells.items() if column not in _OWN_COLUMNS}
    return Row(
        code=cells["code"],
        source=cells["source"],
        verified=_TRUTH[cells["verified"]],
        relations=MappingProxyType(relations),
    )
