"""A value as it came, for people's eyes: JSON indented, what hides made visible, no longer than is wished.

For what this node does not understand: nothing is worded, left out or tidied, and nothing of it can lay out the page.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final

from lienlac.core.messages.called import shows_nothing
from lienlac.core.messages.canonical import Json

_UNFIT: Final = frozenset({"Cn", "Co", "Zs"})
_PLAIN: Final = frozenset(" \n")  # of the indented text itself: within a value JSON writes a line break as \n
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, indent=2)


def shown(value: Json, *, most: int) -> tuple[str, bool]:
    """Return the text, of at most `most` characters of JSON, and whether something is missing at its end."""
    pieces, room = list[str](), most
    for piece in _ENCODER.iterencode(value):
        pieces.append(visible(piece[:room]))
        if len(piece) > room:
            return "".join(pieces), True
        room -= len(piece)
    return "".join(pieces), False


def visible(text: str) -> str:
    """Return text with every character that shows nothing, or moves others, as its number: `⟨U+200B⟩`."""
    return "".join(f"⟨U+{ord(char):04X}⟩" if _is_unseen(char) else char for char in text)


def _is_unseen(char: str) -> bool:
    if char in _PLAIN:
        return False
    return shows_nothing(char) or unicodedata.category(char) in _UNFIT
