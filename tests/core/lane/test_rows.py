from __future__ import annotations

import json
from dataclasses import replace

from tests.core.lane.builders import E1, E2, digest, mark, receiver, sender

from lienlac.core.lane import Arrived, Content, Span, rows, step_incoming


def test_a_sending_end_comes_back_from_its_row() -> None:
    state, _ = sender("a", "b", follows=E2, past=(mark(E2, 3),), reported=(Span(epoch=E2, first=1, last=3),))
    assert rows.load_outgoing(json.loads(json.dumps(rows.dump(state)))) == state


def test_a_receiving_end_comes_back_from_its_row_with_its_evidence() -> None:
    _, places = sender("a", "b")
    state = replace(receiver(*places), past=(mark(E2, 3),), lost=(Span(epoch=E1, first=1, last=3),))
    assert rows.load_incoming(json.loads(json.dumps(rows.dump(state)))) == state
    other = replace(places[1], digest=digest("other"))
    frozen, _ = step_incoming(state, Arrived(position=other, content=Content.NEW, held=""))
    assert frozen.evidence is not None
    assert rows.load_incoming(json.loads(json.dumps(rows.dump(frozen)))) == frozen


def test_a_row_stays_small_whatever_was_sent() -> None:
    state, places = sender(*(f"m{number}" for number in range(2000)))
    assert len(json.dumps(rows.dump(state))) < 1000
    assert len(json.dumps(rows.dump(receiver(*places)))) < 1000
