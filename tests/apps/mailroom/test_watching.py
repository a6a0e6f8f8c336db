"""What is wrong with no lane is an incident too: a full disk, strangers by the thousand, refused files, stolen keys."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.audit import strangers
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import room
from lienlac.apps.mailroom.actions import watching
from lienlac.apps.mailroom.models import Incident
from lienlac.core import envelope
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError, Malformed, Unauthentic
from lienlac.core.lane import POSITION_TYPE
from lienlac.peer.bundle import file as bundles
from lienlac.peer.bundle.file import Bundle
from lienlac.site import stick
from tests.apps.mailroom.conftest import Desk, states
from tests.apps.mailroom.partner import NOW, US, Partner

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def noted() -> list[tuple[str, str, int, bool]]:
    """Each incident: code, node, count, whether it stands open."""
    rows = Incident.objects.order_by("pk").select_related("partner")
    return [(one.code, one.partner.code, one.count, one.closed_at is None) for one in rows]


def test_a_disk_that_is_nearly_full_is_told_and_closes_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE", 1 << 62)
    for number in range(3):
        mailroom.watch(now=NOW + number * MINUTE)
    assert noted() == [("disk_nearly_full", US, 3, True)]
    monkeypatch.setattr(room, "LEAST_FREE", 0)
    mailroom.watch(now=NOW + 4 * MINUTE)
    assert noted() == [("disk_nearly_full", US, 3, False)]


@pytest.mark.parametrize("by", ["mara", ""])  # at the desk, or at the machine
def test_who_closed_it_while_it_lasts_is_told_again_in_an_hour_and_not_each_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE", 1 << 62)
    mailroom.watch(now=NOW)
    mailroom.close_incident(Incident.objects.get(), word="Disks are ordered.", by=by, now=NOW + MINUTE)
    for number in range(2, 60):
        mailroom.watch(now=NOW + number * MINUTE)
    assert noted() == [("disk_nearly_full", US, 1, False)]
    mailroom.watch(now=NOW + 61 * MINUTE)
    assert noted() == [("disk_nearly_full", US, 1, False), ("disk_nearly_full", US, 1, True)]


def test_what_was_mended_and_comes_back_within_the_hour_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        monkeypatch.setattr(room, "LEAST_FREE", 0 if 2 < number < 12 else 1 << 62)
        mailroom.watch(now=NOW + number * MINUTE)
        if number == 2:
            mailroom.close_incident(Incident.objects.get(), word="Mended.", now=NOW + number * MINUTE)
    assert noted() == [("disk_nearly_full", US, 3, False), ("disk_nearly_full", US, 8, True)]


def test_strangers_by_the_thousand_are_told_and_a_few_are_not(desk: Desk) -> None:
    strangers.count(watching.MANY_STRANGERS - 1, now=NOW)
    mailroom.watch(now=NOW)
    assert noted() == []
    strangers.count(1, now=NOW)
    mailroom.watch(now=NOW)
    assert noted() == [("strangers_many", US, 1, True)]
    mailroom.watch(now=NOW + timedelta(hours=3))
    assert noted() == [("strangers_many", US, 1, False)]


@pytest.mark.parametrize("code", sorted(watching.GOES_BACK))
def test_a_directory_that_goes_back_is_kept_as_evidence(desk: Desk, code: str) -> None:
    with (
        pytest.raises(Unauthentic, match=code),
        mailroom.refused_directories_noted(b"what was brought", now=NOW),
    ):
        raise Unauthentic(code)
    incident = Incident.objects.get()
    assert (incident.code, incident.facts["reason"]) == ("directory_refused", code)
    assert bytes(incident.evidence) == frames.pack(b"what was brought")


def test_a_directory_that_is_wrong_otherwise_is_the_operators_affair(desk: Desk) -> None:
    with (
        pytest.raises(Unauthentic, match="unknown_root"),
        mailroom.refused_directories_noted(b"", now=NOW),
    ):
        raise Unauthentic("unknown_root")
    assert noted() == []


def test_what_is_too_large_for_evidence_is_named_by_its_digest(desk: Desk) -> None:
    mailroom.note_refused_file(bytes(watching.LARGEST_EVIDENCE + 1), "bundle_too_large", now=NOW)
    incident = Incident.objects.get()
    assert (bytes(incident.evidence), incident.facts["size"]) == (b"", watching.LARGEST_EVIDENCE + 1)
    assert len(incident.facts["sha256"]) == 64


def test_a_file_for_us_that_is_refused_is_told_and_one_chosen_by_mistake_is_not(desk: Desk) -> None:
    written = stick.write(desk.partner.code, by=None, now=NOW).raw
    for mistake in (b"a picture of somebody's holiday", written):
        with pytest.raises(LienlacError):
            stick.take(mistake, by=None, now=NOW)
    assert noted() == []
    bundle = Bundle(
        sender=desk.partner.code,
        receiver=US,
        made="2026-11-21T08:30:00.000Z",
        claims={},
        standings={},
        parcels=(),
    )
    to = directory.sealing_key_of(directory.this_node(), NOW)
    raw = bundles.write(bundle, node_key=desk.partner.node_key, to=to)
    with pytest.raises((Malformed, Unauthentic)):
        stick.take(raw[:-1] + bytes([raw[-1] ^ 1]), by=None, now=NOW)
    assert [one[:2] for one in noted()] == [("bundle_refused", US)]


def test_a_letter_of_a_revoked_author_is_named_and_its_words_are_no_evidence(desk: Desk) -> None:
    parcel = desk.partner.parcel()
    desk.node.node_keys.filter(use="author").update(revoked_at=NOW, revoked_for="key_stolen")
    desk.take_in(parcel)
    assert states() == [("refused", "unknown_key")]
    incident = Incident.objects.get()
    kid = desk.partner.author_key.kid
    assert (incident.code, incident.facts) == ("revoked_key_used", {"kid": kid, "use": "author"})
    assert bytes(incident.evidence) == frames.pack(parcel[0])


def test_a_key_that_another_followed_makes_no_thief(desk: Desk) -> None:
    parcel = desk.partner.parcel()
    desk.node.node_keys.filter(use="author").update(revoked_at=NOW)
    desk.take_in(parcel)
    assert states() == [("refused", "unknown_key")]
    assert noted() == []


def test_a_place_signed_by_a_revoked_key_is_its_evidence(desk: Desk) -> None:
    position, _ = desk.partner.parcel()
    desk.node.node_keys.filter(use="node").update(revoked_at=NOW, revoked_for="key_stolen")
    mailroom.note_nobodys_parcels(desk.node, [b"rubbish", position], "unknown_key", now=NOW)
    assert bytes(Incident.objects.get().evidence) == frames.pack(position)
    assert not mailroom.note_revoked_key(position, "application/other", now=NOW)


def test_who_brings_what_another_once_wrote_accuses_nobody(desk: Desk) -> None:
    """A partner keeps a letter and a place of before, and brings them when that key is revoked."""
    mara = Partner(code="mm-muse")
    hers = mara.introduce()
    position, _ = desk.partner.parcel()
    kept = desk.partner.message()
    desk.node.node_keys.update(revoked_at=NOW, revoked_for="key_stolen")
    sealed = mara.sealed(kept, author=desk.partner.author_key)
    mailroom.take_in(hers, [mara.place(sealed)], desk.receivers, now=NOW)
    mailroom.note_nobodys_parcels(hers, [position], "unknown_key", now=NOW)
    assert [one[:2] for one in noted()] == [("wrong_parcels", "mm-muse")]


def test_a_word_under_what_is_no_key_id_is_not_looked_for(desk: Desk, django_assert_num_queries: Any) -> None:
    """PostgreSQL takes no text with a zero byte: a stranger would break the door with it."""
    with django_assert_num_queries(0):
        for kid in (b"\x00" * 32, b"", b"\xff"):
            assert not mailroom.note_revoked_key(frames.pack(b"{}", kid, b""), POSITION_TYPE, now=NOW)


def test_a_fork_does_not_hide_behind_a_directory_that_is_merely_old(desk: Desk) -> None:
    for code in ("directory_rolled_back", "directory_forked", "directory_rolled_back"):
        with suppress(Unauthentic), mailroom.refused_directories_noted(code.encode(), now=NOW):
            raise Unauthentic(code)
    told = {one.facts["reason"]: (one.count, bytes(one.evidence)) for one in Incident.objects.all()}
    assert told == {
        "directory_rolled_back": (2, frames.pack(b"directory_rolled_back")),
        "directory_forked": (1, frames.pack(b"directory_forked")),
    }


def test_one_stolen_key_does_not_hide_another(desk: Desk) -> None:
    position, _ = desk.partner.parcel()
    desk.node.node_keys.update(revoked_at=NOW, revoked_for="key_stolen")
    for _ in range(2):
        mailroom.note_nobodys_parcels(desk.node, [position], "unknown_key", now=NOW)
    author = envelope.sign(envelope.MESSAGE_TYPE, b"{}", desk.partner.author_key)
    assert mailroom.note_revoked_key(author, envelope.MESSAGE_TYPE, by=desk.node, now=NOW)
    assert [(one.facts["use"], one.count) for one in Incident.objects.order_by("pk")] == [
        ("node", 2),
        ("author", 1),
    ]
