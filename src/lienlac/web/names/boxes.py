"""A box for the name of a person: under it stands, as one types, how it is read elsewhere; nothing of it is kept.

What is typed goes alone, by POST, to one address to be read, so that a name that is merely typed stands in no address
and in no log. No browser keeps it for the next form, and none has a stranger look at its spelling.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lienlac.core.messages.fields import NAME_CHARS
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.names import birth_in_name
from lienlac.web.names.readings import readings_of, readings_of_each

TEMPLATE = "names/_readings.html"
ONE, EACH, YEAR = "of", "each", "year"
"""What the address says: which box holds a name, which one a name a line, and that a year behind it is asked about."""


class Box(forms.Widget):
    """What boxes of one name and of several have in common."""

    read_as = ONE

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the box, and under it how what stands in it is read."""
        under = f"{(attrs or {}).get('id', name)}_readings"
        more = {
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "auto",
            "hx-post": f"{reverse('name_readings')}?{urlencode(self.asks(name))}",
            "hx-trigger": "input changed delay:350ms",
            "hx-target": f"#{under}",
            "hx-sync": "this:replace",
        }
        box = super().render(name, value, {**more, **(attrs or {})}, renderer)
        shown = render_to_string(TEMPLATE, self.shown(str(value or "")))
        return format_html('{}<div id="{}" aria-live="polite">{}</div>', box, under, shown)

    def asks(self, name: str) -> dict[str, str]:
        """Return what the address says of this box."""
        return {self.read_as: name}

    def shown(self, typed: str) -> dict[str, Any]:
        """Return the context of the fragment."""
        return _OF[self.read_as](typed)


class NameInput(Box, forms.TextInput):
    """A box of one name."""


class SearchInput(NameInput):
    """A box in which persons are looked for."""

    input_type = "search"


class NamesInput(Box, forms.Textarea):
    """A box with a name on each line."""

    read_as = EACH


class SubjectInput(NameInput):
    """The one box of *ask*: what a year behind the name is, is asked under it and not read with it."""

    ending: birth_in_name.Ending | None = None
    year: BoundField | None = None

    def asks(self, name: str) -> dict[str, str]:
        """Return what the address says: the year is asked about."""
        return super().asks(name) | {YEAR: "1"}

    def shown(self, typed: str) -> dict[str, Any]:
        """Return the context of the fragment, with the form's own question about the year."""
        return super().shown(self.ending.name if self.ending else typed) | {"year": self.year}


class NameField(forms.CharField):
    """The name of a person who is entered or looked for."""

    widget = NameInput

    def __init__(self, *, max_length: int = NAME_CHARS, **rest: Any) -> None:
        super().__init__(max_length=max_length, **rest)


@for_enquiries
@by_post
def readings(request: HttpRequest) -> HttpResponse:
    """Answer with how what is being typed is read elsewhere; with `year`, ask what a year behind it is."""
    asked = request.GET
    way = EACH if EACH in asked else ONE
    typed = request.POST.get(asked.get(way, ""), "")
    ending = birth_in_name.ending_for(officer_of(request), typed) if YEAR in asked else None
    shown = _OF[way](ending.name if ending else typed)
    return render(request, TEMPLATE, shown | ({"year": birth_in_name.question(ending)} if ending else {}))


_OF = {ONE: readings_of, EACH: readings_of_each}
