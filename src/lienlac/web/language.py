"""The language of the page that is being drawn; a module of its own, so that boxes of forms can ask for it too."""

from __future__ import annotations

from django.utils import translation


def language() -> str:
    """Return the language in use."""
    return translation.get_language() or "en"
