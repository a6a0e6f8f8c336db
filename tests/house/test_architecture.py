"""The plan of the house names every room there is, and no room that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE, TEXT = ROOT / "src" / "lienlac", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CODE = frozenset(re.findall(r"`([a-z_./]+)`", TEXT))
STOREYS = frozenset(re.findall(r"^([a-z]+) {2,}|\s{2,}(api|peer) {2,}", TEXT, re.MULTILINE))


def rooms(storey):
    return sorted(one.parent.name for one in (SOURCE / storey).glob("*/__init__.py"))


@pytest.mark.parametrize("room", [*rooms("core"), *rooms("apps")])
def test_every_room_is_in_the_plan(room):
    assert room in CODE


@pytest.mark.parametrize("storey", rooms("."))
def test_every_storey_is_in_the_plan(storey):
    assert storey in {name for pair in STOREYS for name in pair if name}


@pytest.mark.parametrize("named", sorted(one for one in CODE if "/" in one))
def test_every_place_that_the_plan_names_is_there(named):
    places = (base / named for base in (ROOT, SOURCE, SOURCE / "apps"))
    found = (place for one in places for place in (one, one.with_name(f"{one.name.partition('.')[0]}.py")))
    assert any(place.exists() for place in found)
