"""Questions about enquiries. Each begins with whose they are: `visible_to(officer)`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.enquiries.models import Addressee, Answer, Draft, Enquiry, FollowUp, Note, Step, View
from lienlac.apps.enquiries.walking import WITH_US
from lienlac.core.journeys.enquiry import OWED_BY_US, WAITING_FOR_THEM

TEST = "HOTLINE_TEST"
CLARIFYING = "clarifying"
SOON = timedelta(hours=24)
RING_AFTER = timedelta(minutes=15)


def visible_to(officer: User) -> QuerySet[Addressee]:
    """Rows that an officer may see: his own office's and those passed to it, if his role handles enquiries."""
    rows = Addressee.objects.select_related("enquiry")
    if not handles_enquiries(officer):
        return rows.none()
    here = Q(office=officer.office) | Q(passed_to=officer.office)
    asked = Q(side=Enquiry.Side.ASKED, asked_by=officer.office)
    return rows.filter(Q(here, side=Enquiry.Side.RECEIVED) | asked)


def one(officer: User, key: int) -> Addressee | None:
    """Return one row with its answers, if the officer may see it."""
    return (
        visible_to(officer)
        .prefetch_related(
            Prefetch("answers", Answer.objects.select_related("given_by").order_by("at")),
            Prefetch("follow_ups", FollowUp.objects.select_related("by").order_by("at", "pk")),
            Prefetch("steps", Step.objects.select_related("by").order_by("pk")),
        )
        .select_related("enquiry__written_by", "taken_by")
        .filter(pk=key)
        .first()
    )


def owed_by_us(officer: User) -> QuerySet[Addressee]:
    """Enquiries that this desk must answer, the most pressing first; one whose refusal waits for its hour is done."""
    rows = visible_to(officer).filter(
        side=Enquiry.Side.RECEIVED, open=True, leaves_at=None, state__in=OWED_BY_US
    )
    return rows.order_by(F("final_answer_by").asc(nulls_last=True), "pk")


def waiting_for_them(officer: User) -> QuerySet[Addressee]:
    """Enquiries of this desk that others still owe an answer, the most pressing first."""
    states = WAITING_FOR_THEM - {CLARIFYING}
    rows = visible_to(officer).filter(side=Enquiry.Side.ASKED, open=True, state__in=states)
    return rows.order_by(F("final_answer_by").asc(nulls_last=True), "pk")


def to_clarify(officer: User) -> QuerySet[Addressee]:
    """Enquiries of this desk about which the other side needs to know more: their clock stands, ours runs."""
    rows = visible_to(officer).filter(side=Enquiry.Side.ASKED, open=True, state=CLARIFYING)
    return rows.order_by("pk")


def to_approve(officer: User) -> QuerySet[Addressee]:
    """Enquiries and answers of this desk that wait for a second person, which the officer may be."""
    asked = Q(side=Enquiry.Side.ASKED, state="checked") & ~Q(enquiry__written_by=officer)
    waiting = Answer.objects.filter(sent=False, addressee__leaves_at=None).exclude(given_by=officer)
    answered = Q(side=Enquiry.Side.RECEIVED, pk__in=waiting.values("addressee"))
    return visible_to(officer).filter(asked | answered, open=True).order_by("pk")


def not_sent(officer: User) -> QuerySet[Addressee]:
    """The officer's own enquiries that have not left: they wait for a second person, or came back from one."""
    rows = visible_to(officer).filter(side=Enquiry.Side.ASKED, open=True, state__in=WITH_US)
    return rows.filter(enquiry__written_by=officer).order_by("pk")


def waiting_answer(row: Addressee) -> Answer | None:
    """Return the answer that is written and has not left."""
    return Answer.objects.filter(addressee=row, sent=False).select_related("given_by").first()


def also_asked(row: Addressee) -> QuerySet[Addressee]:
    """The other offices to which the same enquiry went."""
    return Addressee.objects.filter(enquiry=row.enquiry).exclude(pk=row.pk).order_by("pk")


def notes_of(enquiry: Enquiry) -> QuerySet[Note]:
    """Notes of this node about an enquiry, the oldest first."""
    return Note.objects.filter(enquiry=enquiry).select_related("by").order_by("pk")


def views_of(officer: User) -> QuerySet[View]:
    """The views of the inbox that an officer kept."""
    return View.objects.filter(officer=officer).order_by("name")


def not_received(officer: User, now: datetime) -> QuerySet[Addressee]:
    """Enquiries sent a while ago whose receipt has not come: not received, ring."""
    rows = visible_to(officer).filter(
        side=Enquiry.Side.ASKED, open=True, state="sent", enquiry__created_at__lt=now - RING_AFTER
    )
    return rows.order_by("pk")  # as they were asked


def to_conclude(officer: User) -> QuerySet[Addressee]:
    """Answered enquiries of this desk that lack their outcome."""
    states = ("answered", "refused", "duplicate")
    rows = visible_to(officer).filter(side=Enquiry.Side.ASKED, open=True, state__in=states)
    return rows.order_by("-answered_at", "pk")


def how_many(rows: QuerySet[Addressee], *, up_to: int) -> int:
    """Return how many there are; `up_to` + 1 means more than that, and costs no more to find out."""
    return rows.order_by()[: up_to + 1].count()


def clock_of(row: Addressee, now: datetime) -> tuple[str, datetime | None, str]:
    """Return which deadline runs (ack, first, final or ""), its moment, and how it stands in a word."""
    if row.clock_stopped_for:
        return "final", row.final_answer_by, "stopped"
    running = [
        ("ack", row.acknowledge_by if row.opened_at is None else None),
        ("first", row.first_answer_by if row.state in ("received", "taken") else None),
        ("final", row.final_answer_by if row.answered_at is None else None),
    ]
    due = [(moment, what) for what, moment in running if moment is not None]
    if not due:
        return "", None, "calm"
    moment, what = min(due)
    return what, moment, how_pressing(moment, now)


def how_pressing(moment: datetime, now: datetime) -> str:
    """Return overdue, soon or calm."""
    if moment < now:
        return "overdue"
    return "soon" if moment - now < SOON else "calm"


def newest(officer: User) -> QuerySet[Addressee]:
    """Everything an officer may see, the newest first."""
    return visible_to(officer).order_by("-pk")


def with_partner(rows: QuerySet[Addressee], office: str) -> QuerySet[Addressee]:
    """Those of `rows` whose other side is that office."""
    asked = rows.filter(side=Enquiry.Side.ASKED, office=office)
    return asked | rows.filter(side=Enquiry.Side.RECEIVED, asked_by=office)


def last_test(from_office: str, to_office: str) -> tuple[datetime | None, datetime | None]:
    """Return when a person last opened a test call of ours there, and since when the newest waits unopened."""
    tests = Addressee.objects.filter(
        side=Enquiry.Side.ASKED,
        enquiry__kind=TEST,
        asked_by=from_office,
        office=to_office,
    )
    opened = tests.exclude(opened_at=None).order_by("-opened_at").values_list("opened_at", flat=True).first()
    waiting = tests.filter(opened_at=None, open=True).order_by("-pk").select_related("enquiry").first()
    return opened, waiting.enquiry.created_at if waiting else None


def draft(officer: User, key: str) -> Draft | None:
    """Return a draft of the officer's own."""
    return Draft.objects.filter(officer=officer, key=key).first()


def latest_draft(officer: User) -> Draft | None:
    """Return what the officer typed last and has not sent."""
    return Draft.objects.filter(officer=officer).order_by("-saved_at").first()
