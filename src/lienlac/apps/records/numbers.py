"""Numbers that name a person or a thing, and their form for comparison."""

from __future__ import annotations

import unicodedata

from lienlac.core import codes

SHORTEST = 4  # fewer letters and digits than these name nobody
PHONE_DIGITS = (
    9  # of a telephone number, from its end: trunk zeros and country codes are written as one pleases
)


def known_type(type_: str) -> bool:
    """Say whether this is a type of number that a record may have."""
    return type_ in codes.load("identifier_types") or type_ in codes.load("document_types")


def family(type_: str) -> str:
    """Return what a number is compared with: every type of document counts as `document`."""
    return "document" if type_ in codes.load("document_types") else type_


def fold(value: str, type_: str) -> str:
    """Return the letters and digits of a number alone, `""` when they are too few to name anybody.

    Digits of all scripts become ASCII ones; capital and small letters are one but in a wallet's address,
    where they are a checksum or part of the value.
    """
    plain = "".join(_ascii(char) for char in unicodedata.normalize("NFKC", value) if char.isalnum())
    if family(type_) == "wallet":
        return plain if len(plain) >= SHORTEST else ""
    if family(type_) == "phone":
        plain = "".join(filter(str.isdigit, plain))[-PHONE_DIGITS:]
    return plain.upper() if len(plain) >= SHORTEST else ""


def _ascii(char: str) -> str:
    digit = unicodedata.digit(char, None) if char.isdigit() else None
    return char if digit is None else str(digit)
