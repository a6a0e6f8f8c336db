"""The tracks of a data directory: labelled pairs, and the gallery that each track's targets stand in.

A track is `<track>_<split>.jsonl` with `query` and `target` in each row, and `target_lang`, `tier` and `kind`
(`person`, `place`) where they are known; a gallery is `gallery_<script>.txt`, one name a line. What is no pair is
left out and counted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lienlac.core.errors import Malformed
from lienlac.core.names import write

# target_lang of a row -> gallery; Latin letters other than Vietnamese share one
GALLERIES = {"vi": "vi", "zh": "hanzi", "lo": "lao", "th": "thai", "km": "khmer", "my": "burmese"}
SCRIPTS = {"han": "hanzi", "lao": "lao", "thai": "thai", "khmer": "khmer", "myanmar": "burmese"}


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


def paths(data: Path, split: str) -> dict[str, Path]:
    """Return the files of a split by track: `<track>_<split>.jsonl`, or where none is, `<split>.jsonl` (`*`: all)."""
    found = {path.stem.removesuffix(f"_{split}"): path for path in sorted(data.glob(f"*_{split}.jsonl"))}
    return found or {path.stem: path for path in sorted(data.glob(f"{split.removesuffix('.jsonl')}.jsonl"))}


def rows(path: Path) -> list[Row]:
    """Read a track; say on standard error how many lines are no pair."""
    lines = [line for line in _lines(path) if line.strip()]
    found = [row for line in lines if (row := _row(line))]
    if len(found) < len(lines):
        print(f"{path.name}: {len(lines) - len(found)} lines are no pair, left out", file=sys.stderr)
    return found


def _row(line: str) -> Row | None:
    """Return a pair, or None where a line is no object with two names."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    query, target = row.get("query"), row.get("target")
    if not isinstance(query, str) or not isinstance(target, str):
        return None
    language = str(row.get("target_lang") or "").replace("_", "-").split("-")[0].lower()
    return Row(
        query=query,
        target=target,
        tier=str(row.get("tier") or "null"),
        gallery=GALLERIES.get(language) or _gallery_of(target),
        kind=str(row.get("kind") or ""),
    )


def _gallery_of(target: str) -> str:
    """Return the gallery for the letters of a name."""
    with suppress(Malformed):
        return SCRIPTS.get(write(target).tokens[0].script, "latin")
    return "latin"


def gallery(data: Path, name: str) -> list[str]:
    """Read a gallery, each name once; where there is none, take the targets of all tracks for it, and say so."""
    path = data / f"gallery_{name}.txt"
    if not path.exists():
        print(f"no {path.name}: the targets of all tracks stand in for it", file=sys.stderr)
        every = [row for track in sorted(data.glob("*.jsonl")) for row in map(_row, _lines(track)) if row]
        return list(dict.fromkeys(row.target for row in every if row.gallery == name))
    return list(dict.fromkeys(line for line in _lines(path) if line))


def _lines(path: Path) -> Iterator[str]:
    """Return the lines of a file: U+2028 and its like end none, bytes that are no UTF-8 are shown as such."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return (line.removesuffix("\r") for line in text.split("\n"))


def surname_sharers(names: list[str]) -> dict[str, list[str]]:
    """Return the names by each of their words (or Han characters), to draw near misses from."""
    found: dict[str, list[str]] = {}
    for name in names:
        for word in surname_tokens(name):
            found.setdefault(word, []).append(name)
    return found


def surname_tokens(name: str) -> list[str]:
    """Return the first and the last word of a name, or the first Han character: what may be its surname."""
    try:
        tokens = write(name).tokens
    except Malformed:
        return []
    if tokens[0].script == "han":
        return [tokens[0].text[0]]
    return list(dict.fromkeys([tokens[0].text, tokens[-1].text]))
