"""How templates put codes and moments into the officer's language: `word`, `moment`, `time_left`, `given`; `nth`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel.dates import format_datetime, format_time, format_timedelta
from django import template
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext

from lienlac import wording
from lienlac.wording.languages import LOCALES

register = template.Library()


def babel_locale() -> str:
    """Return Babel's name for the language in use."""
    return LOCALES.get(translation.get_language() or "en", "en_GB")


@register.filter
def word(code: object, code_list: str) -> str:
    """Return the label of a code in the language in use; an unknown code is shown as it came."""
    return wording.label(code_list, str(code), translation.get_language() or "en") if code else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment in the node's zone: short date and time, or the time alone when it is today."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    time = format_time(local, "HH:mm", locale=babel_locale())
    return time if local.date() == timezone.localdate() else f"{day(local)} {time}"


@register.filter
def day(value: date) -> str:
    """Return a day in the language in use; of a moment the day it is in the node's zone."""
    here = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return wording.day(here, translation.get_language() or "en")


def moment_with_day(value: datetime | None, into: str = "") -> str:
    """Return a moment with its day and zone, for paper and both sides: read on other days, in other countries.

    `into` is a language; the one in use when empty.
    """
    if value is None:
        return ""
    language, local = into or translation.get_language() or "en", timezone.localtime(value)
    time = format_datetime(local, "HH:mm ZZZZ", locale=LOCALES.get(language, "en_GB"))
    return f"{wording.day(local.date(), language)} {time}"


@register.filter
def time_left(value: datetime | None) -> str:
    """Return how long until a moment, or how long since, in words."""
    if value is None:
        return ""
    return span_in_words(value - timezone.now())


def span_in_words(left: timedelta) -> str:
    """Return `3 hours left` or `2 days over` in the language in use."""
    length = format_timedelta(abs(left), threshold=1.2, locale=babel_locale())
    if left < timedelta(0):
        return gettext("%(length)s over") % {"length": length}
    return pgettext("time until a deadline", "%(length)s left") % {"length": length}


@register.filter
def nth(values: Sequence[object], at: int) -> object:
    """Return the value at a place (the first is 0), `""` when there are fewer."""
    return values[at] if at < len(values) else ""
