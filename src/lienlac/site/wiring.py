"""Which room takes in which kind of message, and who listens: the one place where the post meets its readers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.enquiries.intake import ENQUIRIES, TAKEN_IN
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import bells
from lienlac.apps.mailroom.actions.announcing import KIND as KEYS
from lienlac.apps.mailroom.committing import commit_daily
from lienlac.apps.mailroom.receivers import Delivery, Receivers
from lienlac.apps.records import actions as records
from lienlac.apps.records.queries import an_import_runs
from lienlac.apps.relay import actions as relay
from lienlac.apps.reports import metrics
from lienlac.apps.reports.health.finding import Patient
from lienlac.apps.screening import actions as screening
from lienlac.core.envelope.chunks import KIND as CHUNK

log = logging.getLogger("lienlac.site")
BESIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="screening")
"""Compares beside the post: neither R1 nor the answer of the peer door waits for what is found."""
TURNS = 20
"""Transactions of screening in one go; then whoever waits for the database has his turn, and it goes on."""

Take = Callable[[Delivery], None]

LISTENERS: Mapping[str, tuple[Take, ...]] = {
    **dict.fromkeys(ENQUIRIES, (screening.note_enquiry,)),
    "CLARIFICATION": (screening.note_clarification,),
    "CORRECTION": (screening.note_correction,),
    "REOPENING": (screening.note_reopening,),
    "WITHDRAWAL": (screening.note_end,),
    "FEEDBACK": (screening.note_end,),
}
"""Who else hears of a message, once its receiver has taken it in; in the same transaction."""


def _heard(kind: str, receiver: Take) -> Take:
    """Return the receiver followed by its listeners; what it refuses they never hear of."""
    listeners = LISTENERS.get(kind, ())

    def take(delivery: Delivery) -> None:
        receiver(delivery)
        for listener in listeners:
            listener(delivery)
        if listeners:
            transaction.on_commit(compare_beside)

    return take


def compare_beside() -> None:
    """Let what waits for comparison be compared, in a thread of its own."""
    BESIDE.submit(_compare)


def _compare() -> None:
    try:
        waiting, going = screening.turns(), True
        while going:
            now = datetime.now(UTC)
            taken = records.go_on(now=now, turns=TURNS)
            found = [turn(now) for turn in islice(waiting, TURNS)]
            if any(found):
                bells.ring()
            if taken and not found:
                waiting = screening.turns()  # what the import took in since all that waited had had its turn
            # Not until nothing waits: what cannot be compared waits still, and is tried with the next arrival.
            going = bool(taken or found)
    except Exception:  # what waits stays waiting, and is compared with the next arrival
        log.exception("comparing failed")
    finally:
        connection.close()


def _something_waits() -> bool:
    return an_import_runs() or screening.something_waits()


RECEIVERS = Receivers(
    by_kind={kind: _heard(kind, receiver) for kind, receiver in TAKEN_IN.items()}
    | {CHUNK: mailroom.take_chunk, KEYS: mailroom.take_keys},
    receipt=enquiries.receipt_came,
)


def rung() -> None:
    """Go on at once with an import that somebody has begun; the background process calls it when the bell rings."""
    if an_import_runs():
        compare_beside()


def tell_monitors(*, now: datetime) -> None:
    """Write the node's numbers where its operator wants them, if he does."""
    if settings.NODE.metrics:
        found = metrics.samples(Patient(home=settings.NODE, now=now))
        metrics.write(Path(settings.NODE.metrics), metrics.text(found))


Chore = Callable[..., object]

CHORES: tuple[Chore, ...] = (
    enquiries.send_due,
    enquiries.daily,
    enquiries.note_overdue_reviews,
    enquiries.erase_due,
    enquiries.warn_due,
    commit_daily,
    mailroom.note_old_outboxes,
    mailroom.close_answered,
    mailroom.watch,
    mailroom.renew_keys,
    mailroom.send_sealed_anew,
    mailroom.sweep_chunks,
    mailroom.sweep_trays,
    mailroom.sweep_remnants,
    mailroom.erase_sealed,
    relay.erase_old,
    screening.erase_due,
    records.erase_due,
    records.warn_due,
    tell_monitors,
)
"""What rooms do by themselves as time goes on, in this order; each takes `now` and knows what is due."""


def chores(now: datetime) -> None:
    """Do every chore; the background process calls it, as often as it likes."""
    for chore in CHORES:
        _do(chore, now)
    if _something_waits():
        compare_beside()


def _do(chore: Chore, now: datetime) -> None:
    try:
        chore(now=now)
    except Exception:
        # An isolation point: what one room cannot do keeps no other from its duty to send, renew or erase.
        log.exception("the chore %s.%s failed; it is tried again", chore.__module__, chore.__name__)
        if connection.connection is None or not connection.is_usable():
            raise  # this worker's claim to do them alone went with its connection: another may be at it already
