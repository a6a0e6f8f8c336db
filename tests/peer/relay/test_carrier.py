"""An office before its hub: what it leaves is there, what it has taken in is gone, and what fails has a name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from lienlac import wording
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.relay.models import Letter
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import LienlacError, Malformed, Unavailable
from lienlac.core.messages import canonical
from lienlac.peer import greeting, sealed
from lienlac.peer.https.client import _read
from lienlac.peer.https.door import Door
from lienlac.peer.letters.letter import LETTER, encode
from lienlac.peer.letters.letter import Letter as Said
from lienlac.peer.relay import carrier as carriers
from lienlac.peer.relay import wire
from lienlac.peer.relay.carrier import Hub
from lienlac.site.carrying import Carrying
from tests.apps.mailroom.partner import Partner, found_us
from tests.peer.calling import call

pytestmark = pytest.mark.django_db(transaction=True)
A, B = "cn-jingxi", "la-boten"


@dataclass(kw_only=True)
class Wire:
    """The line of one office to the door of the hub, which is this node; `asked` are the paths of its requests."""

    door: Door
    office: str
    asked: list[str] = field(default_factory=list)
    greetings: int = 0
    fails: list[LienlacError] = field(default_factory=list)
    spoils: Callable[[bytes], bytes] = bytes
    session: str = ""

    def greet(self, _claims: Any) -> dict[Any, Any]:
        self.greetings += 1
        self.session = greeting.open_session(Node.objects.get(code=self.office))
        return {}

    def call(self, path: str, body: bytes, *, limit: int, read_s: float) -> bytes:
        self.asked.append(path)
        if self.fails:
            raise self.fails.pop(0)
        status, raw = asyncio.run(call(self.door, path, body, self.session))
        if status != 200:
            _read(raw, status, "hub")
        return self.spoils(raw)

    def close(self) -> None:
        self.session = ""


@dataclass(kw_only=True)
class Street:
    """Two offices, each with its hands at the hub."""

    a: Hub
    b: Hub
    lines: dict[str, Wire]

    def names(self) -> list[bytes]:
        """Return what B takes in, in order; each letter leaves the hub with B's next question."""
        came = self.b.take(0)
        for one in came:
            self.b.done(one)
        return [one.raw for one in came]


@pytest.fixture
def street(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Street:
    found_us()
    carry(monkeypatch)
    door = Door(Receivers(by_kind={}, receipt=lambda _one: None))
    for code in (A, B):
        Partner(code=code).introduce()
    lines = {code: Wire(door=door, office=code) for code in (A, B)}
    monkeypatch.setattr(carriers.directory, "partner", lambda code: code)
    monkeypatch.setattr(carriers.HttpsLine, "to", lambda code: lines[code])
    return Street(a=Hub(A), b=Hub(B), lines=lines)


def carry(monkeypatch: pytest.MonkeyPatch, **how: int) -> None:
    said = Carrying(offices=(A, B), **how)
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=said))


def letter(*, size: int = 0, sender: str = A, to: str = B) -> bytes:
    said = Said(claims={}, standings={}, answers=[{"x": "y" * size}])
    key, seal = SigningKey.generate(), SealingKey.generate()
    return sealed.seal(LETTER, encode(said), sender=sender, receiver=to, node_key=key, to=seal.public)


def test_what_is_left_is_taken_in_order_and_gone_with_the_next_question(street: Street) -> None:
    raws = [letter() for _ in range(3)]
    numbers = [street.a.put(B, raw, read=5) for raw in raws]
    assert numbers == sorted(set(numbers))
    came = street.b.take(0)
    assert [(one.number, one.raw, one.read) for one in came] == [
        (number, raw, 5) for number, raw in zip(numbers, raws, strict=True)
    ]
    assert len(street.b.take(0)) == 3  # nobody has said that he has them
    for one in came:
        street.b.done(one)
    assert street.b.take(0) == []
    assert not Letter.objects.exists()


def test_what_was_taken_in_is_said_again_when_the_question_was_lost(street: Street) -> None:
    street.a.put(B, letter(), read=0)
    assert len(street.names()) == 1
    street.lines[B].fails = [Unavailable("line_silent")]
    with pytest.raises(Unavailable, match="hub_unreachable"):
        street.b.take(0)
    assert street.b.take(0) == []
    assert not Letter.objects.exists()


def test_a_letter_for_later_lets_the_others_pass(street: Street) -> None:
    street.a.put(B, letter(), read=0)
    (first,) = street.b.take(0)
    street.b.later(first, 300.0)
    street.a.put(B, letter(), read=0)
    assert [one.number for one in street.b.take(0)] != [first.number]
    assert Letter.objects.filter(due_at__gt=datetime.now(UTC)).count() == 1


def test_an_office_hears_which_of_its_letters_lie_there_and_of_nobody_elses(street: Street) -> None:
    numbers = [street.a.put(B, letter(), read=0) for _ in range(3)]
    street.b.put(A, letter(sender=B, to=A), read=0)
    assert street.a.left(B) == tuple(numbers)
    street.b.done(street.b.take(0)[0])
    street.b.take(0)
    assert street.a.left(B) == tuple(numbers[1:])
    assert street.a.left("th-nobody") is None
    assert street.a.down_since is None


@pytest.mark.parametrize("code", ["no_such_path", "line_silent"])
def test_a_hub_that_does_not_say_what_lies_there_says_nothing_and_is_not_held_to_be_away(
    street: Street, code: str
) -> None:
    street.lines[A].fails = [Unavailable(code)]
    assert (street.a.left(B), street.a.down_since) == (None, None)
    street.lines[A].spoils = lambda _raw: canonical.encode({"numbers": [-1]})
    assert street.a.left(B) is None


def test_a_session_that_ended_by_itself_is_begun_anew_and_nobody_hears_of_it(street: Street) -> None:
    street.a.put(B, letter(), read=0)
    street.lines[A].session = "old"
    street.a.put(B, letter(), read=0)
    assert (street.lines[A].greetings, street.a.down_since) == (2, None)


def test_a_large_letter_is_not_sent_in_vain(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    carry(monkeypatch, letters=1)
    street.a.put(B, letter(size=200_000), read=0)
    with pytest.raises(Unavailable, match="hub_full"):
        street.a.put(B, letter(size=200_000), read=0)
    assert street.lines[A].asked == [wire.ROOM, wire.LEAVE, wire.ROOM]
    assert (street.a.down_since, street.lines[A].greetings) == (None, 1)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("connection_refused", "hub_unreachable"),
        ("line_silent", "hub_unreachable"),
        ("pin_mismatch", "hub_not_trusted"),
        ("stranger", "hub_refuses_us"),
        ("no_such_path", "hub_refuses_us"),
        ("partner_disk_full", "hub_busy"),
    ],
)
def test_each_way_to_fail_has_a_name_that_blames_the_hub(street: Street, theirs: str, ours: str) -> None:
    street.lines[A].fails = [Unavailable(theirs)]
    with pytest.raises(Unavailable, match=ours):
        street.a.put(B, letter(), read=0)
    assert street.a.down_since is not None
    street.a.put(B, letter(), read=0)
    assert street.a.down_since is None


def test_every_reason_why_a_hub_fails_has_a_sentence() -> None:
    for code in {*carriers.REASONS.values(), carriers.UNREACHED}:
        for language in wording.LANGUAGES:
            assert wording.error(Unavailable(code), language)


def test_a_partner_whom_the_hub_does_not_know_says_nothing_against_the_hub(street: Street) -> None:
    with pytest.raises(Unavailable, match="hub_lacks_partner"):
        street.a.check("th-nobody")
    street.a.check(B)
    assert street.a.down_since is None


def test_a_hub_that_is_no_partner_any_more_is_said(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers.directory, "partner", lambda _code: None)
    with pytest.raises(Unavailable, match="hub_not_set"):
        street.a.put(B, letter(), read=0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _raw: b"",
        lambda raw: raw[:-1],
        lambda _raw: canonical.encode({"letters": []}),
        lambda raw: raw + b"x",
    ],
)
def test_a_hub_that_answers_nonsense_is_a_failed_line_and_nothing_is_taken(
    street: Street, spoil: Any
) -> None:
    street.a.put(B, letter(), read=0)
    street.lines[B].spoils = spoil
    with pytest.raises((Malformed, Unavailable)):
        street.b.take(0)
    street.lines[B].spoils = bytes
    assert len(street.b.take(0)) == 1
