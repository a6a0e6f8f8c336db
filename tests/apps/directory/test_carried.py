"""By which way the post to a partner travels: decided here, noted, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import actions, queries
from lienlac.core.errors import NotUnderstood, Refused
from tests.apps.mailroom.partner import Partner, found_us

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    found_us()
    there = Partner()
    there.introduce()
    return there


def test_a_partner_is_carried_by_the_direct_line_until_somebody_says_otherwise(partner):
    node = queries.partner(partner.code)
    assert node.transport == "https"
    actions.carry_by(node, "nats", by="mara", now=NOW)
    assert queries.partner(partner.code).transport == "nats"
    said = [bytes(leaf.body).decode() for leaf in Leaf.objects.all()]
    assert any("carried.nats" in one for one in said)


def test_a_card_does_not_change_the_way(partner):
    actions.carry_by(queries.partner(partner.code), "nats", now=NOW)
    partner.introduce()
    assert queries.partner(partner.code).transport == "nats"


def test_a_way_that_is_no_transport_or_changes_nothing_is_refused(partner):
    node = queries.partner(partner.code)
    with pytest.raises(Refused, match="carried_so_already"):
        actions.carry_by(node, "https", now=NOW)
    with pytest.raises(NotUnderstood):
        actions.carry_by(node, "pigeon", now=NOW)
    with pytest.raises(Refused, match="own_node"):
        actions.carry_by(queries.this_node(), "nats", now=NOW)
