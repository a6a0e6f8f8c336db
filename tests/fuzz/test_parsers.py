"""A small run over every parser in each test run; the large one is `make fuzz`. And that it would find something."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random

import pytest

from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical
from tests.fuzz.altering import altered
from tests.fuzz.parsers import read_card, read_table, table, vectors
from tests.fuzz.running import Parser, bounded_memory, input_of, run

PARSERS = table()
INPUTS_A_SHARE = 8


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_altered_bytes_break_a_parser(parser: Parser) -> None:
    told = run(parser, range(INPUTS_A_SHARE * parser.share), seed="ci")
    assert told.found == ()


def test_names_of_parsers_are_their_own() -> None:
    assert len({one.name for one in PARSERS}) == len(PARSERS)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = [input_of(PARSERS[0], "a", number) for number in range(50)]
    assert first == [input_of(PARSERS[0], "a", number) for number in range(50)]
    assert first != [input_of(PARSERS[0], "b", number) for number in range(50)]


def planted(parser: Parser, error: str) -> None:
    told = run(parser, range(400), seed="planted", cap_s=0.05)
    assert any(error in one.error for one in told.found)
    for one in told.found:
        assert one.raw == input_of(parser, "planted", one.number)


def test_a_planted_crash_is_found() -> None:
    planted(
        Parser(name="crash", read=lambda raw: json.loads(raw)["a"][0], samples=[b'{"a":[1]}']), "KeyError"
    )


def test_a_planted_hang_is_found() -> None:
    def hang(raw: bytes) -> None:
        while raw != b'{"a":[1]}':
            pass

    told = run(Parser(name="hang", read=hang, samples=[b'{"a":[1]}']), range(8), seed="planted", cap_s=0.05)
    assert {one.error for one in told.found} == {"Hung: longer than 0.05 s"}


def test_a_planted_waste_of_memory_is_found() -> None:
    def waste(raw: bytes) -> int:
        return len(bytes(1 << 40) if raw != b"{}" else raw)

    with bounded_memory():
        planted(Parser(name="waste", read=waste, samples=[b"{}"]), "MemoryError")


def test_an_alteration_keeps_its_bounds() -> None:
    chance = Random("bounds")
    raw = b"x" * 1000
    for _ in range(500):
        raw = altered(raw, chance)
        assert len(raw) <= 1 << 20


# What was found, each as it was met.


@pytest.mark.parametrize("place", ["country", "offices"])
def test_a_country_that_is_no_text_is_no_card(place: str) -> None:
    said = vectors("card")["cards"][0]["said"]
    value = said | {"country": 1}
    if place == "offices":
        value = said | {"offices": [said["offices"][0] | {"country": 1}]}
    with pytest.raises(Malformed, match="card_broken"):
        read_card(canonical.encode(value))


def test_a_workbook_whose_packing_is_bent_is_broken_and_no_crash() -> None:
    sample = next(one for one in PARSERS if one.name == "workbook").samples[0]
    for at in range(60, 400, 7):
        with suppress(Malformed):
            read_table("a.xlsx", sample[:at] + b"\xff\xff" + sample[at + 2 :])
