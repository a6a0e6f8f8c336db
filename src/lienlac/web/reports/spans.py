"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_timedelta

from lienlac.web.templatetags.desk import babel_locale


def in_words(seconds: int | None) -> str:
    """Return `3 hours` in the language in use; a dash when there is nothing to measure."""
    return (
        "–"
        if seconds is None
        else format_timedelta(timedelta(seconds=seconds), threshold=1.2, locale=babel_locale())
    )
