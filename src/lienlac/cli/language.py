"""The language that a command was asked to speak: its words, and the error it may end with."""

from __future__ import annotations

from contextvars import ContextVar

import click

from lienlac import wording

_asked: ContextVar[str] = ContextVar("language", default="en")


def _note(_context: click.Context, _option: click.Parameter, language: str) -> str:
    _asked.set(language)
    return language


LANGUAGE = click.option(
    "--language",
    type=click.Choice(wording.LANGUAGES),
    default="en",
    show_default=True,
    is_eager=True,
    callback=_note,
    help="Language of the words.",
)


def asked() -> str:
    """Return the language that was asked for; English where the command has no such option."""
    return _asked.get()
