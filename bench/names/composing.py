"""How composed pairs are written down: half of them are one name, the other half differ by one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

HOME = Path(__file__).parent / "pairs"
SAME, OTHER = 160, 150

Row = dict[str, object]


def row(one: str, other: str, at: int, *, query: str, target: str, reason: str, source: str) -> Row:
    """Return one pair of a direction; `reason` says by what it differs, "" when it is one name."""
    return {
        "id": f"{one}_{other}-{at:03d}",
        "query": query,
        "query_lang": one,
        "target": target,
        "target_lang": other,
        "same": not reason,
        "reason": reason,
        "source": f"bench/names/{source}.py",
        "licence": "CC0-1.0",
    }


def write(directions: Iterable[tuple[str, str]], rows: Callable[[str, str], list[Row]]) -> None:
    """Write every direction into a file of its own."""
    for one, other in directions:
        lines = (json.dumps(made, ensure_ascii=False) for made in rows(one, other))
        (HOME / f"{one}_{other}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
