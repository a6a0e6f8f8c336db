"""Offices by what people call them and by what they are competent for: places, desks, successors, former names."""

from __future__ import annotations

import re
import unicodedata

from lienlac.apps.directory.models import Office
from lienlac.apps.directory.queries import office, office_name, reachable_offices
from lienlac.core.competence import Candidate, Desk, Matter, Proposal, propose

MOST_SAID = 4  # more of what an office is called fits in no line
_MARKS = re.compile("[\u0300-\u036f]+")  # of Latin letters alone: those of Lao or Khmer are letters


def place_name(one: Office, language: str) -> str:
    """Return where an office stands: in that language, else in the office's own; "" when it names no place."""
    for choice in (language, *one.languages, "en"):
        if name := one.places.get(choice):
            return str(name)
    return ""


def found_by(one: Office, language: str) -> str:
    """Return what an office is chosen by in a list: its name, its place, and what else it is or was called."""
    name = office_name(one, language)
    others = [place_name(one, language), *(alias for _language, alias in one.aliases)]
    said = [other for other in dict.fromkeys(others) if other and folded(other) not in folded(name)]
    return f"{name} ({', '.join(said[:MOST_SAID])})" if said else name


def desks_of(one: Office) -> tuple[Desk, ...]:
    """Return the desks that an office names."""
    return tuple(Desk.from_json(value) for value in one.desks)


def desk_name(office_code: str, desk_code: str, language: str) -> str:
    """Return the name of a desk in that language, else in any it has, else its code."""
    return dict(desk_names(office_code, language)).get(desk_code, desk_code)


def desk_names(office_code: str, language: str) -> list[tuple[str, str]]:
    """Return (code, name) of the desks that an office names, in its order; [] when it is one desk as a whole."""
    one = office(office_code)
    return [(desk.code, _named(desk, language)) for desk in desks_of(one)] if one else []


def _named(desk: Desk, language: str) -> str:
    names = desk.names or {}
    return names.get(language) or next(iter(names.values()), desk.code)


def proposal(asking: str, matter: Matter) -> Proposal | None:
    """Return which of the offices that can be reached to ask in a matter, and why that one."""
    twins = set(Office.objects.filter(twins__code=asking).values_list("pk", flat=True))
    return propose(
        [
            Candidate(office=one.code, twin=one.pk in twins, desks=desks_of(one))
            for one in reachable_offices()
        ],
        matter,
    )


def successor_of(one: Office) -> Office | None:
    """Return the open office that took over from a closed one, along the chain; None when there is none."""
    seen = {one.code}
    while one.status == "closed":
        following = office(one.successor) if one.successor else None
        if following is None or following.code in seen:
            return None
        seen.add(following.code)
        one = following
    return one


def folded(text: str) -> str:
    """Return a text as it is compared: small letters without the marks of Latin ones, words one space apart."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def find_offices(text: str) -> list[Office]:
    """Return offices that have the text in a name, a former name, a place or their code, in any script.

    Marks and capitals do not count: `tinh tay` finds Tịnh Tây. Closed ones come last.
    """
    wanted = folded(text)
    if not wanted:
        return []
    every = Office.objects.select_related("node").order_by("code")
    found = [one for one in every if any(wanted in folded(name) for name in _names_of(one))]
    return sorted(found, key=lambda one: one.status == "closed")


def _names_of(one: Office) -> list[str]:
    return [
        one.code.replace("-", " "),
        *one.names.values(),
        *one.places.values(),
        *(name for _language, name in one.aliases),
    ]
