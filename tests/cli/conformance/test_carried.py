"""The probes of a hub find what is wrong: each fault is planted, and the promise that it breaks is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.apps.mailroom.partner import US, Partner, found_us
from tests.peer.calling import call

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.relay import actions, queries
from lienlac.apps.relay.models import Letter
from lienlac.cli.conformance import carried, probe
from lienlac.cli.conformance.ground import Answer, Ground
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError
from lienlac.peer.https.door import Door
from lienlac.site import home as homes
from lienlac.site.carrying import Carrying

pytestmark = pytest.mark.django_db(transaction=True)
A, B = "cn-jingxi", "la-boten"


@dataclass(kw_only=True)
class AtTheDoor(Ground):
    """Asks without a line."""

    door: Door

    def ask(
        self,
        name: str,
        body: bytes = b"",
        *,
        session: str = "",
        method: str = "POST",
        declared: int | None = None,
    ) -> Answer:
        length = str(len(body) if declared is None else declared)
        status, raw = asyncio.run(call(self.door, name, body, session, declared=length, method=method))
        return Answer(status=status, body=raw)

    def says_half(self, name: str, body: bytes) -> None:
        asyncio.run(call(self.door, name, body, self.session, dies_after=1))


@pytest.fixture
def pair(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> carried.Pair:
    """This node is the hub; a bound of 6 letters keeps the trial short."""
    found_us()
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=Carrying(offices=(A, B), letters=6)))
    door = Door(Receivers(by_kind={}, receipt=lambda _one: None))
    return carried.Pair(one=standing(door, A), other=standing(door, B))


def standing(door: Door, code: str) -> Ground:
    partner = Partner(code=code)
    partner.introduce()
    made = AtTheDoor(partner=Node(code=US), url="https://127.0.0.1:9", door=door)
    made.me, made.key = code, partner.node_key
    return made


def failed(pair: carried.Pair) -> set[str]:
    return {one.name for one in probe.run(carried.RELAY, pair) if not one.passed}


def test_a_right_hub_keeps_every_promise_and_nothing_of_the_trial(pair: carried.Pair) -> None:
    assert failed(pair) == set()
    assert not Letter.objects.exists()


def gives_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "next_letters", lambda _to, now: list(Letter.objects.order_by("pk")[:16]))


def gives_the_last_first(monkeypatch: pytest.MonkeyPatch) -> None:
    given = queries.next_letters
    monkeypatch.setattr(queries, "next_letters", lambda to, now: list(given(to, now=now))[::-1])


def forgets_to_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    settle = actions.settle
    monkeypatch.setattr(actions, "settle", lambda node, done, **said: settle(node, done=[], **said))


def puts_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    settle = actions.settle
    monkeypatch.setattr(actions, "settle", lambda node, later, **said: settle(node, later=[], **said))


def knows_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "check_room", lambda *_said: None)


def names_letters_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    everybodys = lambda _sender, _to, most: list(Letter.objects.values_list("number", flat=True)[:most])  # noqa: E731
    monkeypatch.setattr(queries, "numbers_left", everybodys)


def loses_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    leave = actions.leave

    def taken(*said: Any, **more: Any) -> int:
        number = leave(*said, **more)
        Letter.objects.filter(number=number).delete()
        return number

    monkeypatch.setattr(actions, "leave", taken)


def carries_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "addressee", lambda sender, _code: sender)


@pytest.mark.parametrize(
    ("plant", "promise"),
    [
        (gives_to_anybody, "relay_for_their_addressee"),
        (gives_the_last_first, "relay_fetch"),
        (forgets_to_erase, "relay_erased"),
        (puts_nothing_off, "relay_later"),
        (knows_no_bound, "relay_bound"),
        (names_letters_of_others, "relay_left_of_others"),
        (loses_what_it_takes, "relay_left"),
        (carries_for_everybody, "relay_room_to_oneself"),
    ],
)
def test_a_hub_that_is_wrong_is_found(
    pair: carried.Pair,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
    promise: str,
) -> None:
    monkeypatch.setattr(carried, "MOST_LEFT", 12)
    monkeypatch.setattr(carried, "MOST_EMPTIED", 3)
    plant(monkeypatch)
    assert promise in failed(pair)


def second(tmp_path: Path, *, training: bool = True, code: str = B) -> Path:
    door = homes.Door(host="localhost", port=1)
    path = tmp_path / "second"
    said = {"country": "LA", "time_zone": "Asia/Vientiane", "language": "lo", "desk": door, "peer": door}
    homes.write(homes.Home(path=path, node=code, training=training, **said))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "key_missing"),
        ({"training": False}, "probe_training_only"),
        ({"code": "xx-nobody"}, "unknown_node"),
    ],
)
def test_the_second_office_is_a_training_node_that_is_known_here_with_its_keys(
    pair: carried.Pair, tmp_path: Path, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(LienlacError) as refused:
        carried.pair(pair.one, second(tmp_path, **changed))
    assert refused.value.code == code


def test_the_second_office_speaks_with_the_key_of_its_home(pair: carried.Pair, tmp_path: Path) -> None:
    path = second(tmp_path)
    key: SigningKey = pair.other.key
    (path / "keys").mkdir(exist_ok=True)
    (path / "keys" / f"node-{key.kid}.seed").write_text(key.secret_seed().hex(), encoding="ascii")
    found = carried.pair(pair.one, path)
    assert (found.other.me, found.other.key.kid) == (B, key.kid)
