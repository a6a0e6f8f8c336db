"""A file larger than memory: put, sent, taken in and opened in pieces; broken off, it leaves nothing."""

from __future__ import annotations

import hashlib
import io
import secrets
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.actions import chunks as dropping
from lienlac.apps.mailroom.actions import files as putting
from lienlac.apps.mailroom.actions import posting
from lienlac.apps.mailroom.chunks import as_written
from lienlac.apps.mailroom.models import Chunk, File, Parcel, Remnant
from lienlac.core.envelope import chunks
from lienlac.core.errors import LienlacError, Malformed, NoRoom, Refused
from lienlac.core.lane import LaneClass
from lienlac.core.messages.attachment import CHUNK_BYTES
from lienlac.core.messages.files import MOST_BYTES, XLSX
from tests.apps.accounts.people import officer
from tests.apps.mailroom.conftest import Desk, recount_outboxes
from tests.apps.mailroom.partner import NOW, US
from tests.apps.mailroom.test_chunks import chunk_parcel, take_in

MIB = 1024 * 1024
TRAY = "a" * 32
LARGE, IN_MEMORY = 24 * MIB, 16 * MIB


@pytest.fixture
def linh(desk: Desk, settings: Any) -> Any:
    settings.NODE = replace(settings.NODE, most_bytes=100 * MIB)
    return officer("linh")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A document of 24 MiB, all of whose pieces differ."""
    path = tmp_path / "film.pdf"
    with path.open("wb") as out:
        out.write(b"%PDF-1.7 ")
        for number in range(LARGE // CHUNK_BYTES):
            out.seek(number * CHUNK_BYTES + 64)
            out.write(b"%d" % number)
        out.truncate(LARGE)
    return path


def put(owner: Any, file: Any, name: str = "film.pdf") -> File:
    return mailroom.put_in_tray(owner, TRAY, name, file, now=NOW)


def send(desk: Desk) -> str:
    """Send what lies in the tray to the partner."""
    message = desk.partner.message(from_office=US, to_offices=(desk.partner.code,), id=secrets.token_hex(16))
    mailroom.go_along(File.objects.get(in_tray=True).owner, TRAY, message.id)
    message = replace(message, attachments=files.manifests_of(message.id))
    mailroom.post(message, lane_class=LaneClass.NORMAL, now=NOW)
    return message.id


def queued() -> int:
    return Parcel.objects.filter(message__kind="CHUNK").count()


def peak_of(deed: Callable[[], Any]) -> int:
    """How much more memory was taken at once during a deed, in bytes."""
    tracemalloc.start()
    try:
        deed()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --- memory ------------------------------------------------------------------------------------------------


def test_a_file_is_never_whole_in_memory(desk: Desk, linh: Any, film: Path) -> None:
    assert peak_of(film.read_bytes) > IN_MEMORY, "the measure sees a file that is read whole"
    with film.open("rb") as file:
        assert peak_of(lambda: put(linh, file)) < IN_MEMORY
    assert peak_of(lambda: send(desk)) < IN_MEMORY
    row, digest = File.objects.get(), hashlib.sha256()
    row.whole_at = None  # as one that came and was never opened
    assert peak_of(lambda: [digest.update(piece) for piece in mailroom.open_file(row, now=NOW)]) < IN_MEMORY
    assert digest.hexdigest() == hashlib.sha256(film.read_bytes()).hexdigest()


def test_a_document_is_told_by_the_list_at_its_end_whatever_its_size(desk: Desk, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, most_bytes=100 * MIB)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("[Content_Types].xml", b"<Types/>")
        out.writestr("xl/workbook.xml", b"<x/>")
        out.writestr("xl/media/image1.png", bytes(5 * MIB + 7))
    manifest, pieces = chunks.seal_file(made.getvalue(), name="bảng.xlsx", media_type=XLSX)
    message = desk.partner.message(attachments=(manifest,))
    take_in(desk, desk.partner.parcel(message))
    for piece in pieces:
        take_in(desk, chunk_parcel(desk.partner, message.id, piece))
    assert b"".join(mailroom.open_file(File.objects.get(), now=NOW)) == made.getvalue()


# --- limits ------------------------------------------------------------------------------------------------


def test_how_large_a_file_may_be_is_the_operators_at_both_ends(desk: Desk, settings: Any) -> None:
    linh, larger = officer("linh"), b"%PDF-" + bytes(MOST_BYTES)
    manifest, _ = chunks.seal_file(larger, name="film.pdf", media_type="application/pdf")
    with pytest.raises(Refused, match="attachment_too_large"):
        put(linh, io.BytesIO(larger))
    take_in(desk, desk.partner.parcel(desk.partner.message(attachments=(manifest,))))
    assert not File.objects.exists()
    settings.NODE = replace(settings.NODE, most_bytes=6 * MIB)
    assert put(linh, io.BytesIO(larger)).size == len(larger)
    take_in(desk, desk.partner.parcel(desk.partner.message(attachments=(manifest,))))
    assert File.objects.filter(origin=desk.partner.code).exists()


# --- broken off --------------------------------------------------------------------------------------------


class Shrinking(io.BytesIO):
    """A file that another program cuts while it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size)
        return b"" if self.tell() > 6 * MIB else read


def test_a_file_that_changes_while_it_is_read_is_not_kept(linh: Any) -> None:
    with pytest.raises(Malformed, match="file_size_changed"):
        put(linh, Shrinking(b"%PDF-" + bytes(8 * MIB)))
    assert not Chunk.objects.exists()
    assert not File.objects.exists()


def test_a_disk_that_fills_up_in_the_middle_is_named_and_nothing_is_left(
    linh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, calls = putting.keep_chunks, list[int]()

    def filling(*args: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise OperationalError("database or disk is full")
        keep(*args, **named)

    monkeypatch.setattr(putting, "keep_chunks", filling)
    with pytest.raises(NoRoom, match="disk_full"):
        put(linh, io.BytesIO(b"%PDF-" + bytes(12 * MIB)))
    assert len(calls) == 3
    assert not Chunk.objects.exists()
    assert not File.objects.exists()


def test_what_a_crash_left_of_a_file_is_swept_in_a_day_and_finished_files_are_not(
    linh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(linh, io.BytesIO(b"%PDF-"))
    monkeypatch.setattr(putting, "drop_unfinished", lambda *_: None)
    with pytest.raises(LienlacError):
        put(linh, Shrinking(b"%PDF-" + bytes(8 * MIB)))
    assert Chunk.objects.filter(named=False).exists()
    assert mailroom.sweep_chunks(now=NOW + timedelta(hours=23)) == 0
    assert mailroom.sweep_chunks(now=NOW + timedelta(hours=25)) > 0
    assert Chunk.objects.count() == 1


# --- leaving -----------------------------------------------------------------------------------------------


@pytest.fixture
def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PIECES_AT_ONCE", 2)


@pytest.mark.usefixtures("in_small_steps")
def test_no_deed_waits_for_all_pieces_of_a_large_file(desk: Desk, linh: Any) -> None:
    put(linh, io.BytesIO(b"%PDF-" + bytes(4 * MIB)))
    of = send(desk)
    assert (queued(), File.objects.get().unsent) == (2, 3)
    assert mailroom.waits_to_leave([of])
    assert [mailroom.send_pieces(now=NOW) for _ in range(3)] == [2, 1, 0]
    assert File.objects.get().unsent == 0
    parcels = Parcel.objects.filter(message__kind="CHUNK").order_by("seq")
    sent = [as_written(one.message).body["chunk"] for one in parcels]
    assert sent == File.objects.get().chunks


@pytest.mark.usefixtures("in_small_steps")
def test_pieces_wait_while_a_bulk_lane_is_long(desk: Desk, linh: Any) -> None:
    put(linh, io.BytesIO(b"%PDF-" + bytes(4 * MIB)))
    send(desk)
    assert mailroom.send_pieces(now=NOW, most_waiting=2) == 0
    Parcel.objects.filter(message__kind="CHUNK").update(in_outbox=False)
    recount_outboxes()
    assert mailroom.send_pieces(now=NOW, most_waiting=2) == 2


@pytest.mark.usefixtures("in_small_steps")
def test_a_file_whose_pieces_break_keeps_no_other_from_leaving(
    desk: Desk, linh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = list[str]()
    for last in (b"1", b"2"):
        put(linh, io.BytesIO(b"%PDF-" + bytes(4 * MIB) + last))
        sent.append(send(desk))
    find = posting.find

    def break_over_the_first(origin: str, of: str) -> Callable[[str], bytes | None]:
        assert of != sent[0], "broken"
        return find(origin, of)

    monkeypatch.setattr(posting, "find", break_over_the_first)
    assert [mailroom.send_pieces(now=NOW) for _ in range(3)] == [2, 1, 0]
    assert [one.of for one in File.objects.filter(unsent__gt=0)] == sent[:1]


@pytest.mark.usefixtures("in_small_steps")
def test_a_partner_who_is_revoked_in_the_middle_gets_no_more_pieces(desk: Desk, linh: Any) -> None:
    put(linh, io.BytesIO(b"%PDF-" + bytes(4 * MIB)))
    of = send(desk)
    Node.objects.filter(code=desk.partner.code).update(standing=Node.Standing.REVOKED)
    assert mailroom.send_pieces(now=NOW) == 0
    assert queued() == 2
    assert not mailroom.waits_to_leave([of]), "so that the enquiry can be erased"


# --- forgotten ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("breaks", [0, 1, 2])
def test_a_large_file_is_forgotten_at_once_and_its_pieces_some_at_a_time_whatever_breaks_it_off(
    linh: Any, monkeypatch: pytest.MonkeyPatch, breaks: int
) -> None:
    monkeypatch.setattr(dropping, "DROPPED_AT_ONCE", 2)
    row = put(linh, io.BytesIO(b"%PDF-1.7 " + bytes(6 * CHUNK_BYTES)))
    kept = put(linh, io.BytesIO(b"%PDF-1.7 " + bytes(3 * CHUNK_BYTES)), "kept.pdf")
    mailroom.take_out(linh, TRAY, row.pk)
    assert list(File.objects.all()) == [kept]
    assert Chunk.objects.count() == len(row.chunks) - 2 + len(kept.chunks)
    steps, drop = iter(range(breaks + 1)), dropping.drop_chunks

    def until_it_breaks(*which: Any, **whose: Any) -> int:
        if next(steps) == breaks:
            raise OperationalError("power cut")
        return drop(*which, **whose)

    monkeypatch.setattr(dropping, "drop_chunks", until_it_breaks)
    with pytest.raises(OperationalError):
        mailroom.sweep_remnants(now=NOW)
    monkeypatch.setattr(dropping, "drop_chunks", drop)
    assert mailroom.sweep_remnants(now=NOW) == len(row.chunks) - 2 - 2 * breaks
    assert set(Chunk.objects.values_list("digest", flat=True)) == set(kept.chunks)
    assert not Remnant.objects.exists()
