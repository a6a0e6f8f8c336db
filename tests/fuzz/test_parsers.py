"""A small run over every parser in each test run; the large one is `make fuzz`. And that it would find something."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from random import Random

import pytest

from lienlac.core import calendars
from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical
from tests.fuzz.altering import altered
from tests.fuzz.parsers import read_card, read_directory, read_table, table, vectors
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


@pytest.mark.parametrize("text", ["1" * 40 + "-1990", "1986/199" + "0" * 30, "1988-04-" + "12" * 20])
def test_a_number_of_forty_digits_is_no_date(text: str) -> None:
    with pytest.raises(Malformed, match="date_"):
        calendars.reading.read(text, country="VN")


def test_a_directory_may_end_on_the_last_day_of_the_calendar() -> None:
    payload = next(one for one in PARSERS if one.name == "state directory").samples[0]
    for_ever = payload.replace(b"2027-11-21T08:30:00.000Z", b"9999-12-31T23:59:59.999Z")
    assert for_ever != payload
    read_directory(for_ever)


@pytest.mark.parametrize("tag", [b"<bookViews><workbookView ", b"<sheetPr><outlinePr "])
def test_a_workbook_with_an_unknown_attribute_is_broken(tag: bytes) -> None:
    sample = next(one for one in PARSERS if one.name == "workbook").samples[0]
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample)) as packed, zipfile.ZipFile(made, "w") as bent:
        members = {name: packed.read(name) for name in packed.namelist()}
        assert any(tag in content for content in members.values())
        for name, content in members.items():
            bent.writestr(name, content.replace(tag, tag + b'strange="1" '))
    with suppress(Malformed):
        read_table("a.xlsx", made.getvalue())


def test_a_workbook_whose_packing_is_bent_is_broken_and_no_crash() -> None:
    sample = next(one for one in PARSERS if one.name == "workbook").samples[0]
    for at in range(60, 400, 7):
        with suppress(Malformed):
            read_table("a.xlsx", sample[:at] + b"\xff\xff" + sample[at + 2 :])
