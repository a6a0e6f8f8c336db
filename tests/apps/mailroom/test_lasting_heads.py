"""A partner's head with a second line: taken when it holds, and an incident when it only claims to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger import lasting as second
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW
from tests.apps.mailroom.test_receipted import send, state

KEY = LastingKey(b"l" * 64)


@pytest.fixture
def promised(desk: Desk) -> Desk:
    """The partner's card names a lasting key."""
    NodeKey.objects.create(
        node=desk.node,
        use=NodeKey.Use.LASTING,
        kid=KEY.public.kid,
        public=KEY.public.public_bytes,
        valid_from=NOW,
        entered_at=NOW,
    )
    return desk


def note_of(desk: Desk, *, broken: bool) -> str:
    signed = checkpoint.parse(desk.partner.checkpoint().encode())
    line = second.sign(signed.checkpoint, KEY)
    if broken:
        line = replace(line, signature=line.signature[:64] + bytes(3309))
    return signed.plus(line).encode().decode()


def test_a_head_with_a_lasting_line_is_held_with_it(promised: Desk) -> None:
    parcel, note = send(promised), note_of(promised, broken=False)
    promised.take_in(promised.partner.receipt_parcel(parcel, checkpoint=note))
    assert state(parcel)[0] == "received"
    assert bytes(HeldHead.objects.get().note) == note.encode()
    assert not Incident.objects.exists()


def test_a_lasting_line_that_does_not_hold_is_an_incident_and_the_head_is_not_held(promised: Desk) -> None:
    parcel = send(promised)
    promised.take_in(promised.partner.receipt_parcel(parcel, checkpoint=note_of(promised, broken=True)))
    assert state(parcel)[0] == "received"  # the receipt is signed by itself
    assert Incident.objects.get().facts == {"reason": "note_signature"}
    assert not HeldHead.objects.exists()


def test_a_line_of_a_key_that_is_not_known_here_is_passed_over(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, checkpoint=note_of(desk, broken=True)))
    assert HeldHead.objects.exists()
    assert not Incident.objects.exists()
