"""Numbers that name a person or a thing, and their form for comparison."""

from __future__ import annotations

import unicodedata

from lienlac.apps.records import plates
from lienlac.core import codes

SHORTEST = 4  # fewer letters and digits than these name nobody
PHONE_DIGITS = (
    9  # of a telephone number, from its end: trunk zeros and country codes are written as one pleases
)

CONFUSED = str.maketrans("OI", "01")
CONFUSABLE = frozenset({"document", "plate", "chassis_number", "engine_number", "registration_number"})


def known_type(type_: str) -> bool:
    """Say whether this is a type of number that a record may have."""
    return type_ in codes.load("identifier_types") or type_ in codes.load("document_types")


def family(type_: str) -> str:
    """Return what a number is compared with: every type of document counts as `document`."""
    return "document" if type_ in codes.load("document_types") else type_


def fold(value: str, type_: str) -> str:
    """Return the letters and digits of a number alone, `""` when they are too few to name anybody.

    Digits of all scripts become ASCII ones; capital and small letters are one but in a wallet's address,
    where they are a checksum or part of the value. In documents and on vehicles O and 0, I and 1 are one: they
    are misread for each other, and whoever compares sees both as they were written.
    """
    text = unicodedata.normalize("NFKC", value)
    text = plates.told(text) if type_ == "plate" else text
    plain = "".join(_ascii(char) for char in text if char.isalnum())
    if family(type_) == "wallet":
        return plain if len(plain) >= SHORTEST else ""
    if family(type_) == "phone":
        plain = "".join(filter(str.isdigit, plain))[-PHONE_DIGITS:]
    plain = plain.upper()
    plain = plain.translate(CONFUSED) if family(type_) in CONFUSABLE else plain
    return plain if len(plain) >= SHORTEST else ""


def _ascii(char: str) -> str:
    digit = unicodedata.digit(char, None) if char.isdigit() else None
    return char if digit is None else str(digit)
