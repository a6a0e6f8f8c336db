"""In which encoding a text was written: a mark at its start, else the first encoding that reads it whole.

UTF-8 reads nothing by chance. UTF-16 without a mark shows by its zero bytes or by what it reads. GBK (read as
GB 18030, which holds it) takes many bytes that are something else, so that it comes last, and the officer sees
the first rows and may choose another one.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator

from lienlac.core.errors import Malformed

KNOWN = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1258", "cp874")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 4_096


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text without its mark, and the encoding used; Malformed('file_encoding') when none reads it."""
    candidates = (encoding,) if encoding else tuple(_likely(content))
    for candidate in candidates:
        text = _as(content, candidate)
        if text is not None:
            return text.removeprefix("\ufeff"), candidate
    raise Malformed("file_encoding", encoding=encoding)


def _likely(content: bytes) -> Iterator[str]:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            yield encoding
            return
    zero_at = [content[:SAMPLE][start::2].count(0) for start in (0, 1)]
    if zero_at[1] > zero_at[0]:
        yield "utf-16-le"
    elif zero_at[0]:
        yield "utf-16-be"
    yield from ("utf-8", "gb18030", "big5", "cp1258", "cp874")


def _as(content: bytes, encoding: str) -> str | None:
    if encoding not in KNOWN:
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    # GB 18030 gives private-use characters for bytes that mean nothing in it.
    odd = any(unicodedata.category(char) in {"Co", "Cn"} or char == "\x00" for char in text[:SAMPLE])
    return None if odd else text
