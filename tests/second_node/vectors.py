"""The files of vectors as the stranger's node reads them, and the two nodes that they speak of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import keys, wire

Json = dict[str, Any]
HERE = Path(__file__).parents[1] / "vectors"


def load(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


BYTES, MESSAGES, LANE, TRANSPORT, RELAY, LEDGER, BUNDLE, CARD = map(
    load, ("bytes", "messages", "lane", "transport", "relay", "ledger", "bundle", "card")
)
A, B = LANE["nodes"]
KEYS = {one["node"]: keys.SigningKey(bytes.fromhex(one["node_seed"])) for one in (A, B)}
AUTHORS = {one["node"]: keys.SigningKey(bytes.fromhex(one["author_seed"])) for one in (A, B)}
PUBLICS = {node: {key.kid: key.public} for node, key in KEYS.items()}


def refused(step: Callable[[], object]) -> wire.Wrong:
    with pytest.raises(wire.Wrong) as wrong:
        step()
    return wrong.value
