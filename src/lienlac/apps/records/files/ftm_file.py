"""FollowTheMoney: one JSON object a line, {"id", "schema", "properties": {name: [values]}} (followthemoney.tech).

Each property becomes a column, several values of one are joined by `; `. Only things that a record can be are
read; a line of another schema (an ownership, an address) is marked and refused in its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lienlac.apps.records.files.table import LONGEST_CELL, MOST_ROWS, Table, broken, plain

KIND_OF_SCHEMA: Mapping[str, str] = {
    "Person": "",  # wanted or missing: by its topics, else as the officer says of the whole file
    "Company": "organisation",
    "Organization": "organisation",
    "LegalEntity": "organisation",
    "PublicBody": "organisation",
    "Vehicle": "vehicle",
    "Vessel": "vehicle",
    "Airplane": "vehicle",
    "Passport": "document",
    "Identification": "document",
    "BankAccount": "account",
    "UserAccount": "account",
    "CryptoWallet": "wallet",
}
KIND_OF_TOPIC = {"wanted": "wanted", "crime.wanted": "wanted", "missing": "missing"}
JOIN = "; "
FIXED = ("kind", "id")


def read(text: str, encoding: str) -> Table:
    """Read JSON lines; a line that is no entity stays as a row that cannot be taken."""
    entities = list(_entities(text))
    properties = sorted({name for _, _, values in entities for name in values})
    rows = tuple(
        (line, (*fixed, *(values.get(name, "") for name in properties))) for line, fixed, values in entities
    )
    return Table(format="ftm", headings=(*FIXED, *properties), rows=rows, encoding=encoding)


def _entities(text: str) -> Iterator[tuple[int, tuple[str, str], dict[str, str]]]:
    for line, raw in enumerate(text.split("\n"), start=1):
        if line > MOST_ROWS + 1:
            return
        if raw.strip():
            yield line, *_entity(raw)


def _entity(raw: str) -> tuple[tuple[str, str], dict[str, str]]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, a nest without end
        return (broken("row_is_no_entity"), ""), {}
    if not isinstance(value, dict) or not isinstance(value.get("properties"), dict):
        return (broken("row_is_no_entity"), ""), {}
    schema, properties = str(value.get("schema")), value["properties"]
    if schema not in KIND_OF_SCHEMA:
        return (broken("schema_not_read"), str(value.get("id", ""))[:120]), {}
    kind = KIND_OF_SCHEMA[schema] or _kind_of_topics(properties.get("topics"))
    return (kind, str(value.get("id", ""))[:120]), _values(properties)


def _kind_of_topics(topics: Any) -> str:
    listed = topics if isinstance(topics, list) else []
    return next((KIND_OF_TOPIC[one] for one in listed if one in KIND_OF_TOPIC), "")


def _values(properties: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: joined if len(joined := JOIN.join(_texts(values))) <= LONGEST_CELL else broken("cell_too_long")
        for name, values in properties.items()
        if name != "topics"
    }


def _texts(values: Any) -> list[str]:
    listed = values if isinstance(values, list) else [values]
    return [plain(str(one)) for one in listed if isinstance(one, str | int | float)]
