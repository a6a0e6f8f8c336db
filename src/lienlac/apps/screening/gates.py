"""SG27 asked about a file search: policy decides, with the consents that were given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records import queries as records
from lienlac.apps.records.actions.searching import quota_lifts
from lienlac.apps.records.today import today
from lienlac.apps.screening.models import FileSearch, FileSearchApproval
from lienlac.core.errors import Refused
from lienlac.core.policy import Case, Decision, decide
from lienlac.core.policy.approvals import Approval
from lienlac.core.policy.case import Officer, Search
from lienlac.core.policy.rules.searching import PERSONS_IN_FILE

SEARCH, EXPORT = "file_search", "export"


def to_search(search: FileSearch, now: datetime) -> Decision:
    """Return what policy says to searching with this file now."""
    many = search.rows_total > PERSONS_IN_FILE
    within = records.searches_within_an_hour(search.officer, now)
    asked = Search(
        case_number=search.case_number,
        persons_this_hour=1 if many else within + search.rows_total,
        persons_in_file=search.rows_total,
        legal_basis=search.legal_basis,
        origin_register=search.register,
        origin_signed=search.origin_signed,
    )
    return decide(_case(search, asked, now))


def to_export(search: FileSearch, rows: int, now: datetime) -> Decision:
    """Return what policy says to taking so many rows of what it gave out of the node."""
    return decide(_case(search, Search(case_number=search.case_number, rows_exported=rows), now))


def check_approver(officer: User, search: FileSearch, now: datetime) -> None:
    """Raise Refused unless he may consent: certified, of this office, and not the author."""
    if not handles_enquiries(officer) or officer.office != search.officer.office:
        raise Refused("officer_may_not", role=officer.role)
    if officer.pk == search.officer_id:
        raise Refused("approver_is_author")
    if officer.certified_to is None or today(now) > officer.certified_to:
        raise Refused("officer_not_certified", until="")


def _case(search: FileSearch, asked: Search, now: datetime) -> Case:
    officer = search.officer
    lifts = (replace(one, digest=search.digest) for one in quota_lifts(officer, now))
    return Case(
        deed="search",
        door="form",
        today=today(now),
        officer=Officer(
            id=officer.username, unit=officer.unit, role=officer.role, certified_to=officer.certified_to
        ),
        purpose=search.purpose,
        search=asked,
        digest=search.digest,
        approvals=(*_consents(search), *lifts),
        ledger_open=True,
    )


def _consents(search: FileSearch) -> list[Approval]:
    rows = FileSearchApproval.objects.filter(of=search).select_related("by")
    return [
        Approval(by=one.by.username, unit=one.unit, role=one.role, digest=one.digest, what=one.what,
                 certified_to=one.certified_to)
        for one in rows
    ]  # fmt: skip
