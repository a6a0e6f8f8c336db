"""A country in a form: written as the officer calls it or chosen from a list that comes when the box is entered.

Two lists of 250 countries were a third of the page of *ask* on the line (3.6 of 10.2 KB). The six of the region stand
in it, the others are fetched when somebody needs them; without JavaScript a name is written, in any of our languages,
or the two letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lienlac import wording
from lienlac.core import codes
from lienlac.core.errors import Malformed
from lienlac.web.door import for_enquiries
from lienlac.web.language import language

REGION = ("VN", "LA", "CN", "KH", "TH", "MM")
LIST = "nationalities"
KEPT_S = 24 * 3600


class CountryInput(forms.TextInput):
    """A box with the countries of the region at hand."""

    def format_value(self, value: Any) -> str | None:
        """Show a code as the officer calls that country."""
        known = isinstance(value, str) and value in codes.load(LIST)
        return wording.label(LIST, value, language()) if known else super().format_value(value)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the box, and behind it its list with the region's six."""
        listed = f"{(attrs or {}).get('id', name)}-list"
        more = {
            "list": listed,
            "autocomplete": "off",
            "hx-get": reverse("countries"),
            "hx-trigger": "focus once",
            "hx-target": f"#{listed}",
        }
        box = super().render(name, value, {**(attrs or {}), **more}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options(REGION))


class CountryField(forms.CharField):
    """Takes what an officer writes for a country; gives its code (ISO 3166-1 alpha-2)."""

    widget = CountryInput

    def __init__(self, *, about: str) -> None:
        super().__init__(max_length=100)
        self.about = about

    def clean(self, value: Any) -> str:
        """Return the code, "" for nothing; a ValidationError says that there is no such country."""
        written = str(super().clean(value))
        code = _codes_by_word().get(_plain(written), "")
        if written and not code:
            error = Malformed("field_code", field=self.about, value=written)
            raise forms.ValidationError(wording.error(error, language()))
        return code


def options(some: tuple[str, ...]) -> SafeString:
    """Return `option` elements for these codes, in words."""
    words = wording.labels(LIST, language())
    return format_html_join("", '<option value="{}">', ((words[code],) for code in some))


@for_enquiries
def countries(_request: HttpRequest) -> HttpResponse:
    """Answer with every country as options, those of the region first."""
    rest = tuple(code for code in codes.load(LIST) if code not in REGION)
    answer = HttpResponse(options(REGION + rest))
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    answer.headers["Vary"] = "Cookie"  # the language is in a cookie
    return answer


@cache
def _codes_by_word() -> Mapping[str, str]:
    """Return code by what a country is called in any of our languages, and by itself."""
    words = {
        _plain(word): code
        for language in wording.LANGUAGES
        for code, word in wording.labels(LIST, language).items()
    }
    return words | {_plain(code): code for code in codes.load(LIST)}


def _plain(word: str) -> str:
    return " ".join(unicodedata.normalize("NFC", word).casefold().split())
