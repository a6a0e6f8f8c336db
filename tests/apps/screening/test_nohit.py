"""No answer says "nothing found" unasked while somebody on record may be meant."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.screening import actions
from lienlac.core.errors import Refused
from tests.apps.records.people import NOW, linh, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db
SURE = {"evaluation_source": "A", "evaluation_information": "1"}


@pytest.fixture(autouse=True)
def no_post(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("post", "post_receipt"):
        monkeypatch.setattr(mailroom, name, lambda *_about, **_when: None)


def test_a_candidate_nobody_judged_stops_nothing_found_until_it_is_confirmed() -> None:
    on_duty = linh()
    record(on_duty)
    row = world.addressee(world.arrives(world.build()))
    actions.compare_waiting(now=NOW)
    with pytest.raises(Refused) as said:
        enquiries.answer(on_duty, row, "NOHIT", SURE, now=NOW)
    assert (said.value.code, said.value.facts["count"]) == ("candidates_undecided", 1)
    row = world.addressee(row.enquiry.message_id)
    assert not row.answers.exists()
    assert enquiries.answer(on_duty, row, "NOHIT", SURE, despite_candidates=True, now=NOW).sent
    facts = [json.loads(bytes(leaf.body))["facts"] for leaf in Leaf.objects.all()]
    assert {"list": "candidates", "code": "nohit_despite_candidates", "count": 1} in facts


@pytest.mark.parametrize(("verdict", "stops"), [("not_same", False), ("cannot_tell", True)])
def test_a_refuted_pair_stops_nothing_and_an_undecided_one_does(verdict: str, stops: bool) -> None:
    on_duty = linh()
    record(on_duty)
    message_id = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    actions.judge(on_duty, world.candidates(message_id)[0], verdict, now=NOW)
    row = world.addressee(message_id)
    if stops:
        with pytest.raises(Refused, match="candidates_undecided"):
            enquiries.answer(on_duty, row, "NOHIT", SURE, now=NOW)
    else:
        assert enquiries.answer(on_duty, row, "NOHIT", SURE, now=NOW).sent


def test_other_answers_need_no_confirmation() -> None:
    on_duty = linh()
    record(on_duty)
    row = world.addressee(world.arrives(world.build()))
    actions.compare_waiting(now=NOW)
    assert enquiries.answer(
        on_duty, row, "CLARIFY", {"text": "Năm sinh?", "text_language": "vi"}, now=NOW
    ).sent


def test_who_is_found_while_nothing_found_waits_stops_it() -> None:
    on_duty = linh()
    message_id = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    actions.check_still_nohit(message_id, since=NOW)
    record(on_duty)
    actions.compare_waiting(now=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="candidates_undecided"):
        actions.check_still_nohit(message_id, since=NOW)
