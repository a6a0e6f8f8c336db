"""Search with a file of persons (SG27): declared, approved by two when it holds many; candidates alone come out.

`file_lines` goes through the lines of one that has begun. A line that was searched keeps its cells for the officer
until the file is erased, 24 hours after it came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.mailroom import bells
from lienlac.apps.records import columns, looks
from lienlac.apps.records.actions.searching import one_at_a_time, refuse
from lienlac.apps.records.files import Table, read
from lienlac.apps.screening import gates
from lienlac.apps.screening.models import FileSearch, FileSearchApproval, FileSearchHit, FileSearchRow
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.policy.rules.conduct import without_sensitive_columns
from lienlac.core.policy.rules.searching import FORBIDDEN_REGISTERS, PERSONS_IN_FILE

LIST = "file_search"
State = FileSearch.State


@dataclass(frozen=True, kw_only=True)
class FileQuestion:
    """What the officer declares of a file: why he searches, on what basis, whence it comes, and that he signs this."""

    purpose: str
    case_number: str
    legal_basis: str
    register: str
    origin: str
    origin_signed: bool = False
    name_language: str = ""
    encoding: str = ""


@transaction.atomic
def stage_search(
    officer: User, name: str, content: bytes, said: FileQuestion, *, now: datetime
) -> FileSearch:
    """Read a file of persons and keep its lines for at most 24 hours; nothing is searched yet.

    Sensitive columns are dropped before anything is kept, and counted (SG28). Raises Malformed for the file or a
    declaration (`field`), Refused for a register that is never searched with.
    """
    _check_declared(officer, said)
    table = read(name, content, encoding=said.encoding)
    kept, dropped = without_sensitive_columns(table.headings)
    fields = columns.guess(kept)
    if not set(fields) - {"", "kind", "text"}:
        raise Malformed("columns_not_understood", field="file")
    row = FileSearch.objects.create(
        officer=officer,
        file_name=name[-200:],
        digest=_digest(content, said),
        format=table.format,
        headings=list(kept),
        fields=fields,
        name_language=said.name_language,
        dropped_columns=dropped,
        purpose=said.purpose,
        case_number=said.case_number.strip(),
        legal_basis=said.legal_basis.strip(),
        register=said.register,
        origin=said.origin.strip(),
        origin_signed=said.origin_signed,
        rows_total=len(table.rows),
        staged_at=now,
    )
    _keep_rows(row, table, kept)
    _leaf(officer, "staged", row.rows_total, now)
    return row


def _check_declared(officer: User, said: FileQuestion) -> None:
    if not handles_enquiries(officer):
        raise Refused("officer_may_not", role=officer.role)
    if said.register in FORBIDDEN_REGISTERS:
        raise Refused("search_register_forbidden", rule="SG27", register=said.register)
    for field, list_name in (("register", "registers"), ("purpose", "purposes")):
        if getattr(said, field) not in codes.load(list_name):
            raise Malformed("field_code", field=field)
    for field in ("case_number", "legal_basis", "origin"):
        if not getattr(said, field).strip():
            raise Malformed("field_missing", field=field)
    if not said.origin_signed:
        raise Malformed("field_missing", field="origin_signed")


def _digest(content: bytes, said: FileQuestion) -> str:
    declared = json.dumps(asdict(said), sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(hashlib.sha256(content).digest() + declared).hexdigest()


def _keep_rows(row: FileSearch, table: Table, kept: Sequence[str]) -> None:
    places = [table.headings.index(heading) for heading in kept]
    FileSearchRow.objects.bulk_create(
        (
            FileSearchRow(of=row, line=line, cells=[cells[at] if at < len(cells) else "" for at in places])
            for line, cells in table.rows
        ),
        batch_size=2_000,
    )


def start_search(officer: User, search: FileSearch, *, now: datetime) -> None:
    """Begin, if SG27 allows it: a file of many with its two approvals, a small one within the officer's hour.

    Raises Refused (`two_approvals_missing`, `search_quota_reached` …, `not_now`); a refusal leaves its leaf too.
    """
    if search.officer_id != officer.pk:
        raise Refused("officer_may_not", role=officer.role)
    with transaction.atomic():
        one_at_a_time(officer)
        row = _locked(search)
        decision = gates.to_search(row, now)
        if decision.permitted:
            _begin(row, now)
            return
    refuse(officer, decision, now=now)


def _locked(search: FileSearch) -> FileSearch:
    """Return a search as it is now, and let nobody else approve or begin it before this transaction ends."""
    return FileSearch.objects.select_for_update(of=("self",)).select_related("officer").get(pk=search.pk)


def _begin(row: FileSearch, now: datetime) -> None:
    if row.state != State.STAGED:
        raise Refused("not_now", event="start", state=row.state)
    row.state = State.RUNNING
    row.save(update_fields=["state"])
    bells.ring_after_commit()
    looks.keep(
        row.officer,
        "searched",
        {"list": LIST, "count": row.rows_total, "purpose": row.purpose},
        purpose=row.purpose,
        case_number=row.case_number,
        asked=row.file_name,
        persons=row.rows_total
        if row.rows_total <= PERSONS_IN_FILE
        else 0,  # the two who approved stand for these
        now=now,
    )


@transaction.atomic
def approve_search(officer: User, search: FileSearch, what: str, *, now: datetime) -> None:
    """Consent to the search (`file_search`; it begins with the second consent) or to an `export` of what it gave.

    Raises Refused (`officer_may_not`, `officer_not_certified`, `approver_is_author`, `approved_already`, `not_now`).
    """
    search = _locked(search)
    gates.check_approver(officer, search, now)
    due = {gates.SEARCH: State.STAGED, gates.EXPORT: State.DONE}
    if what not in due or search.state != due[what]:
        raise Refused("not_now", event="approve", state=search.state)
    if FileSearchApproval.objects.filter(of=search, what=what, by=officer).exists():
        raise Refused("approved_already")
    FileSearchApproval.objects.create(
        of=search,
        what=what,
        by=officer,
        unit=officer.unit,
        role=officer.role,
        certified_to=officer.certified_to,
        digest=search.digest,
        at=now,
    )
    looks.keep(officer, "approval_given", {"code": what, "rule": "SG27"}, now=now)
    if what == gates.SEARCH and gates.to_search(search, now).permitted:
        _begin(search, now)


@transaction.atomic
def drop_search(officer: User, search: FileSearch, *, now: datetime) -> None:
    """Erase the lines of one's own file before the 24 hours are over; what it gave stays."""
    if search.officer_id != officer.pk:
        raise Refused("officer_may_not", role=officer.role)
    row = FileSearch.objects.select_for_update().get(pk=search.pk)
    if row.erased_at is not None:
        raise Refused("not_now", event="erase", state=row.state)
    row.rows.all().delete()
    if row.ended_at is None:
        row.state, row.ended_at = State.LAPSED, now
    row.erased_at = now
    row.save(update_fields=["state", "ended_at", "erased_at"])
    _leaf(officer, "erased", row.rows_total, now)


@transaction.atomic
def show_found(officer: User, search: FileSearch, shown: Sequence[FileSearchHit], *, now: datetime) -> None:
    """Note that an officer was shown a file search, with the records that stood on its page."""
    if not handles_enquiries(officer):
        raise Refused("officer_may_not", role=officer.role)
    facts: dict[str, str | int] = {"list": LIST, "count": len(shown), "purpose": search.purpose}
    looks.keep(officer, "record_read", facts, records=[one.record for one in shown], now=now)


def export_search(officer: User, search: FileSearch, *, now: datetime) -> bytes:
    """Return what a search gave as CSV (line, record, agreement); more than 100 rows need two approvals (SG27)."""
    if search.officer_id != officer.pk:
        raise Refused("officer_may_not", role=officer.role)
    if search.state != State.DONE:
        raise Refused("not_now", event="export", state=search.state)
    found = search.hits.select_related("record").filter(record__withdrawn_at=None)
    rows = list(found.order_by("line", "rank"))
    decision = gates.to_export(search, len(rows), now)
    if not decision.permitted:
        refuse(officer, decision, now=now)
    looks.keep(officer, "exported", {"count": len(rows), "code": "csv", "list": LIST}, now=now)
    told = (f"{one.line},{one.record.number},{one.agreement}" for one in rows)
    return ("\n".join(("line,record,agreement", *told)) + "\n").encode()


def _leaf(officer: User, code: str, count: int, now: datetime) -> None:
    looks.keep(officer, "record_changed", {"list": LIST, "code": code, "count": count}, now=now)
