"""How a name is read elsewhere: while it is typed (`_readings.html`), and under each name of a thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.core.errors import LienlacError
from lienlac.core.names import Reading, readings
from lienlac.core.names.channels import as_spelled
from lienlac.core.names.views import mandarin
from lienlac.web.language import language

SHOWN = 4
MOST_NAMES = 10  # of one box: as many as a message carries
SURE = 0.75  # of `Reading.weight`: below it a reading is a guess
LANGUAGES = {
    "hanzi": "zh-hans",
    "vietnamese": "vi",
    "pinyin": "zh-Latn",
    "lao": "lo",
    "thai": "th",
    "khmer": "km",
    "burmese": "my",
}
IN_CAPITALS = frozenset({"vietnamese", "pinyin", "sound"})
AS_WRITTEN = "latin"  # the letters that were typed, once more
WITH_SURNAME_FIRST = "pinyin"
SPELLED_FREELY = "sound"  # Lao, Thai, Khmer, Burmese


def readings_of(subject: str) -> dict[str, Any]:
    """Return the fragment's context for a box of one name."""
    return {"names": [_read(subject.strip())]}


def readings_of_each(lines: str) -> dict[str, Any]:
    """Return the fragment's context for a box with a name on each line: the first of them, each behind its name."""
    several = list(filter(None, map(str.strip, lines.splitlines())))[:MOST_NAMES]
    return {"names": [_read(one) | {"name": one} for one in several]}


def _read(subject: str) -> dict[str, Any]:
    """Return the readings of a text; a number has none, a name that cannot be read says why."""
    if not subject:
        return {"readings": [], "subject_is": "", "reading_error": ""}
    if sum(map(str.isdigit, subject)) > sum(map(str.isalpha, subject)):
        return {"readings": [], "subject_is": "number", "reading_error": ""}
    try:
        found = useful(subject, language())
    except LienlacError as error:
        return {"readings": [], "subject_is": "name", "reading_error": wording.error(error, language())}
    return {"readings": found, "subject_is": "name", "reading_error": ""}


def under_the_name(name: str, into: str) -> list[dict[str, Any]]:
    """Return the readings of a name that stands in a thread, worded in `into`; none of what is no name."""
    try:
        return useful(name, into)
    except LienlacError:
        return []


def useful(name: str, into: str) -> list[dict[str, Any]]:
    """Return what says more than the name as written, each text once; raises as `core.names.readings`."""
    shown: dict[str, dict[str, Any]] = {}
    for one in _with_mandarin(readings(name)):
        text = written_out(one)
        if one.view != AS_WRITTEN and _bare(text) != _bare(name):
            shown.setdefault(_bare(text), _shown(one, text, into))
    return list(shown.values())[:SHOWN]


def _with_mandarin(found: tuple[Reading, ...]) -> Iterator[Reading]:
    """Give the readings; beside a Vietnamese one of Latin letters the likeliest Mandarin behind it."""
    known = {one.view for one in found}
    for one in found:
        yield one
        behind = mandarin(one) if one.view == "vietnamese" and not known & {"hanzi", "pinyin"} else None
        if behind is not None:
            yield behind


def written_out(reading: Reading) -> str:
    """Return a reading as people write names: `Tan Qingyuan`, `Đàm Khánh Viễn`, `Aung Myint Htun`."""
    text = as_spelled(reading) if reading.view == SPELLED_FREELY else reading.text
    if reading.view == WITH_SURNAME_FIRST:
        first, *given = (one.spellings[0].text for one in reading.syllables)
        text = f"{first} {''.join(given)}".strip()
    return text.title() if reading.view in IN_CAPITALS else text


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace(" ", "")


def _shown(one: Reading, text: str, into: str) -> dict[str, Any]:
    return {
        "text": text,
        "lang": LANGUAGES.get(one.view, ""),
        "how": wording.label("name_views", one.view, into),
        "check": one.weight < SURE,
        "likely": _likely(into) if one.weight < SURE else "",
    }


def _likely(into: str) -> str:
    with translation.override(into):
        return pgettext("reading of a name", "perhaps")
