"""Questions to the book of agreements; answers are the core's values."""

from __future__ import annotations

from datetime import date

from lienlac.apps.agreements.models import Agreement as Row
from lienlac.core.policy.agreement import Agreement, Party


def all_agreements() -> tuple[Agreement, ...]:
    """Return every agreement of the book, in force or not: a refusal shows the nearest."""
    return tuple(_value(row) for row in Row.objects.order_by("code"))


def in_force_between(country: str, other: str, *, today: date) -> list[Agreement]:
    """Return the agreements in force today that name both countries."""
    return [
        agreement
        for agreement in all_agreements()
        if agreement.in_force_on(today) and {country, other} <= {party.country for party in agreement.parties}
    ]


def title(code: str, language: str) -> str:
    """Return an agreement's title in a language, else in English, else any, else its code."""
    row = Row.objects.filter(code=code).first()
    if row is None:
        return code
    return str(row.titles.get(language) or row.titles.get("en") or next(iter(row.titles.values()), code))


def _value(row: Row) -> Agreement:
    return Agreement(
        id=row.code,
        parties=tuple(
            Party(
                country=party["country"],
                offices=frozenset(party["offices"]),
                competent_authorities=frozenset(party["competent_authorities"]),
            )
            for party in row.parties
        ),
        kinds=frozenset(row.kinds),
        purposes=frozenset(row.purposes),
        offences=frozenset(row.offences),
        articles=row.articles,
        deadlines=row.deadlines,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
