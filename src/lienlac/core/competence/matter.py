"""Which competences a matter calls for: by its kind first, then by the family of its offence.

The list `competences` names for each code the ICCS families (`iccs`, a prefix of an offence's own) and the kinds of
message (`kinds`) that belong to it. A missing person is a matter of whoever looks for missing persons, whatever else
may have happened.
"""

from __future__ import annotations

from lienlac.core import codes

GENERAL = "general"


def competences(kind: str, offence: str) -> tuple[str, ...]:
    """Return the codes of the competences a matter calls for, the closest first; () when no table names it."""
    listed = codes.load("competences")
    by_kind = listed.where("kinds", kind)
    families = (
        codes.load("offences").row(offence).several("iccs") if offence in codes.load("offences") else ()
    )
    by_offence = sorted(
        (-_closeness(listed.row(code).several("iccs"), families), code)
        for code in listed
        if _closeness(listed.row(code).several("iccs"), families)
    )
    return tuple(dict.fromkeys((*by_kind, *(code for _, code in by_offence))))


def _closeness(of_competence: tuple[str, ...], of_offence: tuple[str, ...]) -> int:
    """Return how many digits of the classification a competence and an offence share: 0 for strangers.

    A competence covers what is listed below it. An offence that is listed above it (`08`, gambling) belongs to nobody.
    """
    shared = (len(one) for one in of_competence for other in of_offence if other.startswith(one))
    return max(shared, default=0)
