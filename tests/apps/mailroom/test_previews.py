"""Of a picture a small one goes before it; of theirs none is shown that is not what it should be."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import drawing, files, shrinking
from lienlac.apps.mailroom.models import Chunk, File, Parcel
from lienlac.core.envelope import chunks
from lienlac.core.envelope.suite import SUITES
from lienlac.core.errors import LienlacError, Refused, Unavailable
from lienlac.core.lane import LaneClass
from lienlac.core.messages import preview
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment
from tests.apps.accounts.people import officer
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, US
from tests.apps.mailroom.test_chunks import chunk_parcel, take_in
from tests.apps.mailroom.test_files import LOOKS, MESSAGE, OTHER, TRAY, put, scanner
from tests.vectors.attachments.make import PICTURE, refused_previews

PHOTO = b"\xff\xd8\xff a photograph of two pieces" + bytes(CHUNK_BYTES)
LARGE = 1_000_000
Sealed = chunks.Sealed


@pytest.fixture
def linh(desk: Desk) -> Any:
    return officer("linh")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture that is put in looks like PICTURE: no process is started for it."""
    monkeypatch.setattr(
        drawing, "small", lambda media_type, _pieces, _size: PICTURE if "image" in media_type else None
    )


def photo(owner: Any, tray: str = TRAY) -> File:
    return put(owner, "ảnh.jpg", PHOTO, tray)


# --- ours --------------------------------------------------------------------------------------------------


def image(form: str, size: tuple[int, int] = (800, 600), mode: str = "RGB", **said: Any) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new(mode, size, 128).save(made, form, **said)
    return made.getvalue()


def test_a_small_picture_is_upright_and_tells_nothing_of_the_camera() -> None:
    from PIL import Image

    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "Nhà của nguồn tin"  # on its side, and who took it
    content = image("JPEG", exif=notes, comment=b"Tra Linh")
    made = drawing.small("image/jpeg", [content], LARGE)
    assert made
    preview.check(made)
    assert Image.open(io.BytesIO(made)).size == (240, 320)
    assert b"Exif" not in made
    assert b"Tra Linh" not in made


@pytest.mark.parametrize(
    ("media_type", "content", "reason"),
    [
        ("image/png", image("PNG", (9000, 9000), "1"), "too_many_pixels"),
        ("image/png", image("JPEG"), "unreadable"),
    ],
)
def test_a_picture_that_is_a_trap_or_broken_gives_none_and_says_why(
    media_type: str, content: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert drawing.small(media_type, [content], LARGE) is None
    assert reason in caplog.text


def test_none_is_drawn_of_what_is_no_picture_or_too_large_or_as_small_itself() -> None:
    def never() -> Any:
        raise AssertionError("it was read")
        yield b""

    assert drawing.small("application/pdf", never(), LARGE) is None
    assert drawing.small("image/jpeg", never(), preview.MOST_BYTES) is None
    assert drawing.small("image/tiff", never(), shrinking.MOST_BYTES + 1) is None


def test_a_broken_picture_goes_without_a_preview(linh: Any) -> None:
    assert photo(linh).preview == ""
    assert mailroom.go_along(linh, TRAY, MESSAGE) == 1


@pytest.mark.usefixtures("drawn")
def test_it_lies_sealed_beside_its_file_and_goes_where_the_file_goes(linh: Any) -> None:
    row = photo(linh)
    assert len(row.pieces) == len(row.chunks) + 1
    assert all(PICTURE not in bytes(raw) for raw in Chunk.objects.values_list("raw", flat=True))
    mailroom.go_along(linh, TRAY, MESSAGE)
    assert set(Chunk.objects.values_list("of", "named")) == {(MESSAGE, True)}
    photo(linh, OTHER)
    assert mailroom.forget_files(MESSAGE) == 1
    mailroom.sweep_trays(now=NOW + timedelta(days=8))
    assert not Chunk.objects.exists()


def posted(desk: Desk, owner: Any, **changed: Any) -> None:
    photo(owner)
    put(owner)
    mailroom.go_along(owner, TRAY, MESSAGE)
    attached = tuple(replace(one, **changed) for one in files.manifests_of(MESSAGE))
    message = desk.partner.message(
        id=MESSAGE, from_office=US, to_offices=(desk.partner.code,), attachments=attached
    )
    mailroom.post(message, lane_class=LaneClass.URGENT, now=NOW)


@pytest.mark.usefixtures("drawn")
def test_it_goes_as_a_letter_before_every_megabyte_and_is_no_piece_that_is_counted(
    desk: Desk, linh: Any
) -> None:
    posted(desk, linh)
    lanes = (
        Parcel.objects.filter(message__kind="CHUNK").order_by("pk").values_list("lane__lane_class", flat=True)
    )
    assert list(lanes) == ["normal", "bulk", "bulk", "bulk", "bulk"]
    Parcel.objects.filter(lane__lane_class="normal").update(state=Parcel.State.RECEIVED)
    told = files.shown({MESSAGE: US})[MESSAGE]
    assert [(one.come, one.preview) for one in told] == [(0, ""), (0, "")]
    small = Parcel.objects.get(lane__lane_class="normal")
    assert small.size < 20 * 1024


@pytest.mark.usefixtures("drawn")
def test_one_that_may_not_be_shown_does_not_go_and_is_forgotten(desk: Desk, linh: Any) -> None:
    posted(desk, linh, preview=None)
    assert not Parcel.objects.filter(message__kind="CHUNK", lane__lane_class="normal").exists()
    assert not File.objects.exclude(preview="").exists()
    assert Chunk.objects.count() == 4


# --- theirs ------------------------------------------------------------------------------------------------


def sealed(picture: Sealed | None = None) -> tuple[Attachment, Sealed, tuple[Sealed, ...]]:
    """A file of theirs with its preview, or with what they call its preview."""
    sealer = chunks.Sealer(len(PHOTO), key=bytes(range(32)))
    made = sealer.preview(PICTURE)
    pieces = tuple(sealer.seal(PHOTO[at : at + CHUNK_BYTES]) for at in range(0, len(PHOTO), CHUNK_BYTES))
    manifest = sealer.manifest(name="现场.jpg", media_type="image/jpeg")
    return replace(manifest, preview=(picture or made).digest), picture or made, pieces


def came(desk: Desk, *, first: str = "message", picture: Sealed | None = None, **changed: Any) -> File:
    manifest, small, _pieces = sealed(picture)
    message = desk.partner.message(attachments=(manifest,), **changed)
    preview = chunk_parcel(desk.partner, message.id, small)
    letter = desk.partner.parcel(message)
    take_in(desk, *((letter, preview) if first == "message" else (preview, letter)))
    return File.objects.get(of=message.id)


@pytest.mark.parametrize("first", ["message", "preview"])
def test_it_can_be_shown_as_soon_as_message_and_preview_are_here(desk: Desk, first: str) -> None:
    row = came(desk, first=first)
    (shown,) = files.shown({row.of: desk.partner.code})[row.of]
    assert (shown.preview, shown.come, shown.whole) == (mailroom.FIT, 0, False)
    assert mailroom.open_preview(row, now=NOW) == PICTURE
    with pytest.raises(Unavailable, match="chunk_missing"):
        mailroom.open_file(row, now=NOW)


def test_a_message_whose_preview_has_not_come_shows_none(desk: Desk) -> None:
    manifest, _small, pieces = sealed()
    message = desk.partner.message(attachments=(manifest,))
    take_in(
        desk, desk.partner.parcel(message), *(chunk_parcel(desk.partner, message.id, one) for one in pieces)
    )
    row = File.objects.get()
    assert b"".join(mailroom.open_file(row, now=NOW)) == PHOTO
    assert row.preview_state == ""


@pytest.mark.parametrize("first", ["message", "preview"])
@pytest.mark.parametrize("case", refused_previews(), ids=lambda case: case["name"])
def test_a_preview_that_is_not_what_it_should_be_is_never_shown_and_harms_no_letter(
    desk: Desk, case: dict[str, str], first: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = came(desk, first=first, picture=Sealed(digest=case["digest"], raw=bytes.fromhex(case["preview"])))
    assert row.preview_state == mailroom.UNFIT
    assert case["code"] in caplog.text
    assert desk.came
    with pytest.raises(LienlacError, match=case["code"]):
        mailroom.open_preview(row, now=NOW)


def test_an_oversized_preview_is_kept_like_any_chunk_and_never_shown(desk: Desk) -> None:
    raw = SUITES[1].seal_body(bytes(range(32)), PICTURE.ljust(CHUNK_BYTES, b"\x00"), b"lienlac/1 preview")
    assert came(desk, picture=Sealed(digest=chunks.name_of(raw), raw=raw)).preview_state == mailroom.UNFIT


@pytest.mark.parametrize("first", ["message", "preview"])
def test_none_is_shown_of_a_message_with_conditions_of_its_own(desk: Desk, first: str) -> None:
    """An answer may set them where the question did not: its own handling codes are judged, not the question's."""
    assert came(desk, first=first, handling=("H0", "H3")).preview_state == mailroom.UNFIT
    assert came(desk, first=first, handling=("H0",)).preview_state == mailroom.FIT


def test_the_scanner_sees_it_before_it_is_first_shown(desk: Desk, settings: Any) -> None:
    row = came(desk)
    scanner(settings, "/no/such/scanner")
    with pytest.raises(Unavailable, match="attachment_scan_failed"):
        mailroom.open_preview(row, now=NOW)
    scanner(settings, sys.executable, "-c", LOOKS.replace("EVIL", "JFIF"))
    with pytest.raises(Refused, match="attachment_scan_refused"):
        mailroom.open_preview(row, now=NOW)
    assert File.objects.get().preview_state == mailroom.UNFIT


def test_it_is_erased_with_its_file(desk: Desk) -> None:
    row = came(desk)
    assert mailroom.forget_files(row.of) == 1
    assert not Chunk.objects.exists()
    with pytest.raises(Unavailable, match="chunk_missing"):
        mailroom.open_preview(row, now=NOW)
