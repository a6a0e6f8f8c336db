"""Erase enquiries whose time is over, tell the owner before, keep one longer for a reason of its own (SG23).

What is erased: texts, answers, notes, files with their keys, scans, earlier texts, consents, steps, the signed bytes
and sealed envelopes of the messages, and what opens the leaves that name them. The leaves stay and name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.enquiries import attachments, retention
from lienlac.apps.enquiries.models import (
    Addressee,
    Answer,
    Approval,
    EarlierText,
    Enquiry,
    FollowUp,
    Note,
    Release,
    Review,
    Scan,
    Step,
)
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.rows import singly
from lienlac.apps.screening import actions as screening
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.retention import LONGEST_EXTENSION, NOTICES

AT_ONCE = 50  # enquiries a call, a transaction each: the next call goes on
LIST = "enquiry"


def erase_due(*, now: datetime) -> int:
    """Erase what is over its time, each in a transaction of its own; return how many enquiries went.

    Kept all the same: a parcel of it waits to leave, or a pair found about it is not settled or is blocked.
    """
    yesterday = retention.day_of(now) - date.resolution
    gone = 0
    for key in _due(yesterday, now):
        gone += singly.done(partial(_erase, key, yesterday, now), f"erasing enquiry {key}")
        if gone == AT_ONCE:
            break
    return gone


def _due(by: date, now: datetime) -> Iterator[int]:
    """Give the keys of what is over and may go, AT_ONCE read at a time: behind one that fails it goes on.

    What must be kept is left out by the question: it may be kept for years, and would stand before all the rest.
    """
    rows, last = retention.ending(by).exclude(_must_be_kept(now)).order_by("pk"), 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        yield from keys
        last = keys[-1]


def _must_be_kept(now: datetime) -> Q:
    """Say of many enquiries at once what `_erase` asks of one: of it something waits to leave, or is not settled."""
    kept = Q()
    for ids in screening.kept(now=now):
        kept |= Q(message_id__in=ids)
    for ids in mailroom.waiting_to_leave():
        answers = Answer.objects.filter(message_id__in=ids).values("addressee__enquiry")
        told = FollowUp.objects.filter(message_id__in=ids).values("addressee__enquiry")
        kept |= Q(message_id__in=ids) | Q(pk__in=answers) | Q(pk__in=told)
    return kept


@transaction.atomic
def warn_due(*, now: datetime) -> int:
    """Give the notices that are due, 4 months and 1 month before the end, each once; return how many.

    The owner is this node: its inbox shows what falls due, and the ledger shows that he was told.
    """
    given = 0
    for number, before in NOTICES.items():
        keys = list(
            retention.ending(retention.day_of(now) + before).filter(warned__lt=number).values_list("pk")
        )
        told = Enquiry.objects.filter(pk__in=[key for (key,) in keys]).update(warned=number) if keys else 0
        if told:
            code = ("first_notice", "last_notice")[number - 1]
            house.note("record_changed", facts={"list": LIST, "code": code, "count": told}, now=now)
        given += told
    return given


@transaction.atomic
def keep_longer(officer: User, enquiry: Enquiry, until: date, *, reason: str, now: datetime) -> None:
    """Keep an enquiry longer, for a reason of its own; it comes from what the officer may see.

    Raises Malformed `retention_without_reason`, `retention_too_long`; Refused `not_now` while it is open.
    """
    day = retention.day_of(now)
    if enquiry.addressees.exclude(state__in=retention.OVER).exists():
        raise Refused("not_now", event="keep_longer", state="open")
    if not reason.strip():
        raise Malformed("retention_without_reason", field="retention_reason")
    if not day <= until <= day + LONGEST_EXTENSION:
        raise Malformed("retention_too_long", field="retention_until")
    Enquiry.objects.filter(pk=enquiry.pk).update(
        kept_until=until, kept_because=reason.strip()[:500], warned=0
    )
    house.note(
        "record_changed",
        actor=house.officer(officer.username),
        subjects=[house.Thing(list=LIST, key=enquiry.message_id)],
        facts={"list": LIST, "code": "extended"},
        now=now,
    )


@transaction.atomic
def _erase(key: int, by: date, now: datetime) -> int:
    """Erase one enquiry if it is still over its time and nothing else needs it; return 1, else 0."""
    enquiry = Enquiry.objects.select_for_update().filter(pk=key).first()
    if enquiry is None or not retention.ending(by).filter(pk=key).exists():
        return 0
    messages = attachments.messages_of(enquiry)
    if mailroom.waits_to_leave(messages) or screening.keeps(enquiry.message_id, now=now):
        return 0
    for digest in attachments.digests_of(messages):
        house.forget(house.Thing(list=attachments.READ, key=digest))
    attachments.erase(enquiry)
    screening.forget_enquiry(enquiry.message_id)
    mailroom.erase_messages(messages, now=now)
    _erase_rows(enquiry, messages)
    house.forget(house.Thing(list=LIST, key=enquiry.message_id))
    house.note("record_erased", facts={"code": "due", "list": LIST, "count": 1}, now=now)
    return 1


def _erase_rows(enquiry: Enquiry, messages: Iterable[str]) -> None:
    of_it = Addressee.objects.filter(enquiry=enquiry)
    Scan.objects.filter(release__addressee__in=of_it).delete()
    for model in (Release, Review, Answer, FollowUp, Step):
        model._default_manager.filter(addressee__in=of_it).delete()
    Approval.objects.filter(message_id__in=list(messages)).delete()
    EarlierText.objects.filter(enquiry=enquiry).delete()
    Note.objects.filter(enquiry=enquiry).delete()
    of_it.delete()
    enquiry.delete()  # what it was found by goes with it
