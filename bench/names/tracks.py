"""The tracks of a data directory: labelled pairs, and the gallery that each track's targets stand in.

A track is `<track>_<split>.jsonl` with `query`, `target`, `target_lang` and `tier` in each row; a gallery is
`gallery_<script>.txt`, one name a line. A row may say in `kind` whether it names a `person` or a `place`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lienlac.core.names import write

# target_lang of a row -> gallery; Latin letters other than Vietnamese share one
GALLERIES = {"vi": "vi", "zh": "hanzi", "lo": "lao", "th": "thai", "km": "khmer", "my": "burmese"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One labelled pair."""

    query: str
    target: str
    tier: str
    gallery: str
    kind: str = ""

    @property
    def part(self) -> str:
        """Return the part of the data: its tier, persons apart from places."""
        return f"{self.tier} {self.kind}" if self.kind else self.tier


def rows(path: Path) -> list[Row]:
    """Read a track."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        language = row["target_lang"].split("-")[0]
        gallery = GALLERIES.get(language, "latin")
        found.append(
            Row(
                query=row["query"],
                target=row["target"],
                tier=row.get("tier") or "null",
                gallery=gallery,
                kind=row.get("kind") or "",
            )
        )
    return found


def gallery(data: Path, name: str) -> list[str]:
    """Read a gallery, each name once."""
    lines = (data / f"gallery_{name}.txt").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(line for line in lines if line))


def surname_sharers(names: list[str]) -> dict[str, list[str]]:
    """Return the names by each of their words (or Han characters), to draw near misses from."""
    found: dict[str, list[str]] = {}
    for name in names:
        for word in surname_tokens(name):
            found.setdefault(word, []).append(name)
    return found


def surname_tokens(name: str) -> list[str]:
    """Return the first and the last word of a name, or the first Han character: what may be its surname."""
    tokens = write(name).tokens
    if tokens[0].script == "han":
        return [tokens[0].text[0]]
    return list(dict.fromkeys([tokens[0].text, tokens[-1].text]))
