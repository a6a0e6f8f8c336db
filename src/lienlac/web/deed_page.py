"""One form, one verb, one way back: what the deeds of these pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame

MAX_FILE_BYTES = 1 << 20  # a state's directory at its largest; a card has four thousand
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a page asks, what it does with the cleaned values (it returns the sentence to show), where it leads."""

    title: str
    verb: str
    form: forms.Form
    do: Callable[[dict[str, Any]], str]
    back_url: str
    next_url: Callable[[], str]
    lead: str = ""
    causes: str = ""
    grave: bool = False
    upload: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, deed: Deed) -> HttpResponseBase:
    """Show the form; when it was sent and holds, do the deed and lead on. An error loses nothing that was typed."""
    if request.method == "POST" and deed.form.is_valid():
        try:
            said = deed.do(dict(deed.form.cleaned_data))
        except LienlacError as error:
            blame(deed.form, error, renamed={})
        else:
            messages.success(request, said)
            return redirect(deed.next_url())
    shown = {
        "title": deed.title,
        "lead": deed.lead,
        "form": deed.form,
        "verb": deed.verb,
        "causes": deed.causes,
        "grave": deed.grave,
        "upload": deed.upload,
        "back_url": deed.back_url,
    }
    template = "directory/compare.html" if "words" in deed.more else "pages/form.html"
    return render(request, template, shown | dict(deed.more), status=422 if deed.form.errors else 200)


def read_upload(file: Any) -> bytes:
    """Return the bytes of an uploaded file, as many as a card or a directory may have and one more."""
    return bytes(file.read(MAX_FILE_BYTES + 1))


def given(request: HttpRequest, form: type[forms.Form], **initial: Any) -> forms.Form:
    """Return a form with what was sent, or empty."""
    if request.method == "POST":
        return form(request.POST, request.FILES, initial=initial)
    return form(initial=initial)
