"""Questions about enquiries. Each begins with whose they are: `visible_to(officer)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries, releases
from lienlac.apps.enquiries import chains, marks, retention, texts
from lienlac.apps.enquiries.chains import PENDING
from lienlac.apps.enquiries.models import (
    Addressee,
    Answer,
    Approval,
    Draft,
    Enquiry,
    FollowUp,
    Note,
    Release,
    ReleaseChain,
    Review,
    Step,
    View,
)
from lienlac.apps.enquiries.walking import WITH_US
from lienlac.core.journeys.enquiry import OWED_BY_US, WAITING_FOR_THEM
from lienlac.core.journeys.retention import NOTICES

TEST = "HOTLINE_TEST"
CLARIFYING = "clarifying"
NOBODY_WAITS = ("withdrawn", "expired")
"""States in which what was written and has not left never will."""
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
    row = at_a_glance(officer, key)
    return with_answers(row) if row else None


def at_a_glance(officer: User, key: int) -> Addressee | None:
    """Return one row with its marks and without its answers, if the officer may see it: one question."""
    reminded = Step.objects.filter(addressee=OuterRef("pk"), event="remind").order_by("-pk").values("at")
    rows = visible_to(officer).select_related("enquiry__written_by", "taken_by").filter(pk=key)
    return marks.marked(rows.annotate(reminded_at=Subquery(reminded[:1])), officer).first()


def of_letters(officer: User, letters: Mapping[str, str], offices: Iterable[str]) -> Mapping[str, Addressee]:
    """Return letter -> the row that it belongs to, where the officer may see it.

    `letters` has, by message id, the message that each replies to ("" for none). Of an enquiry that went to several
    offices, the row of one of `offices`, where there is one.
    """
    about, near = {*letters, *letters.values()} - {""}, set(offices)
    rows = visible_to(officer).filter(enquiry__message_id__in=about).order_by("pk")
    by_enquiry: dict[str, Addressee] = {}
    for row in sorted(rows, key=lambda row: row.office in near):
        by_enquiry[row.enquiry.message_id] = row
    return {
        letter: by_enquiry[one]
        for letter, reply in letters.items()
        for one in (reply, letter)
        if one in by_enquiry
    }


def with_answers(row: Addressee) -> Addressee:
    """Return the row with its answers and with what was said later; what there is none of is not asked for."""
    answers = Answer.objects.select_related("given_by").order_by("at")
    later = FollowUp.objects.select_related("by").order_by("at", "pk")
    sorts = {"answers": answers, "follow_ups": later}
    kept = [
        Prefetch(name, rows if marks.may_have(row, name) else rows.none()) for name, rows in sorts.items()
    ]
    prefetch_related_objects([row], *kept)
    return row


def told_by_asker(row: Addressee) -> tuple[Mapping[str, Any], ...]:
    """Return all that the asker told of whom he means: the question as it stands, then what he said later."""
    said = sorted(row.follow_ups.all(), key=lambda one: one.pk)
    return (row.enquiry.body, *(one.body for one in said if one.sent and not one.said_by))


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
    """What this desk says and a second person must consent to, which the officer may be; papers he may confirm too."""
    asked = Addressee.objects.filter(side=Enquiry.Side.ASKED, open=True, state="checked")
    waits = {"sent": False, "returned_at": None}
    silent = Addressee.objects.filter(pk=OuterRef("addressee"), leaves_at__isnull=False)
    answers = Answer.objects.filter(~Exists(silent), **waits).exclude(given_by=officer)
    told = FollowUp.objects.filter(**waits).exclude(by=officer)
    papers = Release.objects.filter(decision=PENDING).exclude(scan=None).exclude(scan__filed_by=officer)
    # The few that wait are gathered first, each kind by its own index: asked as "or", all rows would be looked at.
    waiting = asked.exclude(enquiry__written_by=officer).values("pk")
    waiting = waiting.union(_not_in_release(answers), _not_in_release(told), papers.values("addressee"))
    return visible_to(officer).exclude(state__in=NOBODY_WAITS).filter(pk__in=waiting).order_by("pk")


def _not_in_release(texts: QuerySet[Any]) -> QuerySet[Any]:
    """Give the rows of texts whose chain does not run: those that run wait for other units, not for us."""
    running = Release.objects.filter(message_id=OuterRef("message_id"), decision=PENDING)
    return texts.filter(~Exists(running)).values("addressee")


def in_release(officer: User) -> QuerySet[Addressee]:
    """What this desk says and units outside the node have still to release."""
    running = Release.objects.filter(decision=PENDING)
    rows = visible_to(officer).exclude(state__in=NOBODY_WAITS)
    return rows.filter(pk__in=running.values("addressee")).order_by("pk")


def releasable(officer: User) -> QuerySet[Release]:
    """What waits for the officer's own unit, and nothing else: all that somebody who releases may see."""
    if not releases(officer):
        return Release.objects.none()
    rows = chains.pending().filter(unit=officer.unit, scan=None).exclude(addressee__state__in=NOBODY_WAITS)
    ours = Q(addressee__side=Enquiry.Side.ASKED, addressee__asked_by=officer.office)
    theirs = Q(addressee__side=Enquiry.Side.RECEIVED, addressee__office=officer.office)
    return rows.filter(ours | theirs).select_related("addressee__enquiry").order_by("pk")


def link_in_turn(row: Addressee) -> Release | None:
    """Return the link of a row's chain whose turn it is: the unit that is asked now."""
    links = chains.pending().filter(addressee__enquiry=row.enquiry)
    mine = links.filter(Q(addressee=row) | Q(message_id=row.enquiry.message_id))
    return mine.select_related("addressee__enquiry", "scan__filed_by").order_by("pk").first()


def link(officer: User, key: int) -> Release | None:
    """Return a link of a chain with its scan, if the officer may see the enquiry that it is about."""
    rows = Release.objects.filter(addressee__in=visible_to(officer), pk=key)
    return rows.select_related("addressee__enquiry", "scan__filed_by").first()


def to_review(officer: User) -> QuerySet[Review]:
    """What left on one word of this office and waits for review by the officer, the most pressing first.

    Not what he sent, nor what he let go: whoever consented or released has judged before.
    """
    rows = Review.objects.filter(reviewed_at=None).exclude(sent_by=officer)
    of_it = {"message_id": OuterRef("message_id"), "by": officer}
    rows = rows.exclude(Exists(Approval.objects.filter(**of_it))).exclude(
        Exists(Release.objects.filter(**of_it))
    )
    seen = rows.filter(Exists(visible_to(officer).filter(pk=OuterRef("addressee"))))
    return seen.select_related("addressee__enquiry").order_by("due_at", "pk")


def reviews(officer: User) -> QuerySet[Review]:
    """Every review of this office: those that wait first, the most pressing on top; then the latest."""
    rows = Review.objects.filter(addressee__in=visible_to(officer))
    rows = rows.select_related("addressee__enquiry", "sent_by", "reviewed_by")
    return rows.order_by(F("reviewed_at").desc(nulls_first=True), "due_at", "pk")


def reviews_of(row: Addressee) -> QuerySet[Review]:
    """The reviews of what this node said on one officer's word about an enquiry."""
    rows = Review.objects.filter(addressee__enquiry=row.enquiry)
    return rows.select_related("sent_by", "reviewed_by").order_by("pk")


def review(officer: User, key: int) -> Review | None:
    """Return a review, if the officer may see the enquiry that it is about."""
    rows = Review.objects.filter(addressee__in=visible_to(officer), pk=key)
    return rows.select_related("addressee__enquiry", "sent_by", "reviewed_by").first()


def chains_of(offices: Iterable[str]) -> QuerySet[ReleaseChain]:
    """The release chains of some offices."""
    return ReleaseChain.objects.filter(office__in=offices)


def not_sent(officer: User) -> QuerySet[Addressee]:
    """The officer's own enquiries that have not left: they wait for a second person, or came back from one."""
    rows = visible_to(officer).filter(side=Enquiry.Side.ASKED, open=True, state__in=WITH_US)
    return rows.filter(enquiry__written_by=officer).order_by("pk")


def waiting_answer(row: Addressee) -> Answer | None:
    """Return the answer that is written and has not left."""
    return (
        Answer.objects.filter(addressee=row, sent=False, returned_at=None).select_related("given_by").first()
    )


def waiting_follow_up(row: Addressee) -> FollowUp | None:
    """Return the clarification or correction that is written and has not left."""
    return FollowUp.objects.filter(addressee=row, sent=False, returned_at=None).select_related("by").first()


def number_of(message_id: str) -> str:
    """Return this node's number of an enquiry by its id; the id itself when there is no such enquiry here."""
    number = Enquiry.objects.filter(message_id=message_id).values_list("number", flat=True).first()
    return number or message_id


def author_of(link: Release) -> User | None:
    """Return who wrote the text that a link of a chain is about."""
    return texts.of_message(link.addressee, link.message_id).author


def same_askers(row: Addressee) -> QuerySet[Addressee]:
    """The other enquiries that the same office asked of this one, the newest first."""
    rows = Addressee.objects.filter(side=Enquiry.Side.RECEIVED, office=row.office)
    same = rows.filter(asked_by=row.enquiry.from_office).exclude(pk=row.pk)
    return same.select_related("enquiry").order_by("-pk")


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


def how_many(rows: QuerySet[Any], *, up_to: int) -> int:
    """Return how many there are; `up_to` + 1 means more than that, and costs no more to find out."""
    return rows.order_by()[: up_to + 1].count()


def clock_of(row: Addressee, now: datetime) -> tuple[str, datetime | None, str]:
    """Return which deadline runs (ack, first, final or ""), its moment, and how it stands in a word.

    None runs when the clock has ended, also of what was withdrawn before anybody opened it.
    """
    if row.clock.get("ended_at"):
        return "", None, "calm"
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


def falls_due(officer: User, now: datetime) -> QuerySet[Addressee]:
    """Those whose time ends within the weeks in which their owner is told (SG23), the oldest first."""
    ending = retention.ending(retention.day_of(now) + max(NOTICES.values()))
    return visible_to(officer).filter(enquiry__in=ending.values("pk")).order_by("enquiry__created_at", "pk")


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


def drafts(officer: User) -> QuerySet[Draft]:
    """Return what the officer has typed and not sent, the newest first; nobody else's."""
    return Draft.objects.filter(officer=officer).order_by("-saved_at", "-pk")
