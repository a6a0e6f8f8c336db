"""Questions about candidates. Each begins with who asks: `visible_to(officer)`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries, inspects
from lienlac.apps.records.models import Record
from lienlac.apps.screening import comparing, persons
from lienlac.apps.screening.comparing import Compared
from lienlac.apps.screening.models import (
    Blocked,
    Candidate,
    FileSearch,
    FileSearchApproval,
    FileSearchHit,
    Hit,
    Verdict,
)
from lienlac.apps.screening.weighing import Weighed, weigh
from lienlac.core.journeys.candidate import HITS

UNJUDGED = ("candidate", "under_review", "undecided")
SECOND = "second_review"
OPEN = (*UNJUDGED, SECOND)
GONE = ("dropped",)


def visible_to(officer: User) -> QuerySet[Candidate]:
    """Candidates of enquiries to the officer's own office, if his role handles enquiries; else none."""
    rows = Candidate.objects.select_related("subject", "record").exclude(state__in=GONE)
    if not handles_enquiries(officer):
        return rows.none()
    return rows.filter(subject__offices__contains=f"|{officer.office}|", record__withdrawn_at=None)


def of_message(officer: User, message_id: str | OuterRef) -> QuerySet[Candidate]:
    """Candidates of one enquiry, the closest first; that of an outer question, if it is a part of one."""
    return visible_to(officer).filter(subject__message_id=message_id).order_by("rank", "pk")


def waiting_for(officer: User) -> QuerySet[Candidate]:
    """Candidates that wait for this officer's eyes: unjudged ones, and second reviews that he may do."""
    own = Verdict.objects.filter(candidate=OuterRef("pk"), officer=officer, second=False)
    may = Q(state__in=UNJUDGED) | (Q(state=SECOND) & ~Exists(own))
    return visible_to(officer).filter(may).order_by("rank", "pk")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """For a thread: the candidates, the closest first, how many wait for a human, and the first to look at.

    `new` of those that wait were found after the asker had told more.
    """

    rows: tuple[Candidate, ...]

    count: int
    waiting: int
    new: int
    first: int


def candidates_for(officer: User, enquiry: object) -> Waiting | None:
    """Return the candidates of an enquiry that came here (anything with a `message_id`), None when there are none.

    One query, whatever their number.
    """
    message_id = str(getattr(enquiry, "message_id", ""))
    rows = list(of_message(officer, message_id))
    if not rows:
        return None
    waiting = [one for one in rows if one.state in OPEN]
    return Waiting(
        rows=tuple(rows),
        count=len(rows),
        waiting=len(waiting),
        new=sum(is_new(one) for one in waiting),
        first=(waiting or rows)[0].pk,
    )


def is_new(candidate: Candidate) -> bool:
    """Say whether a pair was found after the asker had told more than his question."""
    renewed = candidate.subject.renewed_at
    return renewed is not None and candidate.found_at >= renewed


def one(officer: User, key: int) -> Candidate | None:
    """Return one candidate with its record's names and numbers and its verdicts, if the officer may see it."""
    return (
        visible_to(officer)
        .prefetch_related(
            Prefetch("record", Record.objects.prefetch_related("names", "identifiers")),
            Prefetch("verdicts", Verdict.objects.select_related("officer").order_by("at", "pk")),
        )
        .filter(pk=key)
        .first()
    )


def compared(candidate: Candidate) -> tuple[Compared, Weighed]:
    """Compare the pair as it stands now: a page shows this, never what a machine once thought."""
    found = comparing.compare(persons.asked(candidate.subject.body), persons.recorded(candidate.record))
    return found, weigh(found, namesakes=candidate.namesakes)


def last_verdict(candidate: Candidate) -> Verdict | None:
    """Return the newest verdict, whoever gave it."""
    return max(candidate.verdicts.all(), key=lambda one: (one.at, one.pk), default=None)


def first_verdict_of_round(candidate: Candidate) -> Verdict | None:
    """Return the verdict that a second reviewer must judge without seeing it."""
    last = last_verdict(candidate)
    return last if last is not None and candidate.state == SECOND else None


def is_second_reviewer(officer: User, candidate: Candidate) -> bool:
    """Say whether the officer may be the second reviewer: somebody else gave the first verdict."""
    first = first_verdict_of_round(candidate)
    return first is not None and first.officer_id != officer.pk


def shown_verdict(officer: User, candidate: Candidate) -> Verdict | None:
    """Return the verdict that this officer may see.

    While a second review is due, nobody sees the first verdict but whoever gave it (SG08); an undecided pair
    shows none, since it is open again for everybody.
    """
    if candidate.state == SECOND:
        first = first_verdict_of_round(candidate)
        return first if first and first.officer_id == officer.pk else None
    return None if candidate.state in UNJUDGED else last_verdict(candidate)


def judges(candidate: Candidate, shown: Verdict) -> list[Verdict]:
    """Return the verdicts that the shown one rests on: of a pair that two judged, both."""
    if not shown.second:
        return [shown]
    earlier = [one for one in candidate.verdicts.all() if not one.second and one.at <= shown.at]
    return [*earlier[-1:], shown]


def hits_to_report(officer: User) -> QuerySet[Hit]:
    """Hits of this desk of which the owner must still be told, the most pressing first; not those kept back."""
    rows = Hit.objects.select_related("candidate__subject", "candidate__record")
    mine = rows.filter(candidate__in=visible_to(officer), candidate__state="confirmed")
    return mine.exclude(decision=Hit.Decision.KEEP_BACK).order_by("report_by", "pk")


def hits_of(officer: User) -> QuerySet[Candidate]:
    """Confirmed pairs of this desk about which something is still to be done."""
    rows = visible_to(officer).select_related("hit").filter(state__in=HITS)
    return rows.order_by("hit__report_by", "pk")


def hit_of(candidate: Candidate) -> Hit | None:
    """Return what became of a pair after its confirmation, None when it is not confirmed."""
    return Hit.objects.select_related("decided_by", "reviewed_by").filter(candidate=candidate).first()


def blocked(officer: User) -> QuerySet[Blocked]:
    """Pairs that were refuted after something was done about them: for the inspector alone (SG23)."""
    rows = Blocked.objects.order_by("-blocked_at", "-pk")
    return rows if inspects(officer) else rows.none()


def file_searches(officer: User) -> QuerySet[FileSearch]:
    """File searches of the officer's office, the newest first: what was declared; what they gave is their author's."""
    rows = FileSearch.objects.select_related("officer").order_by("-staged_at", "-pk")
    return rows.filter(officer__office=officer.office) if handles_enquiries(officer) else rows.none()


def file_search(officer: User, key: int) -> FileSearch | None:
    """Return one file search of his office."""
    return file_searches(officer).filter(pk=key).first()


def running_file_searches() -> QuerySet[FileSearch]:
    """File searches that go on, the oldest first: for the processes that go through them."""
    return FileSearch.objects.filter(state=FileSearch.State.RUNNING).order_by("pk")


def found_by(officer: User, search: FileSearch) -> QuerySet[FileSearchHit]:
    """What a file search gave, the closest first: for its author."""
    rows = FileSearchHit.objects.select_related("record").filter(of=search, record__withdrawn_at=None)
    return rows.order_by("rank", "line") if search.officer_id == officer.pk else rows.none()


def approvals_of(search: FileSearch, what: str) -> QuerySet[FileSearchApproval]:
    """Who consented to a file search or to the export of what it gave."""
    return search.approvals.filter(what=what).select_related("by").order_by("at", "pk")


@dataclass(frozen=True, kw_only=True)
class FileSearches:
    """Of one year, for its report (SG27, SG35): how many files, persons in them, lapsed ones, and by register."""

    files: int
    persons: int
    lapsed: int
    by_register: dict[str, int]


def file_searches_of_year(year: int) -> FileSearches:
    """Count the file searches that were begun in a year; nobody is named."""
    begun = FileSearch.objects.filter(staged_at__year=year).exclude(state=FileSearch.State.STAGED)
    total = begun.aggregate(files=Count("pk"), persons=Sum("rows_done"))
    registers = begun.values("register").annotate(files=Count("pk")).order_by("register")
    return FileSearches(
        files=total["files"],
        persons=total["persons"] or 0,
        lapsed=begun.filter(state=FileSearch.State.LAPSED).count(),
        by_register={row["register"]: row["files"] for row in registers},
    )
