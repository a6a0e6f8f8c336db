"""The protection officer's deeds: put a person in, read, take out, let one answer go."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.records import looks, numbers
from lienlac.apps.records.drafts import fault_of_date, is_after
from lienlac.apps.records.models import Protected, ProtectedToken, Release
from lienlac.apps.records.today import today
from lienlac.apps.records.vault import key
from lienlac.core import codes, names
from lienlac.core.errors import Malformed, Refused

LIST = "vault"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A protected person. `why` is a code of `protection_reasons`; days are ISO, empty when not known."""

    names: tuple[str, ...]
    why: str
    birth: str = ""
    documents: tuple[str, ...] = ()
    claims_persecution_by: str = ""
    asylum_decision: str = ""
    appeal_over_on: str = ""
    note: str = ""


@transaction.atomic
def enter(officer: User, person: Person, *, retention_until: date, now: datetime) -> Protected:
    """Seal a person into the vault; Malformed names the field that is wrong."""
    _check_officer(officer)
    _check(person, retention_until, today(now))
    nonce, sealed = key.seal(json.dumps(asdict(person), ensure_ascii=False).encode())
    row = Protected.objects.create(
        nonce=nonce, sealed=sealed, entered_at=now, retention_until=retention_until
    )
    ProtectedToken.objects.bulk_create(
        ProtectedToken(person=row, token=token) for token in sorted(tokens(person.names, person.documents))
    )
    looks.keep(officer, "record_changed", {"list": LIST, "code": "entered"}, now=now)
    return row


@transaction.atomic
def persons(officer: User, *, now: datetime) -> list[tuple[Protected, Person]]:
    """Return everybody in the vault, for the protection officer alone; the look is in the ledger."""
    _check_officer(officer)
    found = [(row, open_row(row)) for row in Protected.objects.order_by("-entered_at", "-pk")]
    looks.keep(officer, "record_read", {"list": LIST, "count": len(found)}, now=now)
    return found


@transaction.atomic
def remove(officer: User, row: Protected, *, now: datetime) -> None:
    """Take a person out: row and index are erased."""
    _check_officer(officer)
    row.delete()
    looks.keep(officer, "record_erased", {"code": "removed", "list": LIST}, now=now)


@transaction.atomic
def release(officer: User, message_id: str, *, now: datetime) -> None:
    """Let the answer to one enquiry go, whatever is in the vault; without it every LOC answer waits (SG39)."""
    _check_officer(officer)
    Release.objects.get_or_create(message_id=message_id, defaults={"given_by": officer, "given_at": now})
    looks.keep(officer, "approval_given", {"code": "protection_release", "rule": "SG18"}, now=now)


def tokens(texts: tuple[str, ...], documents: tuple[str, ...]) -> frozenset[str]:
    """Return the blind tokens of names and document numbers."""
    plain = {f"n:{found}" for text in texts for found in _keys(text)}
    plain |= {f"d:{folded}" for one in documents if (folded := numbers.fold(one, "document"))}
    return frozenset(key.token(text) for text in plain)


def _keys(text: str) -> frozenset[str]:
    try:
        return names.keys(text)
    except Malformed:
        return frozenset()


def open_row(row: Protected) -> Person:
    """Unseal a row."""
    value = json.loads(key.unseal(bytes(row.nonce), bytes(row.sealed)))
    return Person(**{**value, "names": tuple(value["names"]), "documents": tuple(value["documents"])})


def _check_officer(officer: User) -> None:
    if not officer.is_active or officer.role != User.Role.PROTECTION_OFFICER:
        raise Refused("officer_may_not", role=officer.role)


def _check(person: Person, until: date, day: date) -> None:
    born, appeal = fault_of_date(person.birth), fault_of_date(person.appeal_over_on)
    problems = (
        ("record_without_name", "names", not person.names or not all(map(_keys, person.names))),
        ("field_code", "why", person.why not in codes.load("protection_reasons")),
        (born, "birth", bool(born)),
        ("birth_in_the_future", "birth", not born and is_after(person.birth, day)),
        (appeal, "appeal_over_on", bool(appeal)),
        ("number_too_short", "documents", not all(numbers.fold(one, "document") for one in person.documents)),
        ("field_code", "claims_persecution_by", bool(person.claims_persecution_by)
         and person.claims_persecution_by not in codes.load("nationalities")),
        ("retention_in_the_past", "retention_until", until < day),
    )  # fmt: skip
    for code, field, broken in problems:
        if broken:
            raise Malformed(code, field=field)
