"""A candidate never leaves the node: not in a message, not in a receipt, not in how long anything takes.

Everything that could leave is looked through for the traces of a record; a planted leak is found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import lienlac
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.enquiries import letters
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.screening import actions, queries
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.screening import world

TRACES = ("谭庆远", "1987-03-12", "candidate", "namesake", "moderate", "E87654321")
"""Of the record, of the comparison: none of them stands in the question."""

MAY_KNOW = {"screening", "site", "web", "api", "cli", "enquiries"}


class Outgoing:
    """The message box of the mailroom, held open: what would be posted, and what receipts would be signed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.posted: list[Message] = []
        self.receipts: list[tuple[object, ...]] = []
        monkeypatch.setattr(mailroom, "post", lambda message, **_: self.posted.append(message))
        monkeypatch.setattr(mailroom, "post_receipt", lambda *about, **_: self.receipts.append(about))

    def traces(self) -> list[str]:
        said = " ".join(str(message) for message in self.posted) + str(self.receipts)
        return [trace for trace in TRACES if trace in said]


@pytest.fixture
def outgoing(monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    return Outgoing(monkeypatch)


def whole_journey() -> None:
    """An enquiry comes, a candidate is found, judged by two, and the officer answers as if he had looked himself."""
    on_duty, bang = linh(), officer("bang", "supervisor")
    record(on_duty, birth="1987-03-12", sex="male", numbers=[("passport_ordinary", "E87654321")])
    message_id = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    (candidate,) = world.candidates(message_id)
    enquiries.open_enquiry(on_duty, world.addressee(message_id), now=NOW)
    for reviewer in (on_duty, bang):
        seen = queries.one(reviewer, candidate.pk)
        assert seen is not None
        actions.show(reviewer, seen, now=NOW)
        actions.judge(reviewer, seen, "same", attributes=("name", "birth"), now=NOW)
    until = {"until": "2026-11-25T00:00:00Z"}
    enquiries.answer(on_duty, world.addressee(message_id), "STATUS", until, now=NOW)


@pytest.mark.django_db
def test_no_message_and_no_receipt_holds_a_trace(outgoing: Outgoing) -> None:
    whole_journey()
    assert [message.kind for message in outgoing.posted] == ["ANSWER"]
    assert len(outgoing.receipts) == 1  # R2, for the opening
    assert outgoing.traces() == []


@pytest.mark.django_db
def test_a_planted_leak_is_found(outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch) -> None:
    about = letters.about

    def leaky(enquiry: object, kind: str, body: dict[str, object], **rest: object) -> Message:
        note = queries.Candidate.objects.first()
        body = {**body, "text": f"{note.agreement} {note.state}", "text_language": "en"} if note else body
        return about(enquiry, kind, body, **rest)

    monkeypatch.setattr(letters, "about", leaky)
    whole_journey()
    assert outgoing.traces() == ["moderate"]


# PostgreSQL unnests what it inserts in bulk.
VALUES = re.compile(r" (?:VALUES|WHERE|SET|SELECT \* FROM UNNEST)[ (]")


def shapes(seen: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, without values and the running numbers of savepoints."""
    plain = (re.split(VALUES, one["sql"])[0] for one in seen)
    return [re.sub(r"s\d+_x\d+", "savepoint", sql) for sql in plain]


@pytest.mark.django_db
def test_taking_an_enquiry_in_does_the_same_whatever_the_records_hold() -> None:
    """R1 is owed when this is done: its work, statement by statement, does not depend on what could be found."""
    partner, on_duty = world.build(), linh()

    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            world.arrives(partner)
        return shapes(seen)

    world.arrives(partner)
    nothing_there = statements()
    for _ in range(20):
        record(on_duty, birth="1987-03-12")
    assert statements() == nothing_there
    assert not any("records_" in one or "screening_candidate" in one for one in nothing_there)


@pytest.mark.django_db
def test_opening_an_enquiry_does_the_same_whatever_was_found(outgoing: Outgoing) -> None:
    partner, on_duty = world.build(), linh()

    def statements(message_id: str) -> list[str]:
        row = world.addressee(message_id)
        with CaptureQueriesContext(connection) as seen:
            enquiries.open_enquiry(on_duty, row, now=NOW)
        return shapes(seen)

    plain = statements(world.arrives(partner))
    record(on_duty, birth="1987-03-12")
    hit = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    assert world.candidates(hit)
    assert statements(hit) == plain
    assert outgoing.receipts[0][0] == outgoing.receipts[1][0] == "R2"


def test_the_other_side_is_shown_no_state_before_a_human_reported() -> None:
    shown = {state for state in CANDIDATE.states if CANDIDATE.seen_by_other_side(state) is not None}
    assert shown == {"reported", "action_done", "action_impossible"}


def test_no_kind_of_message_has_a_field_for_a_candidate() -> None:
    named = {field.name for kind in kinds.KINDS.values() for field in kind.fields}
    assert not named & {"candidate", "agreement", "namesakes", "score", "verdict", "rank"}


def test_neither_post_nor_peer_door_knows_of_screening() -> None:
    assert importers_outside(Path(lienlac.__file__).parent) == []


def test_a_room_that_would_know_is_found(tmp_path: Path) -> None:
    leak = tmp_path / "peer" / "receive.py"
    leak.parent.mkdir()
    leak.write_text("from lienlac.apps.screening import queries\n")
    assert importers_outside(tmp_path) == ["peer/receive.py"]


def importers_outside(root: Path) -> list[str]:
    """Return the modules that import screening without being allowed to know of it."""
    found = []
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        room = place.parts[1] if place.parts[0] == "apps" and len(place.parts) > 1 else place.parts[0]
        if room not in MAY_KNOW and any("screening" in name for name in imported(path)):
            found.append(str(place))
    return found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
