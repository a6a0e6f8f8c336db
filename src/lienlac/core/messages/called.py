"""What an officer, an office, a unit or a system is called: one line that reads as it is stored.

A mark of direction lets a name read otherwise than it is stored, and what nobody sees makes two names of one:
whoever types such a name did not mean it, so that it is refused and not tidied away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from lienlac.core.errors import Malformed

MARKS_OF_DIRECTION: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""Letters and marks that show nothing, beside those of the categories below (Unicode 15, Default_Ignorable)."""
_UNFIT: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Keyboards of these four scripts write breaks and joiners that nobody sees: one may follow a letter of theirs.
_JOINED: Final = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f])[\u200b-\u200d](?![\u200b-\u200d])"
)


def check_name(text: str, *, field: str) -> str:
    """Return a name in NFC, with single blanks; Malformed('name_invisible', field=…) for one that hides something."""
    shown = _JOINED.sub(r"\1", text)
    if any(shows_nothing(char) for char in shown):
        raise Malformed("name_invisible", field=field)
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_names(texts: Iterable[str], *, field: str) -> None:
    """Check several names of the same thing."""
    for text in texts:
        check_name(text, field=field)


def shows_nothing(char: str) -> bool:
    """Say whether a character is invisible by itself, a control, or moves what stands beside it."""
    return char in _UNSEEN or unicodedata.category(char) in _UNFIT or ord(char) & 0xFFFE == 0xFFFE
