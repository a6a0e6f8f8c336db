"""The vault's one window: what may policy know of the person whom an answer is about?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lienlac.apps.records import numbers
from lienlac.apps.records.models import Protected, Release
from lienlac.apps.records.vault.keeping import Person, open_row, tokens
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.policy.case import Protection

NAMED = ("subject_name", "aliases")
Bodies = tuple[Mapping[str, Any], ...]
AGREES = frozenset({"same", "likely"})


def protection_of(*asked: Mapping[str, Any], message_id: str) -> Protection:
    """Return what the protection desk says of the person in these coded fields (enquiry, answer).

    Errs on the side of protection: a name that agrees is enough, unless years of birth speak clearly against
    it. The caller hands it to `core.policy` and to nobody else; its reasons read `held_for_review`.
    """
    found = _found(asked)
    released = Release.objects.filter(message_id=message_id).exists()
    if not found:
        return Protection(released=released)
    claims = [one for one in found if one.claims_persecution_by]
    first = (claims or found)[0]
    decided = all(one.asylum_decision for one in found)
    over = [date.fromisoformat(one.appeal_over_on) for one in found if len(one.appeal_over_on) == 10]
    return Protection(
        record=True,
        claims_persecution_by=first.claims_persecution_by or None,
        asylum_decision=first.asylum_decision if decided else "",
        appeal_over_on=max(over) if len(over) == len(found) else None,
        released=released,
    )


def known(asked: Sequence[Bodies]) -> list[bool]:
    """Say of each enquiry whether somebody in the vault agrees: for the protection officer's list, in two queries.

    An enquiry is all that its asker told: the question first, then what he said later.
    """
    blind = [_tokens(bodies) for bodies in asked]
    people = _people(frozenset().union(*blind))
    return [any(_is_meant(one, bodies) for one in people) for bodies in asked]


def _found(asked: Bodies) -> list[Person]:
    return [one for one in _people(_tokens(asked)) if _is_meant(one, asked)]


def _people(wanted: frozenset[str]) -> list[Person]:
    rows = Protected.objects.filter(tokens__token__in=wanted).distinct().order_by("pk")
    return [open_row(row) for row in rows]


def _tokens(asked: Bodies) -> frozenset[str]:
    return tokens(_told(asked, *NAMED), _told(asked, "document_number"))


def _is_meant(person: Person, asked: Bodies) -> bool:
    documents, births = _told(asked, "document_number"), _told(asked, "birth")
    return _same_document(person, documents) or _agrees(person, _told(asked, *NAMED), births)


def _told(asked: Bodies, *fields: str) -> tuple[str, ...]:
    return tuple(text for body in asked for name in fields for text in _texts(body.get(name)))


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return tuple(one for one in value or () if isinstance(one, str))


def _same_document(person: Person, documents: tuple[str, ...]) -> bool:
    ours = {numbers.fold(one, "document") for one in person.documents}
    return any(numbers.fold(one, "document") in ours for one in documents if numbers.fold(one, "document"))


def _agrees(person: Person, texts: tuple[str, ...], births: tuple[str, ...]) -> bool:
    return not _years_apart(person.birth, births) and any(
        _tier(ours, theirs) in AGREES for ours in person.names for theirs in texts
    )


def _tier(ours: str, theirs: str) -> str:
    try:
        return names.compare(ours, theirs).tier
    except Malformed:
        return "different"


def _years_apart(ours: str, theirs: tuple[str, ...]) -> bool:
    """Say whether every year that is told is further from ours than any error of a clerk."""
    years = [int(one[:4]) for one in theirs if one[:4].isdigit()]
    return bool(ours and years) and all(abs(int(ours[:4]) - year) > 5 for year in years)
