"""What of a thread can change, asked in one question: a page that shows it already need not be drawn again.

Each mark is a short text that is another when something changed, and nothing when there is nothing of that sort. Rows
are added and filled in, never emptied: so counts tell. Names in the directory, titles of agreements and how far a file
has come are not marked: they are read when a page is opened, and a file on its way asks by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.db.models import CharField, Count, Max, Min, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from lienlac.apps.accounts.models import User
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries.chains import PENDING
from lienlac.apps.enquiries.models import Addressee, Answer, FollowUp, Note, Release, Review, Step
from lienlac.apps.mailroom.models import File, Parcel, Receipt
from lienlac.apps.screening import hits
from lienlac.apps.screening import queries as screening

Marks = dict[str, Combinable]

PREFIX = "mark_"
KEY, ENQUIRY, MESSAGE = OuterRef("pk"), OuterRef("enquiry"), OuterRef("enquiry__message_id")
ITS_ANSWERS = Answer.objects.filter(addressee=OuterRef(OuterRef("pk"))).values("message_id")
ITS_FOLLOW_UPS = FollowUp.objects.filter(addressee=OuterRef(OuterRef("pk"))).values("message_id")
ALL = Count("pk")


def marked(rows: QuerySet[Addressee], officer: User) -> QuerySet[Addressee]:
    """Return the rows with their marks, as this officer may know them."""
    marks = {name: mark for sort in SORTS for name, mark in sort(officer).items()}
    return rows.annotate(**{PREFIX + name: mark for name, mark in marks.items()})


def may_have(row: Addressee, name: str) -> bool:
    """Say whether there is anything of a sort; True for a row that was read without its marks."""
    return bool(getattr(row, PREFIX + name, True))


def version_of(row: Addressee) -> str:
    """Return 16 hex digits that are others when the row, its enquiry or a mark is another."""
    marks = sorted((name, value) for name, value in vars(row).items() if name.startswith(PREFIX))
    return digest_of(_columns(row), _columns(row.enquiry), marks)


def digest_of(*values: object) -> str:
    """Return 16 hex digits for some plain values."""
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def _columns(row: Model) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _mark(rows: QuerySet[Any], by: str, *facts: Combinable) -> Subquery:
    """Return the facts of some rows in one text; `by` is one and the same in all of them."""
    parts = [part for fact in facts for part in (Cast(fact, CharField()), Value(" "))]
    text = Concat(*parts, Value(""), output_field=CharField())
    return Subquery(rows.order_by().values(by).annotate(mark=text).values("mark")[:1])


def _moment(at: Combinable) -> Combinable:
    return Coalesce(Cast(at, CharField()), Value(""))


def _said(_officer: User) -> Marks:
    state = (ALL, Count("pk", filter=Q(sent=True)), Count("returned_at"))
    of = (Q(of=MESSAGE), Q(of__in=ITS_ANSWERS), Q(of__in=ITS_FOLLOW_UPS))
    return {
        "answers": _mark(Answer.objects.filter(addressee=KEY), "addressee", *state),
        "follow_ups": _mark(FollowUp.objects.filter(addressee=KEY), "addressee", *state),
        "steps": _mark(Step.objects.filter(addressee__enquiry=ENQUIRY), "addressee__enquiry", ALL),
        "files": Coalesce(*(_mark(File.objects.filter(one), "in_tray", ALL) for one in of)),
    }


def _within(officer: User) -> Marks:
    """Mark what never leaves this node."""
    pairs = screening.of_message(officer, MESSAGE)
    unjudged = Q(state__in=screening.OPEN)
    found = (_moment(Max("found_at")), _moment(Max("subject__renewed_at")))
    waiting = (Count("pk", filter=unjudged), Coalesce(Min("pk", filter=unjudged), Value(0)))
    chain = Release.objects.filter(addressee__enquiry=ENQUIRY)
    decided = Count("pk", filter=~Q(decision=PENDING))
    reviews = Review.objects.filter(addressee__enquiry=ENQUIRY)
    told = (Count("decided_at"), Count("reported_at"), Count("acted_at"))
    return {
        "candidates": _mark(pairs, "subject__message_id", ALL, *found, *waiting),
        "hits": _mark(hits.standing(MESSAGE), "candidate__subject__message_id", ALL, *told),
        "releases": _mark(chain, "addressee__enquiry", ALL, decided, Count("scan")),
        "reviews": _mark(reviews, "addressee__enquiry", ALL, Count("reviewed_at")),
        "also": _mark(Addressee.objects.filter(enquiry=ENQUIRY).exclude(pk=KEY), "enquiry", ALL),
        "notes": _mark(Note.objects.filter(enquiry=ENQUIRY), "enquiry", ALL),
    }


def _carried(_officer: User) -> Marks:
    """Mark how the question goes there and the answers home, and how the other side stands with us."""
    unsent, line = Q(state=Parcel.State.WAITING), "lane__partner__line__"
    error = Coalesce(Max(f"{line}error", filter=unsent), Value(""))
    again = _moment(Max(f"{line}next_try_at", filter=unsent))
    found: Marks = {
        f"{side}_standing": Subquery(Office.objects.filter(code=OuterRef(side)).values("node__standing")[:1])
        for side in ("office", "asked_by")
    }
    said = {"question": Q(message__message_id=MESSAGE), "answers": Q(message__message_id__in=ITS_ANSWERS)}
    for what, which in said.items():
        parcels, receipts = Parcel.objects.filter(which), Receipt.objects.filter(which)
        found[f"{what}_sent"] = _mark(parcels, "message__outbound", ALL, Count("sent_at"), error, again)
        found[f"{what}_receipts"] = _mark(receipts, "message__outbound", ALL)
    return found


SORTS: tuple[Callable[[User], Marks], ...] = (_said, _within, _carried)
