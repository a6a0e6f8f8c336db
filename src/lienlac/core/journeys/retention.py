"""How long an enquiry is kept after the last word of substance was said about it, and when its owner is told (SG23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

ENQUIRY, NO_HIT = "enquiry", "no_hit"

KEPT_FOR: Mapping[str, timedelta] = MappingProxyType(
    {
        ENQUIRY: timedelta(days=3 * 365 + 1),  # 3 years
        NO_HIT: timedelta(days=365),  # one that came and to which this node answered "nothing found", no more
    }
)
NOTICES: Mapping[int, timedelta] = MappingProxyType(
    {1: timedelta(days=122), 2: timedelta(days=30)}  # 4 months and 1 month before the end
)
LONGEST_EXTENSION = KEPT_FOR[ENQUIRY]
"""From the day of the decision: whoever needs it longer decides again."""

NO_SUBSTANCE = frozenset({"REMINDER"})
"""Kinds of message that say nothing of the matter: they do not keep an enquiry alive."""
