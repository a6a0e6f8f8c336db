"""By the node itself: stand still with a partner at rest, press for outcomes, close, expire, file away.

The background process asks for it every minute: what is done is done once, twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from lienlac.apps.enquiries import chains, clocks, consents
from lienlac.apps.enquiries.actions import resting
from lienlac.apps.enquiries.models import Addressee, Draft
from lienlac.apps.enquiries.retention import OVER
from lienlac.apps.enquiries.walking import OPEN_STATES, WITH_US, can, walk
from lienlac.apps.rows import singly
from lienlac.apps.screening import actions as screening
from lienlac.core.journeys import clocks as core

EXPIRES_AFTER = timedelta(days=core.NO_OUTCOME_DAYS)
"""Past its last deadline, or standing still, for as long as an outcome may be missing: nobody waits any more."""
CLOSED_AFTER = timedelta(days=core.OUTCOME_REMINDERS_DAYS[0])
"""With an outcome and not put away for as long as one may wait for an outcome: the node puts it away."""
FILED_AFTER = timedelta(days=core.REOPEN_DAYS)
DRAFTS_KEPT_FOR = timedelta(days=7)
DECIDED = ("answered", "refused", "duplicate")
CLOSED = ("closed", "closed_no_outcome")

Row = Addressee
Steps = resting.Steps


def daily(*, now: datetime) -> dict[str, int]:
    """Do everything that is due; return how many rows each step moved."""
    Draft.objects.filter(saved_at__lt=now - DRAFTS_KEPT_FOR).delete()
    return _moved(_STEPS, now)


def keep_clocks(*, now: datetime) -> dict[str, int]:
    """Do of it what follows at once when people pause, revoke or take back a partner: its clocks stand or go on."""
    return _moved(resting.STEPS, now)


def _moved(steps: Steps, now: datetime) -> dict[str, int]:
    """Take each step for each row by itself: one row that cannot go on must not stop the others."""
    return {
        name: sum(
            singly.done(partial(_step, row, deed, now), f"the step {name} of row {row.pk}")
            for row in find(now)
        )
        for name, (find, deed) in steps.items()
    }


@transaction.atomic
def _step(row: Row, deed: Callable[[Row, datetime], bool], now: datetime) -> bool:
    return deed(row, now)


def _without_outcome(now: datetime) -> Iterator[Row]:
    limit = now - timedelta(days=core.OUTCOME_REMINDERS_DAYS[0])
    rows = Row.objects.select_related("enquiry").filter(state__in=DECIDED, answered_at__lte=limit)
    return rows.iterator(chunk_size=200)


def _press_for_outcome(row: Row, now: datetime) -> bool:
    """Remind our own desk at 30 and 60 days; at 90 both sides close, each by itself."""
    if row.answered_at is None:
        return False
    reminded = row.steps.filter(event="remind_outcome").count()
    event = core.outcome_step(answered_at=row.answered_at, now=now, reminded=reminded)
    if event is None or not can(row, event):
        return False
    walk(row, event, now=now)
    return True


def _waiting(now: datetime) -> Iterator[Row]:
    states = set().union(*OPEN_STATES.values()) - set(DECIDED)
    old = {"enquiry__created_at__lte": now - EXPIRES_AFTER}
    rows = Row.objects.select_related("enquiry").filter(open=True, state__in=states, **old)
    return rows.iterator(chunk_size=200)


def _expire(row: Row, now: datetime) -> bool:
    if not can(row, "expire") or (row.leaves_at is not None and now - row.leaves_at < EXPIRES_AFTER):
        return False  # a silent refusal that could not leave by then (its partner was revoked) never will
    since = [moment for moment in _ends(row) if moment is not None]
    if not since or now - max(since) < EXPIRES_AFTER:
        return False
    row.leaves_at = None
    consents.drop(row.enquiry.message_id)
    chains.lapse(row.enquiry.message_id, now=now)
    walk(row, "expire", now=now)
    _end_watch(row, now)
    return True


def _end_watch(row: Row, now: datetime) -> None:
    """Let nobody be looked for any more when nothing of the enquiry is under way: else it could never be erased."""
    if not row.enquiry.addressees.exclude(state__in=OVER).exists():
        screening.end_watch(row.enquiry.message_id, untold=True, now=now)


def _ends(row: Row) -> Iterable[datetime | None]:
    """Give the moments after which nothing more was to be waited for: the last deadline, the last stop, the sending."""
    clock = clocks.read(row)
    yield row.final_answer_by
    yield from (one.since for one in clock.stops)
    if row.state in WITH_US:  # it never left: since when has nobody touched it?
        yield from row.steps.order_by("-pk").values_list("at", flat=True)[:1]
    yield clock.started_at or row.enquiry.created_at


def _concluded(now: datetime) -> Iterator[Row]:
    rows = Row.objects.select_related("enquiry").filter(
        state="outcome_given", answered_at__lte=now - CLOSED_AFTER
    )
    return rows.iterator(chunk_size=200)


def _close(row: Row, now: datetime) -> bool:
    """Put away what has its outcome and nobody put away: else it could never be filed."""
    last = row.steps.order_by("-pk").first()
    if last is None or now - last.at <= CLOSED_AFTER:
        return False
    walk(row, "close", now=now)
    return True


def _closed(now: datetime) -> Iterator[Row]:
    rows = Row.objects.select_related("enquiry").filter(state__in=CLOSED, answered_at__lte=now - FILED_AFTER)
    return rows.iterator(chunk_size=200)


def _file_away(row: Row, now: datetime) -> bool:
    last = row.steps.order_by("-pk").first()
    if last is None or now - last.at <= FILED_AFTER:
        return False
    walk(row, "file_away", now=now, met=("year_is_over",))
    _end_watch(row, now)
    return True


_STEPS: Steps = {
    **resting.STEPS,
    "outcome": (_without_outcome, _press_for_outcome),
    "expired": (_waiting, _expire),
    "closed": (_concluded, _close),
    "filed": (_closed, _file_away),
}
