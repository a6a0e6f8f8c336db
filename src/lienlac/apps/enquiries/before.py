"""Was the same person asked about before? Shown to the officer before he asks again (SG42); it stops nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries, searching
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.core import names
from lienlac.core.calendars import compare, parse
from lienlac.core.errors import LienlacError, Malformed

LOOKS_BACK = timedelta(days=90)
LOOKED_AT = 50  # enquiries found by a name's keys, of which the names are compared
AGREES = frozenset({"same", "likely"})


def asked_before(officer: User, body: Mapping[str, Any], *, now: datetime) -> list[Addressee]:
    """Return the officer's office's enquiries of 90 days about somebody of this name or document, newest first."""
    rows = queries.visible_to(officer).filter(
        enquiry__side=Enquiry.Side.ASKED, enquiry__created_at__gte=now - LOOKS_BACK
    )
    wanted = [str(body[name]) for name in ("subject_name", "document_number") if body.get(name)]
    found = {row.pk: row for text in wanted for row in searching.search(rows, text)[:LOOKED_AT]}
    same = [row for row in found.values() if _same(row.enquiry.body, body)]
    return sorted(same, key=lambda row: row.pk, reverse=True)


def _same(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    if (number := _folded(now.get("document_number"))) and _folded(then.get("document_number")) == number:
        return True
    if not (then.get("subject_name") and now.get("subject_name")) or _born_apart(then, now):
        return False
    try:
        return names.compare(str(then["subject_name"]), str(now["subject_name"])).tier in AGREES
    except Malformed:
        return str(then["subject_name"]) == str(now["subject_name"])


def _folded(value: Any) -> str:
    return "".join(char for char in str(value or "").casefold() if char.isalnum())


def _born_apart(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Say whether both dates of birth are known and contradict each other."""
    try:
        return bool(
            then.get("birth")
            and now.get("birth")
            and compare(parse(str(then["birth"])), parse(str(now["birth"]))).verdict == "differ"
        )
    except LienlacError:
        return False
