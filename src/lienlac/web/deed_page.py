"""What deeds have in common: a button that says what came of it, a page of one form, one verb and one way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from lienlac import wording
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language

Values = dict[str, Any]
Form = TypeVar("Form", bound=forms.Form)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What is said after a deed, and the page it leads to; without one, the page that the officer came from."""

    said: str = ""
    next_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a page asks, and what it does with the cleaned values."""

    title: str
    verb: str
    form: forms.Form
    do: Callable[[Values], Done]
    back_url: str
    lead: str = ""
    causes: str = ""
    grave: bool = False
    upload: bool = False
    template: str = "pages/form.html"
    more: Mapping[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, deed: Deed) -> HttpResponseBase:
    """Show the form; when it was sent and holds, do the deed and lead on. An error loses nothing that was typed."""
    if request.method == "POST" and deed.form.is_valid():
        try:
            done = deed.do(dict(deed.form.cleaned_data))
        except LienlacError as error:
            blame(deed.form, error, renamed={})
        else:
            _say(request, done.said)
            return redirect(done.next_url or deed.back_url)
    shown = {
        "title": deed.title,
        "lead": deed.lead,
        "form": deed.form,
        "action": request.path,
        "verb": deed.verb,
        "causes": deed.causes,
        "grave": deed.grave,
        "upload": deed.upload,
        "back_url": deed.back_url,
    }
    return render(request, deed.template, shown | dict(deed.more), status=422 if deed.form.errors else 200)


def given(request: HttpRequest, form: type[Form], **initial: Any) -> Form:
    """Return a form with what was sent, or with what it begins with."""
    if request.method == "POST":
        return form(request.POST, request.FILES, initial=initial)
    return form(initial=initial)


def attempt(request: HttpRequest, deed: Callable[[], object], *, said: str = "") -> bool:
    """Do what a button asks for and say so; when it is refused, say why and return False."""
    try:
        deed()
    except LienlacError as error:
        messages.error(request, wording.error(error, language()))
        return False
    _say(request, said)
    return True


def _say(request: HttpRequest, said: str) -> None:
    if said:
        messages.success(request, said)
