"""A carrier that drops, delays, reorders and repeats letters of both, and lies about what was read: seeded schedules.

Each message takes effect once and in order on both sides, signed receipts empty the outbox, and nobody is accused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest

from lienlac.apps.audit.models import StrangerHour
from lienlac.apps.mailroom.actions import Delivery
from lienlac.apps.mailroom.models import Incident, Parcel
from lienlac.peer.letters.office import Came
from tests.apps.mailroom.partner import Wire
from tests.peer.letters.conftest import Street

pytestmark = pytest.mark.django_db
SEEDS = range(12)
TURNS, CALM_TURNS = 40, 12


@dataclass(kw_only=True)
class Weather:
    """What becomes of letters, and what of each was met."""

    street: Street
    rng: random.Random
    is_calm: bool = False
    old: list[tuple[str, Came]] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.put_well = self.street.far.relay.put
        self.street.far.relay.put = self.put

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        number = int(self.put_well(to, raw, read=read))
        box = self.street.far.relay.boxes[to]
        self.old.append((to, box[-1]))
        if not self.is_calm:
            self._spoil(box)
        return number

    def _spoil(self, box: list[Came]) -> None:
        letter, fate = box.pop(), self.rng.random()
        if fate < 0.3:
            self.met.add("dropped")
            return
        if fate < 0.5:
            letter = replace(letter, read=self.rng.randrange(50))
            self.met.add("lied about what was read")
        if fate > 0.7:
            box.append(letter)
            self.met.add("repeated")
        at = self.rng.randrange(len(box) + 1)
        self.met.add("reordered" if at < len(box) else "in order")
        box.insert(at, letter)

    def gives_again(self) -> None:
        """Put some letter of before into its mailbox."""
        if self.old:
            to, letter = self.rng.choice(self.old)
            self.street.far.relay.boxes.setdefault(to, []).append(letter)
            self.met.add("given again")


@dataclass(kw_only=True)
class Far:
    """The partner: it sends all that it ever placed, as who knows no better, with a receipt for each letter of ours."""

    street: Street
    placed: list[Wire] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    receipted: set[str] = field(default_factory=set)

    def posts(self) -> None:
        message = self.street.far.partner.message()
        self.said.append(message.id)
        self.placed.append(self.street.far.partner.parcel(message))

    def writes(self) -> None:
        for position in self.street.far.taken:
            parcel = Parcel.objects.filter(digest=position.digest, until="receipt").first()
            if parcel and position.digest not in self.receipted:
                self.receipted.add(position.digest)
                self.placed.append(self.street.far.partner.receipt_parcel(parcel))
        answered = self.street.far.answered() if self.street.far.letters else {}
        self.street.far.writes(*self.placed, standings=answered)


def calm(street: Street, far: Far) -> None:
    """Good weather from now on: letters come, and who was long silent knocks."""
    for _ in range(CALM_TURNS):
        street.here.writer.forget()
        street.here.writer.knock_at = 0.0
        street.here.write()
        street.far.reads()
        far.writes()
        street.here.read()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_carrier_does_to_letters_each_takes_effect_once_and_in_order(
    street: Street, seed: int
) -> None:
    weather = Weather(street=street, rng=random.Random(seed))
    far, posted = Far(street=street), 0
    for _ in range(TURNS):
        act = weather.rng.choice(["post", "write", "read", "far posts", "far reads", "far writes", "again"])
        if act == "post":
            street.post()
            posted += 1
        elif act == "far posts":
            far.posts()
        elif act == "again":
            weather.gives_again()
        else:
            {
                "write": street.here.write,
                "read": street.here.read,
                "far reads": street.far.reads,
                "far writes": far.writes,
            }[act]()
    weather.is_calm = True
    calm(street, far)
    assert [one.message.id for one in street.came if isinstance(one, Delivery)] == far.said
    assert street.seqs == list(range(1, len(street.seqs) + 1))
    assert Parcel.objects.filter(until="receipt", state="received").count() == posted
    assert not Parcel.objects.filter(in_outbox=True, until="receipt").exists()
    assert not Incident.objects.exists()
    assert not StrangerHour.objects.exists()


def test_the_schedules_meet_every_kind_of_weather(street: Street) -> None:
    met = set[str]()
    for seed in SEEDS:
        weather = Weather(street=street, rng=random.Random(seed))
        for _ in range(5):
            street.far.writes()
            weather.gives_again()
        met |= weather.met
    assert met == {
        "dropped", "repeated", "reordered", "in order", "given again", "lied about what was read"
    }  # fmt: skip
