"""Keep chunks of files: ours before they are sent, theirs as they come; forget them with what they belong to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import Length

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom.actions.previews import judge_previews
from lienlac.apps.mailroom.chunks import manifests
from lienlac.apps.mailroom.models import Arrival, Chunk, File, Remnant
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.envelope.chunks import KIND, Sealed
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_body

AT_ONCE = 4  # pieces of 1 MiB in one transaction: few, so that other writers hardly wait
DROPPED_AT_ONCE = 16  # of 1 MiB, in one transaction: deleted bytes are written over
UNFINISHED_FOR = timedelta(days=1)  # no file takes so long to be sealed
UNNAMED_FOR = timedelta(days=90)  # a USB stick may be so long under way with the message behind its chunks
MOST_UNNAMED = 4_096  # a partner; small chunks fill tables instead of disks
MOST_UNNAMED_BYTES = 256 * 1024 * 1024  # a partner: ten messages that are full of files


log = logging.getLogger("lienlac.mailroom")


def take_chunk(delivery: Delivery) -> None:
    """Keep a chunk that came, before its message or after it.

    Raises Malformed (its body), Refused: `chunk_of_other` when the message that it belongs to is here and is not
    the partner's, or names no such chunk; `chunks_unnamed` when too much of the partner waits for messages that have
    not come: bytes that nobody can open would only fill the disk.
    """
    body = dict(delivery.message.body)
    check_body(KIND, delivery.message.version, body)
    of, digest, partner = str(body["of"]), str(body["chunk"]), delivery.partner.code
    named, preview = _is_named(of, digest, partner)
    if not named:
        _check_room(partner, len(delivery.enclosed))
    Chunk.objects.get_or_create(
        of=of,
        origin=partner,
        digest=digest,
        defaults={"raw": delivery.enclosed, "named": named, "kept_at": delivery.now},
    )
    if preview:
        judge_previews(of, partner)


def _is_named(of: str, digest: str, partner: str) -> tuple[bool, bool]:
    """Say whether the message is here and names the chunk, and as a preview; Refused when it is here and does not."""
    message = MessageRow.objects.filter(message_id=of).first()
    if message is None:
        return False, False
    author = directory.nodes_of_offices([message.from_office]).get(message.from_office)
    named = manifests(message) if author == partner else ()
    if not any(digest in one.pieces for one in named):
        raise Refused("chunk_of_other", outward="RF02")
    return True, any(digest == one.preview for one in named)


def _check_room(partner: str, size: int) -> None:
    """A signed refusal and no closed door: the message that these chunks wait for must be able to come."""
    waiting = Chunk.objects.filter(origin=partner, named=False)
    held = waiting.aggregate(number=Count("pk"), size=Sum(Length("raw")))
    if held["number"] >= MOST_UNNAMED or (held["size"] or 0) + size > MOST_UNNAMED_BYTES:
        raise Refused("chunks_unnamed", outward="RF02", node=partner)


def name_chunks(of: str, origin: str, digests: Iterable[str]) -> None:
    """Note which chunks a message that came names; forget others that were said to be its own."""
    came = Chunk.objects.filter(of=of, origin=origin)
    named = list(digests)
    came.filter(digest__in=named).update(named=True)
    came.exclude(digest__in=named).delete()


@transaction.atomic
def keep_chunks(of: str, chunks: Iterable[Sealed], *, now: datetime, finished: bool = True) -> None:
    """Keep chunks of a file of ours, under a tray or a message; those of one that is not `finished` nothing names."""
    origin = directory.own_code()
    for one in chunks:  # one a statement: a server is told bytes as digits, and all of a statement at once
        row = Chunk(origin=origin, of=of, digest=one.digest, raw=one.raw, named=finished, kept_at=now)
        row.save(force_insert=True)


def finish_chunks(of: str, digests: Iterable[str]) -> None:
    """Note that the file to which these chunks of ours belong is here with all of them."""
    _ours(of, digests).update(named=True)


def drop_unfinished(of: str, digests: Iterable[str]) -> None:
    """Forget chunks of a file of ours that was broken off; where the disk takes not even that, `sweep_chunks` does."""
    try:
        _ours(of, digests).filter(named=False).delete()
    except DatabaseError:
        log.warning("pieces of a file that was broken off are left; they are swept in a day")


def _ours(of: str, digests: Iterable[str]) -> QuerySet[Chunk]:
    return Chunk.objects.filter(origin=directory.own_code(), of=of, digest__in=list(digests))


def give_chunks(tray: str, message: str, digests: Iterable[str]) -> None:
    """Give chunks of ours that lay in a tray to the message that they go with."""
    _ours(tray, digests).update(of=message)


def drop_chunks(of: str, digests: Iterable[str], *, origin: str = "") -> int:
    """Forget chunks of a message or a tray; return how many. `origin` is the node that they came from, else ours."""
    rows = Chunk.objects.filter(of=of, origin=origin or directory.own_code(), digest__in=list(digests))
    return rows.delete()[0]


def forget_chunks(of: str, digests: Sequence[str], *, origin: str) -> None:
    """Forget the chunks of a file whose row is deleted with this: the first ones now, the others by a sweep."""
    drop_chunks(of, digests[:DROPPED_AT_ONCE], origin=origin)
    if later := list(digests[DROPPED_AT_ONCE:]):
        Remnant.objects.create(of=of, origin=origin, digests=later)


def sweep_remnants(*, now: datetime) -> int:
    """Delete what is left of files that were forgotten, `DROPPED_AT_ONCE` pieces in a transaction; return how many.

    It may be broken off anywhere, and done by several at once: what is gone is deleted once more in vain.
    """
    dropped = 0
    while row := Remnant.objects.order_by("pk").first():
        dropped += _drop_some(row)
    return dropped


@transaction.atomic
def _drop_some(row: Remnant) -> int:
    dropped = drop_chunks(row.of, row.digests[:DROPPED_AT_ONCE], origin=row.origin)
    left, this = row.digests[DROPPED_AT_ONCE:], Remnant.objects.filter(pk=row.pk)
    if left:
        this.update(digests=left)
    else:
        this.delete()
    return dropped


def sweep_chunks(*, now: datetime) -> int:
    """Forget chunks of partners that no message has named for long, and ours of files that were broken off; how many.

    Not while something of that partner waits to be understood: it may be their message.
    """
    waiting = Arrival.objects.filter(
        lane__partner__code=OuterRef("origin"), state=Arrival.State.NOT_UNDERSTOOD
    )
    noted = File.objects.filter(of=OuterRef("of"), origin=OuterRef("origin"))  # both came at the same moment
    unnamed = Chunk.objects.filter(named=False)
    old = unnamed.filter(kept_at__lt=now - UNNAMED_FOR)
    broken_off = unnamed.filter(origin=directory.own_code(), kept_at__lt=now - UNFINISHED_FOR)
    return old.filter(~Exists(noted), ~Exists(waiting)).delete()[0] + broken_off.delete()[0]
