"""Find candidates: for an enquiry that came, and for a record that changed. Never within the receiving transaction.

What is done when an enquiry arrives is the same whatever the records hold: one row is noted. The comparison
comes later, in another transaction, so that neither R1 nor the answer of the peer door waits for what is found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.apps.records import exact
from lienlac.apps.records.models import Identifier, NameKey, Record
from lienlac.apps.records.numbers import family
from lienlac.apps.records.today import today
from lienlac.apps.rows import singly
from lienlac.apps.screening import persons, promising
from lienlac.apps.screening.actions.keeping import Pair, keep
from lienlac.apps.screening.models import Candidate, Refuted, Subject, SubjectKey
from lienlac.apps.screening.persons import Known
from lienlac.apps.screening.queries import OPEN
from lienlac.core import names
from lienlac.core.errors import Malformed

WATCHED = timedelta(days=90)  # an enquiry is a question, no alert: it does not watch the records for years
RECORDS_AT_ONCE = 500
Body = Mapping[str, Any]
COMPARED = 150  # records compared exactly with one enquiry; fifty are kept for a human to look at

log = logging.getLogger("lienlac.screening")


def note_enquiry(delivery: Delivery) -> None:
    """Note whom an enquiry that came is about; the comparison waits. Called in the mailroom's transaction."""
    _note(delivery, delivery.message.id)


def _note(delivery: Delivery, message_id: str) -> None:
    message = delivery.message
    body = persons.telling(message.body)
    if not body:
        return  # a meeting, a figure: nobody to compare
    own = directory.own_office_codes()
    Subject.objects.get_or_create(
        message_id=message_id,
        defaults={
            "kind": message.kind,
            "body": body,
            "digest": persons.digest(body),
            "offices": "|" + "".join(f"{code}|" for code in own if code in message.to_offices),
            "received_at": delivery.now,
            "watched_until": (delivery.now + WATCHED).date(),
        },
    )


def note_clarification(delivery: Delivery) -> None:
    """Let what the asker tells besides reach the comparison; of whom nothing was told yet is noted from now on."""
    if not _renew(delivery, persons.clarified):
        _note(delivery, str(delivery.message.body.get("of", "")))


def note_correction(delivery: Delivery) -> None:
    """Let what the asker puts right reach the comparison; the correction of an answer finds no subject here."""
    _renew(delivery, persons.corrected)


def _renew(delivery: Delivery, known_now: Callable[[Body, Body], dict[str, Any]]) -> bool:
    """Compare a subject once more with what is known now; return whether there is such a subject.

    Judged pairs keep their verdicts, and what a human refuted stays refuted under the new words too.
    """
    told = delivery.message.body
    row = Subject.objects.select_for_update().filter(message_id=str(told.get("of", ""))).first()
    if row is None:
        return False
    body = known_now(row.body, told)
    if body != row.body:
        before, row.digest = row.digest, persons.digest(body)
        row.body, row.renewed_at, row.compared_at = body, delivery.now, None
        row.watched_until = max(row.watched_until, (delivery.now + WATCHED).date())
        row.save()
        refuted = Refuted.objects.filter(digest=before).values_list("record", "at")
        again = (Refuted(digest=row.digest, record_id=record, at=at) for record, at in refuted)
        Refuted.objects.bulk_create(again, ignore_conflicts=True)
    return True


def note_end(delivery: Delivery) -> None:
    """Close the subject of an enquiry that was withdrawn or concluded by its asker; open candidates drop (SG29)."""
    end_watch(str(delivery.message.body.get("of", "")), now=delivery.now)


def end_watch(message_id: str, *, untold: bool = False, now: datetime) -> None:
    """Close the subject of an enquiry that is over; open candidates drop, if `untold` unreported hits too."""
    rows = Subject.objects.filter(message_id=message_id, closed_at=None)
    states = (*OPEN, "confirmed") if untold else OPEN
    Candidate.objects.filter(subject__in=rows, state__in=states).update(state="dropped", changed_at=now)
    SubjectKey.objects.filter(subject__in=rows).delete()
    rows.update(closed_at=now)


def note_reopening(delivery: Delivery) -> None:
    """Compare the subject of an enquiry that was opened again: what had been dropped at its end may be found anew."""
    rows = Subject.objects.filter(message_id=str(delivery.message.body.get("of", "")))
    rows.update(closed_at=None, compared_at=None, watched_until=(delivery.now + WATCHED).date())


def compare_waiting(*, now: datetime) -> int:
    """Compare every subject and record that waits; return how many candidates are new. Safe to call at any time.

    One that cannot be compared is logged and keeps waiting, and none waits for it: the next call tries it again.
    """
    return sum(turn(now) for turn in turns())


def something_waits() -> bool:
    """Say whether there is anything to compare: work that was interrupted goes on."""
    return (
        Subject.objects.filter(compared_at=None, closed_at=None).exists()
        or Record.objects.filter(to_compare=True).exists()
    )


Turn = Callable[[datetime], int]
"""Compares one subject, or some records, at a moment; returns how many candidates are new."""


def turns() -> Iterator[Turn]:
    """Give what waits, one transaction after the other; each is looked for when the one before it is done.

    Each is given once, whatever became of it: what failed still waits, and would be given without end.
    """
    subjects = Subject.objects.filter(compared_at=None, closed_at=None).order_by("pk")
    for key in subjects.values_list("pk", flat=True):
        yield partial(_subject_by_itself, key)
    records, last = Record.objects.filter(to_compare=True).order_by("pk").values_list("pk", flat=True), 0
    while keys := list(records.filter(pk__gt=last)[:RECORDS_AT_ONCE]):
        yield partial(_records_or_each, keys)
        last = keys[-1]


def _subject_by_itself(key: int, now: datetime) -> int:
    return singly.done(partial(_compare_subject, key, now), f"comparing subject {key}")


def _records_or_each(keys: list[int], now: datetime) -> int:
    """Compare some records in one transaction; where one of them fails, each in a transaction of its own."""
    try:
        return _compare_records(keys, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # An isolation point: whose failure it was is found out one by one.
        log.info("of %s records one cannot be compared; each by itself now", len(keys), exc_info=True)
    return sum(singly.done(partial(_compare_records, [key], now), f"comparing record {key}") for key in keys)


@transaction.atomic
def _compare_subject(key: int, now: datetime) -> int:
    subject = Subject.objects.select_for_update().filter(pk=key, compared_at=None).first()
    if subject is None:
        return 0  # another process was faster
    asked = persons.asked(subject.body)
    SubjectKey.objects.filter(subject=subject).delete()
    SubjectKey.objects.bulk_create(SubjectKey(subject=subject, key=one) for one in sorted(_keys(asked)))
    rows = {row.pk: row for row in promising.records(asked, COMPARED)}
    open_ones = Candidate.objects.filter(subject=subject, state__in=OPEN).exclude(record__in=rows)
    before = Record.objects.prefetch_related("names", "identifiers").filter(
        candidates__in=open_ones, withdrawn_at=None
    )
    rows |= {row.pk: row for row in before}
    Subject.objects.filter(pk=key).update(compared_at=now)
    return keep([Pair(subject=subject, asked=asked, record=row) for row in rows.values()], now)


@transaction.atomic
def _compare_records(keys: list[int], now: datetime) -> int:
    """Compare some changed records with the open subjects that share a key with them; drop those withdrawn."""
    rows = Record.objects.prefetch_related("names", "identifiers").filter(pk__in=keys)
    Candidate.objects.filter(record__in=keys, record__withdrawn_at__isnull=False, state__in=OPEN).update(
        state="dropped", changed_at=now
    )
    Record.objects.filter(pk__in=keys).update(to_compare=False)
    if not SubjectKey.objects.exists():
        return 0
    pairs = _sharing(keys)
    subjects = Subject.objects.filter(pk__in={subject for subject, _ in pairs}, closed_at=None).filter(
        watched_until__gte=today(now)
    )
    open_subjects = {one.pk: one for one in subjects}
    told = {one.pk: persons.asked(one.body) for one in subjects}
    by_key = {row.pk: row for row in rows if row.withdrawn_at is None}
    return keep(
        [
            Pair(subject=open_subjects[subject], asked=told[subject], record=by_key[record])
            for subject, record in sorted(pairs)
            if subject in open_subjects and record in by_key
        ],
        now,
    )


def _sharing(keys: list[int]) -> set[tuple[int, int]]:
    """Return (subject, record) pairs that share a key."""
    by_key: dict[str, set[int]] = {}
    for record, key in NameKey.objects.filter(name__record__in=keys).values_list("name__record", "key"):
        by_key.setdefault(f"k:{exact.plain(key)}", set()).add(record)
    for record, type_, folded in Identifier.objects.filter(record__in=keys).values_list(
        "record", "type", "folded"
    ):
        by_key.setdefault(f"n:{family(type_)}:{folded}", set()).add(record)
    shared = SubjectKey.objects.filter(key__in=list(by_key)).values_list("subject", "key")
    return {(subject, record) for subject, key in shared for record in by_key[key]}


def _keys(asked: Known) -> set[str]:
    found = {f"n:{family_}:{folded}" for family_, folded, _ in asked.numbers}
    for text, _ in asked.names:
        try:
            found |= {f"k:{key}" for key in names.keys(text)}
        except Malformed:
            continue  # what is no name is compared by its numbers alone
    return found


def compare_again(keys: Iterable[int], *, now: datetime) -> None:
    """Let subjects be compared once more, after the tables of names were changed by an upgrade."""
    Subject.objects.filter(pk__in=list(keys), closed_at=None).update(compared_at=None)
    compare_waiting(now=now)
