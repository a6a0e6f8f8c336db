"""Keep chunks of files: ours before they are sent, theirs as they come; forget them with what they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom.chunks import manifests
from lienlac.apps.mailroom.models import Arrival, Chunk
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.envelope.chunks import KIND, Sealed
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_body

UNNAMED_FOR = timedelta(days=90)  # a USB stick may be so long under way with the message behind its chunks


def take_chunk(delivery: Delivery) -> None:
    """Keep a chunk that came, before its message or after it.

    Raises Malformed (its body), Refused(`chunk_of_other`) when the message that it belongs to is here and is not
    the partner's, or names no such chunk: bytes that nobody can open would only fill the disk.
    """
    body = dict(delivery.message.body)
    check_body(KIND, delivery.message.version, body)
    of, digest = str(body["of"]), str(body["chunk"])
    _check_named(of, digest, delivery.partner.code)
    Chunk.objects.get_or_create(
        of=of,
        origin=delivery.partner.code,
        digest=digest,
        defaults={"raw": delivery.enclosed, "kept_at": delivery.now},
    )


def _check_named(of: str, digest: str, partner: str) -> None:
    message = MessageRow.objects.filter(message_id=of).first()
    if message is None:
        return
    author = directory.nodes_of_offices([message.from_office]).get(message.from_office)
    if author != partner or not any(digest in one.chunks for one in manifests(message)):
        raise Refused("chunk_of_other", outward="RF02")


@transaction.atomic
def keep_chunks(of: str, chunks: Iterable[Sealed], *, now: datetime) -> None:
    """Keep chunks of a file of ours, under a tray or a message."""
    origin = directory.own_code()
    Chunk.objects.bulk_create(
        Chunk(origin=origin, of=of, digest=one.digest, raw=one.raw, kept_at=now) for one in chunks
    )


def give_chunks(tray: str, message: str, digests: Iterable[str]) -> None:
    """Give chunks of ours that lay in a tray to the message that they go with."""
    ours = Chunk.objects.filter(origin=directory.own_code(), of=tray)
    ours.filter(digest__in=list(digests)).update(of=message)


def drop_chunks(of: str, digests: Iterable[str], *, origin: str = "") -> int:
    """Forget chunks of a message or a tray; return how many. `origin` is the node that they came from, else ours."""
    rows = Chunk.objects.filter(of=of, origin=origin or directory.own_code(), digest__in=list(digests))
    return rows.delete()[0]


def sweep_chunks(*, now: datetime) -> int:
    """Forget chunks of partners that no message has named for long; return how many.

    Not while something of that partner waits to be understood: it may be their message.
    """
    waiting = Arrival.objects.filter(
        lane__partner__code=OuterRef("origin"), state=Arrival.State.NOT_UNDERSTOOD
    )
    named = Arrival.objects.filter(message__message_id=OuterRef("of"), lane__partner__code=OuterRef("origin"))
    old = Chunk.objects.filter(kept_at__lt=now - UNNAMED_FOR).exclude(origin=directory.own_code())
    return old.filter(~Exists(named), ~Exists(waiting)).delete()[0]
