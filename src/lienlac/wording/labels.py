"""Labels of codes. An unknown code comes back as it is: a newer partner's code is shown raw, never hidden."""

from __future__ import annotations

from lienlac.wording.languages import nearest
from lienlac.wording.tables import Table, names, table

REGIONAL_COUNTRY = "XR"
"""Stands in the directory where the regional centre has no country (a user-assigned code of ISO 3166-1)."""

REGIONAL = "LMLECC"
"""Code of the regional centre in the list `agencies`; it stands beside countries on pages."""


def label(list_name: str, code: str, language: str) -> str:
    """Return what `code` of the list is called in `language`; the raw code when list or code is unknown."""
    words = _labels(list_name).get(code)
    return words.texts[nearest(language)] if words else code


def labels(list_name: str, language: str) -> dict[str, str]:
    """Return code -> label for a whole list in its order, for the choices of a form."""
    column = nearest(language)
    return {code: words.texts[column] for code, words in _labels(list_name).items()}


def needs_check(list_name: str, code: str, language: str) -> bool:
    """Say whether a native speaker should still read this label; an unknown code has none to read."""
    words = _labels(list_name).get(code)
    return words is not None and nearest(language) in words.check


def country(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2) or of the regional centre (`LMLECC`, `XR`)."""
    code = REGIONAL if code == REGIONAL_COUNTRY else code
    for list_name in ("countries", "nationalities", "agencies"):
        if code in _labels(list_name):
            return label(list_name, code, language)
    return code


def language_name(code: str, language: str | None = None) -> str:
    """Return the name of a language in `language`; without it, in that language itself (`ລາວ`)."""
    return label("languages", code, language or code)


def _labels(list_name: str) -> Table:
    return table(f"codes/{list_name}" if list_name in names() else "")
