"""Questions about chunks of files: what of a file is here, what of ours has come there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.db.models import Count, Q

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom.models import Chunk, Parcel
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.core.envelope import frames
from lienlac.core.envelope.chunks import KIND, enclose
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.lane import LaneClass
from lienlac.core.messages.attachment import Attachment
from lienlac.core.messages.message import Message


def find(origin: str, of: str) -> Callable[[str], bytes | None]:
    """Return what `core.envelope.chunks.open_file` asks: the sealed bytes of a name, one at a time."""

    def found(digest: str) -> bytes | None:
        raw = Chunk.objects.filter(origin=origin, of=of, digest=digest).values_list("raw", flat=True).first()
        return None if raw is None else bytes(raw)

    return found


def here(messages: Collection[str]) -> frozenset[tuple[str, str, str]]:
    """Return (message, origin, digest) of every chunk of these messages that is here."""
    rows = Chunk.objects.filter(of__in=messages)
    return frozenset(rows.values_list("of", "origin", "digest"))


def arrived_there(messages: Collection[str]) -> Mapping[str, int]:
    """Return for each message of ours how many of its chunks its slowest addressee has receipted; no previews."""
    stored = Count("pk", filter=Q(state=Parcel.State.RECEIVED))
    rows = (
        Parcel.objects.filter(
            message__in_reply_to__in=messages,
            message__kind=KIND,
            message__outbound=True,
            lane__lane_class=LaneClass.BULK,
        )
        .values_list("message__in_reply_to", "lane__partner")
        .annotate(stored=stored)
    )
    told = dict[str, int]()
    for message, _partner, number in rows:
        told[message] = min(number, told.get(message, number))
    return told


def manifests(message: MessageRow) -> tuple[Attachment, ...]:
    """Return the files that a stored message names, as its author signed them."""
    return as_written(message).attachments


def as_written(message: MessageRow) -> Message:
    """Return a stored message as its author signed it; not for one that was erased."""
    payload, _kid, _signature = frames.unpack(bytes(message.signed), count=3, max_bytes=MAX_SIGNED_BYTES)
    return Message.from_bytes(payload)


def content_of(message: MessageRow) -> bytes | None:
    """Return what of a message of ours is sealed: its author's bytes, with the piece of a file that goes along.

    None when either is no longer kept.
    """
    if message.erased_at is not None:
        return None
    signed = bytes(message.signed)
    if message.kind != KIND:
        return signed
    body = as_written(message).body
    raw = find(directory.own_code(), str(body["of"]))(str(body["chunk"]))
    return enclose(signed, raw) if raw else None
