"""What a partner answers is committed: what he says again waits for no disk, all else does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW
from tests.apps.mailroom.test_receipted import ack, parcel_standing, send, state


def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note how each thing that a partner's answer changed was committed: waiting for no disk, or as every deed."""
    from lienlac.apps.mailroom.actions import carrying

    made, lightly = list[str](), carrying.heard_again

    @contextmanager
    def noted() -> Iterator[None]:
        with lightly():
            yield
        made.append("light")

    monkeypatch.setattr(carrying, "heard_again", noted)
    return made


def test_a_mere_acknowledgement_waits_for_no_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    parcel, made = send(desk), commits(monkeypatch)
    ack(desk, parcel)
    assert (made, state(parcel)) == (["light"], ("sent", True))


def test_places_that_are_signed_anew_for_an_answer_wait_for_the_disk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that a power cut takes back would be signed a second time, over something else."""
    parcel, made = send(desk), commits(monkeypatch)
    never_sent = replace(parcel_standing(parcel), seq=9, digest="ab" * 32)
    exchange = mailroom.HandedOver(parcels=[parcel.pk], at=NOW, standings={NORMAL: never_sent})
    mailroom.handed_over(desk.node, exchange, now=NOW)
    before = parcel.epoch
    parcel.refresh_from_db()
    assert (made, Incident.objects.count(), parcel.epoch != before) == ([], 1, True)
