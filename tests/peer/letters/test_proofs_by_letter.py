"""Answers about a ledger in a letter: one of another shape touches nothing else that the letter brings."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac.apps.audit import heads
from lienlac.apps.directory import queries
from lienlac.apps.mailroom.models import Arrival, Incident, Parcel
from lienlac.peer import proofs
from tests.apps.mailroom.partner import NOW, US
from tests.peer.letters.conftest import Street

pytestmark = pytest.mark.django_db
ODD = [{"proof": ["!"]}, {"error": []}]


def asked(street: Street) -> Any:
    """Return the one question that the partner is asked."""
    partner = street.far.partner
    for size in (1, 3):
        note = partner.checkpoint(size=size, leaves=[b"a"] * 3).encode()
        heads.keep(
            note, partner=partner.code, node=US, publics=[partner.node_key.public.public_bytes], now=NOW
        )
    known = queries.partner(partner.code)
    assert known
    [question] = proofs.questions(known, now=NOW)
    return question


@pytest.mark.parametrize("answer", ODD)
def test_its_parcels_are_taken_in_and_nobody_is_accused_of_them(street: Street, answer: Any) -> None:
    question = asked(street)
    street.far.writes(street.far.partner.parcel(), answers=[{"asked": question, "answer": answer}])
    street.here.read()
    assert Arrival.objects.count() == 1
    assert not Incident.objects.filter(code="wrong_parcels").exists()


@pytest.mark.parametrize("answer", ODD)
def test_its_standings_are_heard(street: Street, answer: Any) -> None:
    question = asked(street)
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered(), answers=[{"asked": question, "answer": answer}])
    street.here.read()
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.lane.owing) == ("sent", False)
