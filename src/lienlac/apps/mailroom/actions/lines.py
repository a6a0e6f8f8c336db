"""What is known of the line to a partner: when something last came through, why it failed, when to try again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells
from lienlac.apps.mailroom.models import Line
from lienlac.apps.rows import statements

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)  # a line that is up for ten minutes a day must not be slept through
STILL_WELL = (  # by far the most frequent; the ORM words it anew each time, which costs more than the row
    "UPDATE mailroom_line SET last_through_at = %s, failing_since = NULL, attempts = 0, next_try_at = NULL"
    " WHERE partner_id = %s AND error = ''"
)


@transaction.atomic(savepoint=False)
def line_worked(partner: Node, *, now: datetime) -> None:
    """Note that the partner answered."""
    if statements.done(STILL_WELL, [connection.ops.adapt_datetimefield_value(now), partner.pk]):
        return
    well = {"last_through_at": now, "failing_since": None, "attempts": 0, "next_try_at": None, "error": ""}
    Line.objects.update_or_create(partner=partner, defaults=well)
    bells.ring_after_commit()


@transaction.atomic
def way_open(partner: Node) -> None:
    """Note that the way to a partner is open again, who has not answered yet: nothing came through so far."""
    free = {"failing_since": None, "attempts": 0, "next_try_at": None, "error": ""}
    if Line.objects.filter(partner=partner).exclude(error="").update(**free):
        bells.ring_after_commit()


@transaction.atomic
def line_failed(partner: Node, code: str, *, now: datetime, longest: timedelta = LONGEST_PAUSE) -> datetime:
    """Note why the line failed; return when to try again (1 s, doubling to `longest`)."""
    line, _ = Line.objects.get_or_create(partner=partner)
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(line.attempts, 10), longest)
    next_try_at = now + pause
    Line.objects.filter(pk=line.pk).update(
        failing_since=line.failing_since or now,
        attempts=line.attempts + 1,
        next_try_at=next_try_at,
        error=code,
    )
    if not line.error:
        bells.ring_after_commit()  # the pages show the first failure at once, not each of them
    return next_try_at
