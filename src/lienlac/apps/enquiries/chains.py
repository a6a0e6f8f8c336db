"""The release chain of a text as rows: begin it, read it, write what a unit decided. The rules are the core's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, QuerySet

from lienlac.apps.enquiries.models import Release, ReleaseChain, Scan
from lienlac.apps.enquiries.texts import Text
from lienlac.core.errors import Refused
from lienlac.core.policy import approvals
from lienlac.core.policy.approvals import Chain

PENDING = "pending"


def units_for(office: str, cls: str, says: str) -> tuple[str, ...]:
    """Return the units that release what an office says about a class of kind; none when it is not kept so."""
    found = ReleaseChain.objects.filter(office=office, cls=cls, says=says).first()
    return tuple(found.units) if found else ()


def begin(text: Text, cls: str, says: str) -> bool:
    """Begin the chain of a text, if its office has one for the class; say whether it has."""
    units = units_for(text.from_office, cls, says) if cls else ()
    if not units:
        return False
    last = Release.objects.filter(message_id=text.message_id).aggregate(last=Max("round"))["last"]
    chain = approvals.open_chain(text.digest, units, author=_name(text))
    Release.objects.bulk_create(
        Release(
            addressee=text.addressee,
            message_id=text.message_id,
            round=(last or 0) + 1,
            place=place,
            unit=one.unit,
            digest=chain.digest,
        )
        for place, one in enumerate(chain.releases, start=1)
    )
    return True


def links(message_id: str) -> list[Release]:
    """Return the links of the chain that runs for a message, in their order; those of earlier rounds are history."""
    rows = list(
        Release.objects.select_related("by", "scan__filed_by")
        .filter(message_id=message_id)
        .order_by("round", "place")
    )
    return [one for one in rows if one.round == rows[-1].round]


def read(text: Text, rows: Iterable[Release]) -> Chain:
    """Return the chain of a text as the core knows it."""
    releases = tuple(
        approvals.Release(
            unit=one.unit,
            decision=one.decision,
            by=one.by.username if one.by else one.signatory,
            at=one.at,
            digest=one.digest if one.decision != PENDING else "",
        )
        for one in rows
    )
    return Chain(digest=text.digest, author=_name(text), releases=releases)


def pending() -> QuerySet[Release]:
    """Return the links whose turn it is: each the first of its chain that has not decided."""
    before = Release.objects.filter(
        message_id=OuterRef("message_id"), decision=PENDING, place__lt=OuterRef("place")
    )
    return Release.objects.filter(~Exists(before), decision=PENDING)


def runs(message_id: str) -> bool:
    """Say whether a unit has still to decide about a message."""
    return Release.objects.filter(message_id=message_id, decision=PENDING).exists()


def check_rests(message_id: str, *, event: str, state: str) -> None:
    """Raise Refused `not_now` while a unit has still to decide about a message: `event` is not for now."""
    if runs(message_id):
        raise Refused("not_now", event=event, state=state)


def lapse(message_id: str, *, now: datetime) -> None:
    """End the chain that runs: the text was changed, returned or taken back."""
    Release.objects.filter(message_id=message_id, decision=PENDING).update(decision="lapsed", at=now)


def forget_papers(message_id: str) -> None:
    """Erase the scans of a text that is erased itself: who decided what stays, what he read and signed does not."""
    Scan.objects.filter(release__message_id=message_id).delete()


def _name(text: Text) -> str:
    return text.author.username if text.author else ""
