"""How many namesakes chance alone gives: reckoned once for all records that agree with a name in one view."""

from __future__ import annotations

from lienlac.apps.records import units
from lienlac.apps.screening.comparing import Compared

Chances = dict[tuple[str, str], float]
"""(name, view) -> namesakes expected."""


def chance_of(compared: Compared, known: Chances) -> float:
    """Return the namesakes expected for the name that was asked, from those known or reckoned now."""
    if compared.name is None:
        return 0.0
    key = (compared.asked_name[0], compared.name.view)
    if key not in known:
        known[key] = units.expected_namesakes(*key)
    return known[key]
