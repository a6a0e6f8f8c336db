"""Which enquiries are over their time, or nearly (SG23): questions of this node about all that it keeps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry, FollowUp, Review
from lienlac.apps.enquiries.walking import JOURNEYS
from lienlac.core.journeys.retention import ENQUIRY, KEPT_FOR, NO_HIT, NO_SUBSTANCE
from lienlac.core.policy.reviews import FLASH

OVER = frozenset().union(*(journey.terminal for journey in JOURNEYS.values()))
_NO_HIT = "NOHIT"


def ending(by: date) -> QuerySet[Enquiry]:
    """Enquiries whose last day is on or before `by`, each with `last_said_at`; nothing is owed in any of them.

    What was decided to be kept longer ends on that day. A flash that nobody has reviewed waits for its review.
    """
    end = _end_of(by)
    rows = Enquiry.objects.filter(created_at__lte=end - KEPT_FOR[NO_HIT])
    rows = rows.filter(Q(kept_until=None) | Q(kept_until__lte=by))
    open_ones = Addressee.objects.filter(enquiry=OuterRef("pk")).exclude(state__in=OVER)
    reviews = Review.objects.filter(addressee__enquiry=OuterRef("pk"), reviewed_at=None, reason=FLASH)
    rows = rows.filter(~Exists(open_ones), ~Exists(reviews)).annotate(last_said_at=_last_said())
    over = Q(last_said_at__lte=end - KEPT_FOR[ENQUIRY]) | Q(
        _no_hit(), last_said_at__lte=end - KEPT_FOR[NO_HIT]
    )
    return rows.filter(over | Q(kept_until__lte=by))


def last_day(enquiry: Enquiry) -> date:
    """Return the last day on which an enquiry is kept, as it stands now."""
    if enquiry.kept_until is not None:
        return enquiry.kept_until
    found = Enquiry.objects.filter(pk=enquiry.pk)
    said = found.annotate(last_said_at=_last_said()).values_list("last_said_at", flat=True)[0]
    cls = NO_HIT if found.filter(_no_hit()).exists() else ENQUIRY
    return day_of(said + KEPT_FOR[cls])


def day_of(moment: datetime) -> date:
    """Return the day at this node."""
    return moment.astimezone(ZoneInfo(settings.NODE.time_zone)).date()


def _end_of(day: date) -> datetime:
    """Return the moment at which a day of this node is over."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.NODE.time_zone))


def _last_said() -> Greatest:
    """Give the moment of the last message of substance: the question, an answer, what was said after it."""
    told = FollowUp.objects.exclude(kind__in=NO_SUBSTANCE)
    return Greatest(F("created_at"), _latest(Answer.objects.all()), _latest(told))


def _latest(said: QuerySet[Answer] | QuerySet[FollowUp]) -> Coalesce:
    mine = said.filter(addressee__enquiry=OuterRef("pk")).order_by().values("addressee__enquiry")
    latest = Subquery(mine.annotate(latest=Max("at")).values("latest"), output_field=DateTimeField())
    return Coalesce(latest, F("created_at"))


def _no_hit() -> Q:
    """Give what is a log of no hit: it came, and this node answered that it found nothing, and nothing else."""
    given = Answer.objects.filter(addressee__enquiry=OuterRef("pk"), sent=True)
    return Q(Exists(given), ~Exists(given.exclude(response=_NO_HIT)), side=Enquiry.Side.RECEIVED)
