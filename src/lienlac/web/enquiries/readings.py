"""How a name that is being typed is read elsewhere, for `_readings.html`."""

from __future__ import annotations

from typing import Any

from lienlac import wording
from lienlac.core.errors import LienlacError
from lienlac.core.names import readings
from lienlac.web.coded import language

SHOWN = 4


def readings_of(subject: str) -> dict[str, Any]:
    """Return the fragment's context; a number has no readings, a name that cannot be read says why."""
    subject = subject.strip()
    if not subject:
        return {"readings": [], "subject_is": "", "reading_error": ""}
    if sum(map(str.isdigit, subject)) > sum(map(str.isalpha, subject)):
        return {"readings": [], "subject_is": "number", "reading_error": ""}
    try:
        found = readings(subject)
    except LienlacError as error:
        return {"readings": [], "subject_is": "name", "reading_error": wording.error(error, language())}
    shown = [
        {
            "text": one.text,
            "lang": "",
            "how": wording.label("name_views", one.view, language()),
            "check": one.weight < 1,
        }
        for one in found[:SHOWN]
    ]
    return {"readings": shown, "subject_is": "name", "reading_error": ""}
