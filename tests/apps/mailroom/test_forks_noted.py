"""A fork is found when answers are read, far from any transaction: it is noted all the same, with its leaf."""

from __future__ import annotations

import pytest

from lienlac.apps.audit.heads import Dispute
from lienlac.apps.audit.models import Leaf
from lienlac.apps.mailroom.actions.witnessing import note_dispute
from lienlac.apps.mailroom.models import Incident
from tests.apps.mailroom.partner import NOW, Partner, found_us


@pytest.mark.django_db(transaction=True)
def test_a_fork_that_is_found_outside_a_transaction_is_noted_with_its_leaf() -> None:
    found_us()
    met = Partner().introduce()
    leaves = Leaf.objects.count()
    note_dispute(met, Dispute(code="ledger_forked", held=b"one", offered=b"other"), now=NOW)
    assert Incident.objects.get().facts == {"reason": "ledger_forked"}
    assert Leaf.objects.count() == leaves + 1
