"""The languages of the tables, and which of them to use for a language tag that a browser or a user gives."""

from __future__ import annotations

LANGUAGES = ("vi", "lo", "zh-hans", "km", "th", "my", "en")
"""Columns of every table, in this order."""

FALLBACK = "en"

LOCALES = {language: language for language in LANGUAGES} | {"zh-hans": "zh_Hans", "en": "en_GB"}
"""What Babel calls them."""


def nearest(tag: str) -> str:
    """Return the language of the tables for a tag (`zh_Hans`, `vi-VN`); English when none is near."""
    plain = tag.lower().replace("_", "-")
    if plain in LANGUAGES:
        return plain
    primary = plain.partition("-")[0]
    return next((language for language in LANGUAGES if language.partition("-")[0] == primary), FALLBACK)
