"""Files wait in their owner's tray, go with one message, and are shown whole and unaltered or not at all."""

from __future__ import annotations

import io
import secrets
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.models import Chunk, File
from lienlac.core.envelope import chunks
from lienlac.core.errors import LienlacError, Refused, Unauthentic, Unavailable
from lienlac.core.lane import LaneClass
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment
from lienlac.core.messages.files import MOST_BYTES, MOST_FILES
from tests.apps.accounts.people import officer
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, US
from tests.apps.mailroom.test_chunks import chunk_parcel, state_of_last, take_in

PDF = b"%PDF-1.7 " + b"x" * (CHUNK_BYTES + 10)
TRAY, OTHER, MESSAGE = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def linh(desk: Desk) -> Any:
    return officer("linh")


def put(owner: Any, name: str = "quyết định.pdf", content: bytes = PDF, tray: str = TRAY) -> File:
    return mailroom.put_in_tray(owner, tray, name, io.BytesIO(content), now=NOW)


def content_of(row: File) -> bytes:
    return b"".join(mailroom.open_file(row, now=NOW))


# --- trays -------------------------------------------------------------------------------------------------


def test_what_was_put_into_a_tray_is_sealed_there_and_comes_out(linh: Any) -> None:
    row = put(linh)
    assert (row.name, row.media_type, row.size, len(row.chunks)) == (
        "quyết định.pdf",
        "application/pdf",
        len(PDF),
        2,
    )
    assert all(PDF[:64] not in bytes(raw) for raw in Chunk.objects.values_list("raw", flat=True))
    assert content_of(row) == PDF


def test_a_tray_is_its_owners_alone(linh: Any) -> None:
    row, mara = put(linh), officer("mara")
    assert files.in_tray(mara, TRAY) == []
    theirs = put(mara)
    assert files.in_tray(mara, TRAY) == [theirs]
    mailroom.take_out(mara, TRAY, row.pk)
    assert mailroom.go_along(mara, TRAY, MESSAGE) == 1
    assert files.manifests_of(MESSAGE)[0].sha256 == theirs.sha256
    assert files.in_tray(linh, TRAY) == [row]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.pdf", b"", "attachment_empty"), ("a.pdf", b"MZ", "attachment_program"),
     ("a.jpg", b"%PDF-", "attachment_mismatch"), ("a.pdf", b"%PDF-" + bytes(MOST_BYTES), "attachment_too_large")],
)  # fmt: skip
def test_what_may_not_go_is_not_kept(linh: Any, name: str, content: bytes, code: str) -> None:
    with pytest.raises(LienlacError, match=code):
        put(linh, name, content)
    assert not File.objects.exists()
    assert not Chunk.objects.exists()


def test_a_sixth_file_is_refused_and_one_taken_out_makes_room(linh: Any) -> None:
    rows = [put(linh, content=b"%PDF-") for _ in range(MOST_FILES)]
    with pytest.raises(Refused, match="attachment_too_many"):
        put(linh, content=b"%PDF-")
    mailroom.take_out(linh, TRAY, rows[0].pk)
    put(linh, content=b"%PDF-")
    assert len(files.in_tray(linh, TRAY)) == MOST_FILES
    assert Chunk.objects.count() == MOST_FILES


def test_what_was_not_sent_for_a_week_is_forgotten_and_what_was_is_not(linh: Any) -> None:
    put(linh)
    put(linh, tray=OTHER)
    mailroom.go_along(linh, OTHER, MESSAGE)
    assert mailroom.sweep_trays(now=NOW + timedelta(days=6)) == 0
    assert mailroom.sweep_trays(now=NOW + timedelta(days=8)) == 1
    assert list(File.objects.values_list("of", flat=True)) == [MESSAGE]
    assert set(Chunk.objects.values_list("of", flat=True)) == {MESSAGE}


def test_a_tray_goes_with_one_message_once(linh: Any) -> None:
    put(linh)
    assert mailroom.go_along(linh, TRAY, MESSAGE) == 1
    assert mailroom.go_along(linh, TRAY, "d" * 32) == 0
    (manifest,) = files.manifests_of(MESSAGE)
    assert manifest.name == "quyết định.pdf"
    assert content_of(File.objects.get()) == PDF


def test_no_tray_reaches_the_files_of_a_message(linh: Any) -> None:
    put(linh)
    mailroom.go_along(linh, TRAY, MESSAGE)
    sent = files.manifests_of(MESSAGE)
    slipped = put(linh, tray=MESSAGE)
    put(linh, tray=OTHER)
    assert files.manifests_of(MESSAGE) == sent
    assert files.manifests_of(OTHER) == ()
    mailroom.take_out(linh, MESSAGE, File.objects.get(of=MESSAGE).pk)
    assert files.manifests_of(MESSAGE) == sent
    assert files.in_tray(linh, MESSAGE) == [slipped]


def test_what_is_forgotten_cannot_be_opened_again(linh: Any) -> None:
    row = put(linh)
    mailroom.go_along(linh, TRAY, MESSAGE)
    row.refresh_from_db()
    assert mailroom.forget_files(MESSAGE) == 1
    assert not Chunk.objects.exists()
    with pytest.raises(Unavailable, match="chunk_missing"):
        content_of(row)


# --- a file that came --------------------------------------------------------------------------------------


def sealed(content: bytes = PDF, **changed: Any) -> tuple[Attachment, tuple[chunks.Sealed, ...]]:
    manifest, pieces = chunks.seal_file(content, name="判决书.pdf", media_type="application/pdf")
    return replace(manifest, **changed), pieces


def came(desk: Desk, manifest: Attachment, pieces: tuple[chunks.Sealed, ...]) -> File:
    message = desk.partner.message(attachments=(manifest,))
    take_in(
        desk, desk.partner.parcel(message), *(chunk_parcel(desk.partner, message.id, one) for one in pieces)
    )
    return File.objects.get(of=message.id)


def test_a_file_that_came_is_there_before_its_pieces_and_says_how_many_have_come(desk: Desk) -> None:
    manifest, pieces = sealed()
    row = came(desk, manifest, pieces[:1])
    (shown,) = files.shown({row.of: desk.partner.code})[row.of]
    assert (shown.come, shown.pieces, shown.whole, shown.ours) == (1, 2, False, False)
    with pytest.raises(Unavailable, match="chunk_missing"):
        content_of(row)
    take_in(desk, chunk_parcel(desk.partner, row.of, pieces[1]))
    (shown,) = files.shown({row.of: desk.partner.code})[row.of]
    assert shown.whole
    assert content_of(row) == PDF


def test_what_another_node_calls_a_file_of_this_message_is_none(desk: Desk) -> None:
    row = came(desk, *sealed())
    assert files.shown({row.of: "th-nan"}) == {}


@pytest.mark.parametrize(
    ("content", "changed", "code"),
    [
        (b"\xff\xd8\xff a picture", {}, "attachment_mismatch"),
        (b"MZ a program", {}, "attachment_program"),
        (b"\x00\x01", {}, "attachment_type"),
        (PDF, {"sha256": "00" * 32}, "file_altered"),
        (PDF, {"key": "00" * 32}, "chunk_altered"),
    ],
)
def test_a_file_that_is_not_what_was_signed_is_never_given(
    desk: Desk, content: bytes, changed: dict[str, Any], code: str
) -> None:
    row = came(desk, *sealed(content, **changed))
    with pytest.raises((Refused, Unauthentic), match=code):
        content_of(row)
    assert File.objects.get().whole_at is None


@pytest.mark.parametrize(
    ("manifests", "code"),
    [
        (
            [sealed(size=MOST_BYTES + 1, chunks=tuple(f"{n:064x}" for n in range(6)))[0]],
            "attachment_too_large",
        ),
        ([sealed(media_type="application/x-msdownload")[0]], "attachment_type"),
        ([sealed()[0] for _ in range(MOST_FILES + 1)], "attachment_too_many"),
    ],
)
def test_a_message_with_more_than_is_taken_here_is_refused_whole(
    desk: Desk, manifests: list[Attachment], code: str
) -> None:
    take_in(desk, desk.partner.parcel(desk.partner.message(attachments=tuple(manifests))))
    assert state_of_last() == ("refused", code)
    assert not desk.came
    assert not File.objects.exists()


def test_pieces_of_ours_fill_the_files_in_order_as_receipts_come(desk: Desk, linh: Any) -> None:
    put(linh)
    put(linh, content=b"%PDF-")
    message = desk.partner.message(from_office=US, to_offices=(desk.partner.code,), id=secrets.token_hex(16))
    mailroom.go_along(linh, TRAY, message.id)
    message = replace(message, attachments=files.manifests_of(message.id))
    mailroom.post(message, lane_class=LaneClass.NORMAL, now=NOW)
    told = files.shown({message.id: US})[message.id]
    assert [(one.come, one.pieces, one.whole) for one in told] == [(0, 2, True), (0, 1, True)]


# --- the scanner -------------------------------------------------------------------------------------------

LOOKS = "import sys; sys.exit(1 if b'EVIL' in sys.stdin.buffer.read() else 0)"


def scanner(settings: Any, *command: str) -> None:
    settings.NODE = replace(settings.NODE, scan=command)


def test_a_scanner_is_asked_about_what_is_put_in(linh: Any, settings: Any) -> None:
    scanner(settings, sys.executable, "-c", LOOKS)
    assert put(linh).scanned_at == NOW
    with pytest.raises(Refused, match="attachment_scan_refused"):
        put(linh, content=b"%PDF- EVIL")
    assert File.objects.count() == 1


@pytest.mark.parametrize("command", [(sys.executable, "-c", "raise SystemExit(7)"), ("/no/such/scanner",)])
def test_what_nobody_looked_at_does_not_pass(linh: Any, settings: Any, command: tuple[str, ...]) -> None:
    scanner(settings, *command)
    with pytest.raises(Unavailable, match="attachment_scan_failed"):
        put(linh)
    assert not File.objects.exists()


def test_a_scanner_that_hangs_up_early_has_answered(linh: Any, settings: Any) -> None:
    scanner(settings, sys.executable, "-c", "raise SystemExit(1)")
    with pytest.raises(Refused, match="attachment_scan_refused"):
        put(linh)


def test_what_came_is_scanned_before_it_is_first_opened(desk: Desk, settings: Any) -> None:
    row = came(desk, *sealed(b"%PDF- EVIL"))
    scanner(settings, sys.executable, "-c", LOOKS)
    with pytest.raises(Refused, match="attachment_scan_refused"):
        content_of(row)
