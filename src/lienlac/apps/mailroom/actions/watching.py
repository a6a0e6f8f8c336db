"""What is wrong with no partner's lane and still somebody must hear of: incidents of this node itself.

What lasts is looked for each minute and closes by itself; what is given to this node is noted when it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from lienlac.apps.audit.models import StrangerHour
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import room
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.errors import NoRoom, Unauthentic

HOUR = timedelta(hours=1)
STILL = timedelta(minutes=5)  # it is looked for each minute; what was not there for so long has begun anew
MANY_STRANGERS = 1000  # in an hour; one who forgot a key after a restore knocks each two minutes at the most
LARGEST_EVIDENCE = 1 << 20
GOES_BACK = frozenset(
    {
        "directory_rolled_back",
        "directory_forked",
        "roots_rolled_back",
        "roots_forked",
        "roots_list_rolled_back",
    }
)
"""Why a directory or a list of roots was refused, where whoever made or brought it may wish us ill."""


def watch(*, now: datetime) -> None:
    """Look for what lasts: a disk so full that post is turned away, strangers by the thousand."""
    _stands("disk_nearly_full", here=_disk_is_full(), now=now)
    _stands("strangers_many", here=_many_strangers(now), now=now)


def _stands(code: str, *, here: bool, now: datetime) -> None:
    if here:
        if not _is_known(code, now):
            incidents.note(directory.this_node(), code, now=now)
        return
    for incident in Incident.objects.filter(code=code, closed_at=None):
        incidents.close_by_itself(incident, now=now)


def _is_known(code: str, now: datetime) -> bool:
    """Say whether a person closed it within the hour, and it lasts: he must not be told each minute, nor never again.

    What had gone and comes back is told: he closed it because he had mended it.
    """
    closed = Incident.objects.filter(code=code, closed_at__gt=now - HOUR, closed_at__lte=now)
    lasting = closed.filter(last_at__gt=now - STILL, last_at__lte=now).exclude(closed_with="")
    return bool(lasting.update(last_at=now))


def _disk_is_full() -> bool:
    try:
        room.check_disk()
    except NoRoom:
        return True
    return False


def _many_strangers(now: datetime) -> bool:
    """Say whether the hour in hand, or the last one, saw so many."""
    lately = StrangerHour.objects.filter(hour__gt=now - 2 * HOUR, hour__lte=now)
    return lately.filter(count__gte=MANY_STRANGERS).exists()


def note_refused_file(raw: bytes, reason: str, *, now: datetime) -> None:
    """Note that a file with post, said to be for this node, was refused: who wrote it was not shown, so nobody is
    blamed. A bomb is not kept, only its digest.
    """
    _note_given("bundle_refused", raw, reason, now)


@contextmanager
def refused_directories_noted(signed: bytes, *, now: datetime) -> Iterator[None]:
    """Note a directory, or a list of roots, that goes back or forks, with its bytes as evidence; the error goes on."""
    try:
        yield
    except Unauthentic as error:
        if error.code in GOES_BACK:
            _note_given("directory_refused", signed, error.code, now)
        raise


def _note_given(code: str, raw: bytes, reason: str, now: datetime) -> None:
    facts = {"reason": reason, "sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}
    evidence = frames.pack(raw) if len(raw) <= LARGEST_EVIDENCE else b""
    incidents.note(directory.this_node(), code, facts, evidence=evidence, now=now)
