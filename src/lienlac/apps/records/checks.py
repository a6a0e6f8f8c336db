"""Check digits of personal numbers, where their rule is public. A wrong one is a sign of a misreading, no refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

CHINESE = re.compile(r"\d{6}(18|19|20)\d{9}[\dX]")
THAI = re.compile(r"[1-8]\d{12}")
THAI_AS_PRINTED = re.compile(r"\d[ -]\d{4}[ -]\d{5}[ -]\d{2}[ -]\d")
_WEIGHTS = tuple(pow(2, 17 - at, 11) for at in range(17))
_CHINESE_DIGITS = "10X98765432"


def chinese(number: str) -> bool:
    """Say whether the last sign of 18 agrees with the others (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHINESE_DIGITS[total % 11] == number[17]


def thai(number: str) -> bool:
    """Say whether the last of 13 digits agrees with the others (Department of Provincial Administration)."""
    total = sum((13 - at) * int(digit) for at, digit in enumerate(number[:12]))
    return (11 - total % 11) % 10 == int(number[12])


_RULES: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "CN": (CHINESE, chinese),
    "TH": (THAI, thai),
}
OF_A_PERSON = frozenset({"national_id", "document", "residence_permit"})


def agrees(value: str, folded: str, type_: str, country: str = "") -> bool | None:
    """Say whether the check digit of a personal number agrees; None when no rule that is public covers it.

    Without a country, eighteen signs with a year of birth in their place are Chinese, and thirteen digits are
    Thai when they are grouped as on the card.
    """
    if type_ not in OF_A_PERSON:
        return None
    country = country or _country_by_shape(value, folded)
    shape, rule = _RULES.get(country, (None, None))
    return rule(folded) if shape and rule and shape.fullmatch(folded) else None


def _country_by_shape(value: str, folded: str) -> str:
    if CHINESE.fullmatch(folded):
        return "CN"
    return "TH" if THAI_AS_PRINTED.fullmatch(value.strip()) else ""
