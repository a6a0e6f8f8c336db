"""SG27: a search has an officer, a case and a purpose; a file of persons has gates; nobody trawls."""

from __future__ import annotations

from typing import Final

from lienlac.core.policy.approvals import count
from lienlac.core.policy.case import Case, Search
from lienlac.core.policy.rule import Said, flag, permit, refuse

PERSONS_AN_HOUR: Final = 60
PERSONS_IN_FILE: Final = 50
ROWS_EXPORTED: Final = 100
FORBIDDEN_REGISTERS: Final = frozenset({"population", "hotel", "telecom", "school", "health"})
OWN_CIRCLE: Final = frozenset({"self", "colleague", "family"})


def search_is_bounded(case: Case) -> Said | None:
    """SG27. The life clause lifts the quota alone, never the reason, the register or the two approvals."""
    search = case.search or Search()
    found = (
        _reason(case, search)
        or _file(case, search)
        or _two_approvals(case, "export", search.rows_exported > ROWS_EXPORTED)
        or _quota(case, search)
    )
    if found:
        return found
    about = sorted(search.about & OWN_CIRCLE)
    return flag("search_about_own_circle", about=about) if about else permit("search_within_limits")


def _reason(case: Case, search: Search) -> Said | None:
    given = {
        "officer": case.officer is not None and case.officer.id,
        "case_number": search.case_number.strip(),
        "purpose": case.purpose,
    }
    missing = [name for name, value in given.items() if not value]
    return refuse("search_without_reason", "RF02", life=False, field=missing[0]) if missing else None


def _file(case: Case, search: Search) -> Said | None:
    if search.origin_register in FORBIDDEN_REGISTERS:
        return refuse("search_register_forbidden", "RF15", life=False, register=search.origin_register)
    if search.persons_in_file <= PERSONS_IN_FILE:
        return None
    given = {
        "legal_basis": search.legal_basis.strip(),
        "origin_register": search.origin_register,
        "origin_signed": search.origin_signed,
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        return refuse("search_file_incomplete", "RF15", life=False, field=missing[0])
    return _two_approvals(case, "file_search", needed=True)


def _two_approvals(case: Case, what: str, needed: bool) -> Said | None:
    given = _approvals(case, what)
    return (
        refuse("two_approvals_missing", None, life=False, what=what, given=given)
        if needed and given < 2
        else None
    )


def _quota(case: Case, search: Search) -> Said | None:
    if search.persons_this_hour <= PERSONS_AN_HOUR or _approvals(case, "search_quota"):
        return None
    return refuse("search_quota_reached", None, persons=search.persons_this_hour)


def _approvals(case: Case, what: str) -> int:
    author = case.officer.id if case.officer else ""
    return count(case.approvals, author=author, digest=case.digest, what=what, today=case.today)
