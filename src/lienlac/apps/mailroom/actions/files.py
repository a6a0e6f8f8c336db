"""Put files into a tray, let them go with a message, note those that came, open one, forget them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import DatabaseError, transaction
from django.db.models import Max

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import chunks as kept
from lienlac.apps.mailroom import drawing, files, scanning
from lienlac.apps.mailroom.actions.chunks import (
    AT_ONCE,
    drop_unfinished,
    finish_chunks,
    forget_chunks,
    give_chunks,
    keep_chunks,
    name_chunks,
)
from lienlac.apps.mailroom.actions.previews import UNFIT, judge_previews
from lienlac.apps.mailroom.models import File
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.envelope import chunks
from lienlac.core.errors import Malformed, Refused, store_unavailable
from lienlac.core.messages import files as rules
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment
from lienlac.core.policy.pictures import CONDITIONS_OF_HIS_OWN

TRAYS_KEPT_FOR = timedelta(days=7)  # as long as drafts


def put_in_tray(owner: Any, tray: str, name: str, file: IO[bytes], *, now: datetime) -> File:
    """Look at a file (to be read from any place), seal it, keep it in a tray (32 hex digits) until it is sent.

    Of a picture a small one is drawn and kept beside it, if that can be done. It is never whole in memory, and its
    pieces are kept some at a time: no other writer waits for all of them.
    Raises what `core.messages.files.look_at` raises, Malformed(`file_size_changed`), Refused (`attachment_too_many`,
    `attachment_scan_refused`), Unavailable (`attachment_scan_failed`, and what `store_unavailable` says of a disk);
    nothing is kept then.
    """
    size = file.seek(0, io.SEEK_END)
    known = rules.look_at(name, file, size, most=files.most_bytes())
    rules.check_number(len(files.in_tray(owner, tray)) + 1)
    if scanning.is_set():  # before the transaction: a scanner takes its time, and SQLite has one writer
        scanning.scan(known.name, _read(file), size)
    of, sealer, digests = files.lies_under(owner, tray), chunks.Sealer(size), list[str]()
    picture = drawing.small(known.media_type, _read(file), size)
    try:
        if picture:
            _keep([sealer.preview(picture)], of, digests, now)
        _keep_pieces(of, sealer, file, digests, now)
        with transaction.atomic():
            return _put(owner, of, sealer.manifest(name=known.name, media_type=known.media_type), now)
    except DatabaseError as error:
        drop_unfinished(of, digests)
        raise store_unavailable(error) from error
    except BaseException:  # what was broken off leaves nothing, whatever broke it off
        drop_unfinished(of, digests)
        raise


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        yield piece


def _keep_pieces(of: str, sealer: chunks.Sealer, file: IO[bytes], digests: list[str], now: datetime) -> None:
    """Seal a file and keep its pieces as unfinished, `AT_ONCE` in a transaction; note their names in `digests`."""
    gathered = list[chunks.Sealed]()
    for piece in _read(file):
        gathered.append(sealer.seal(piece))
        if len(gathered) == AT_ONCE:
            _keep(gathered, of, digests, now)
            gathered.clear()
    _keep(gathered, of, digests, now)


def _keep(sealed: Sequence[chunks.Sealed], of: str, digests: list[str], now: datetime) -> None:
    digests += [one.digest for one in sealed]
    keep_chunks(of, sealed, now=now, finished=False)


def _put(owner: Any, of: str, manifest: Attachment, now: datetime) -> File:
    others = File.objects.filter(of=of)
    rules.check_number(others.count() + 1)
    last = others.aggregate(last=Max("place"))["last"]
    finish_chunks(of, manifest.pieces)
    row = _row(manifest, of, directory.own_code(), 0 if last is None else last + 1, now)
    row.owner, row.in_tray, row.whole_at = owner, True, now
    row.scanned_at = now if scanning.is_set() else None
    row.save()
    return row


@transaction.atomic
def take_out(owner: Any, tray: str, key: int) -> None:
    """Take a file out of a tray and forget it."""
    for row in File.objects.filter(pk=key, of=files.lies_under(owner, tray), in_tray=True):
        _forget(row)


def go_along(owner: Any, tray: str, message_id: str) -> int:
    """Let what lies in an officer's tray go with a message of ours that is being made; return how many files.

    The caller holds the transaction, and posts the message with `files.manifests_of`. Raises
    Refused(`attachment_too_many`) when the message has some already.
    """
    rows = files.in_tray(owner, tray)
    there = File.objects.filter(of=message_id).count()
    rules.check_number(there + len(rows))
    for place, row in enumerate(rows, start=there):
        give_chunks(row.of, message_id, row.pieces)
        row.of, row.in_tray, row.place = message_id, False, place
        row.save(update_fields=["of", "in_tray", "place"])
    return len(rows)


def note_files(delivery: Delivery) -> None:
    """Note the files that a message brings; their chunks may be here already, or come later.

    Raises Refused with the outward ground RF02 for more or larger ones than are taken here, or of another type.
    """
    try:
        _check_limits(delivery.message.attachments)
    except (Refused, Malformed) as problem:
        raise Refused(problem.code, **(problem.facts | {"outward": "RF02"})) from problem
    message, origin = delivery.message, delivery.partner.code
    rows = [
        _row(one, message.id, origin, place, delivery.now) for place, one in enumerate(message.attachments)
    ]
    if CONDITIONS_OF_HIS_OWN in message.handling:  # which sends no preview: one that came is none
        for row in rows:
            row.preview_state = UNFIT if row.preview else ""
    File.objects.bulk_create(rows)
    name_chunks(message.id, origin, (chunk for one in message.attachments for chunk in one.pieces))
    judge_previews(message.id, origin)


def _check_limits(manifests: tuple[Attachment, ...]) -> None:
    rules.check_number(len(manifests))
    for one in manifests:
        rules.check_size(one.name, one.size, most=files.most_bytes())
        if one.media_type not in rules.ENDINGS:
            raise Refused("attachment_type", name=one.name)


def open_file(row: File, *, now: datetime) -> Iterator[bytes]:
    """Return the pieces of a file, after all of it was checked: here, unaltered, of its type, let pass.

    Raises Unavailable (`chunk_missing`, `attachment_scan_failed`), Unauthentic (`chunk_altered`, `file_altered`),
    Refused (`attachment_type`, `attachment_mismatch` …, `attachment_scan_refused`): nothing is given then.
    """
    if row.whole_at is None:
        _check_whole(row)
        row.whole_at = now
    if row.scanned_at is None and scanning.is_set():
        scanning.scan(row.name, _pieces(row), row.size)
        row.scanned_at = now
    File.objects.filter(pk=row.pk).update(whole_at=row.whole_at, scanned_at=row.scanned_at)
    return _pieces(row)


def _check_whole(row: File) -> None:
    """Go through a file piece by piece; its type is told from its content, whatever its author called it."""
    for _piece in _pieces(row):
        pass  # it raises when one is not what was signed, or all of them are not
    found = chunks.OpenedFile(files.manifest(row), kept.find(row.origin, row.of))
    if rules.check_type(rules.clean_name(row.name), io.BufferedReader(found)) != row.media_type:
        raise Refused("attachment_mismatch", name=row.name, ending=rules.ENDINGS[row.media_type][0])


def _pieces(row: File) -> Iterator[bytes]:
    return chunks.open_file(files.manifest(row), kept.find(row.origin, row.of))


@transaction.atomic
def forget_files(message_id: str) -> int:
    """Forget the files of a message with their keys and chunks, whoever sent it; return how many files.

    Of a large one the sealed chunks follow by `sweep_remnants`: without the key nobody opens them, here or elsewhere.
    """
    rows = list(File.objects.filter(of=message_id))
    for row in rows:
        _forget(row)
    return len(rows)


@transaction.atomic
def sweep_trays(*, now: datetime) -> int:
    """Forget what officers put into trays and did not send for a week; return how many files."""
    rows = list(File.objects.filter(put_at__lt=now - TRAYS_KEPT_FOR, in_tray=True))
    for row in rows:
        _forget(row)
    return len(rows)


def _forget(row: File) -> None:
    forget_chunks(row.of, row.pieces, origin=row.origin)
    row.delete()


def _row(one: Attachment, of: str, origin: str, place: int, now: datetime) -> File:
    return File(
        of=of,
        origin=origin,
        place=place,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        sha256=one.sha256,
        key=one.key,
        suite=one.suite,
        chunks=list(one.chunks),
        preview=one.preview or "",
        put_at=now,
    )
