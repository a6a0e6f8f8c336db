"""An incident with two signed histories becomes a file that the stand-alone program proves; another does not."""

from __future__ import annotations

import pytest

from lienlac.apps.audit.heads import Dispute
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom import disputing
from lienlac.apps.mailroom.actions.witnessing import note_dispute
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed
from lienlac.core.lane import LaneClass
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW
from tests.verifier.verifying import verifier

pytestmark = pytest.mark.django_db


def fingerprint(desk: Desk) -> str:
    key = NodeKey.objects.get(node=desk.node, use="node")
    return verifier.Key(
        kid="", node="", public=bytes(key.public), since="", until=None, until_size=None
    ).fingerprint


def test_two_places_that_the_partner_signed_are_proven_by_themselves(desk: Desk) -> None:
    """An envelope of his, and another at the same place of the same lane."""
    before = desk.partner.lane()
    one = desk.partner.parcel()
    desk.partner.lanes[LaneClass.NORMAL] = before
    other = desk.partner.parcel()
    desk.take_in(one)
    desk.take_in(other)
    incident = Incident.objects.get(code="equivocation")
    assert disputing.disputed() == [incident]
    report, _ = verifier.verify(disputing.evidence(incident, now=NOW), pins=[fingerprint(desk)])
    assert (report.exit_code, report.faults) == (0, [])
    assert f"{desk.partner.code} signed two histories of place 1" in report.verified[0]


def test_two_heads_that_the_partner_signed_are_proven_by_themselves(desk: Desk) -> None:
    first, second = (desk.partner.checkpoint(leaves=[letter] * 3).encode() for letter in (b"a", b"b"))
    note_dispute(desk.node, Dispute(code="ledger_forked", held=first, offered=second), now=NOW)
    incident = Incident.objects.get(code="partner_untrusted")
    report, _ = verifier.verify(disputing.evidence(incident, now=NOW), pins=[fingerprint(desk)])
    assert (report.exit_code, report.faults) == (0, [])
    assert "the first 3 entries" in report.verified[0]
    assert report.verified[0].startswith(desk.partner.code)
    for row in NodeKey.objects.filter(node=desk.node, use="node"):
        directory.revoke_key(desk.node, row.kid, reason="key_stolen", epoch="", size=0, now=NOW)
    report, _ = verifier.verify(disputing.evidence(incident, now=NOW), pins=[fingerprint(desk)])
    assert report.verified[0].startswith("whoever had a key")
    assert "somebody else may have it" in report.notes[0]


@pytest.mark.parametrize("evidence", [b"", b"\x00", frames.pack(b"", b"x"), frames.pack(b"a", b"b", b"c")])
@pytest.mark.parametrize("code", ["equivocation", "partner_untrusted", "clock_wrong"])
def test_what_holds_no_two_words_is_neither_listed_nor_written(
    desk: Desk, code: str, evidence: bytes
) -> None:
    incident = Incident.objects.create(partner=desk.node, code=code, evidence=evidence, at=NOW)
    assert disputing.disputed() == []
    with pytest.raises(Malformed, match="incident_without_fork"):
        disputing.evidence(incident, now=NOW)
