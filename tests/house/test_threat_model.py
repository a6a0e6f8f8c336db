"""THREAT_MODEL.md names a test for each attack; each of them exists, and no attack that was promised is missing."""

import re

import pytest

from tests.house.named import ROOT, defined, named_in

DOCUMENT = "THREAT_MODEL.md"
ROWS = {
    cells[0].strip(): set(re.findall(r"`(test_\w+)`", cells[2]))
    for cells in (line.strip("|\n").split("|") for line in (ROOT / DOCUMENT).read_text("utf-8").splitlines())
    if len(cells) == 3
}

PROMISED = {
    # what an answer was promised for -> how the row of the document begins
    "an altered byte, at every position": "alters a sealed byte",
    "a replayed parcel": "repeats a parcel",
    "a truncated parcel": "brings parcels that are cut",
    "a connection that dies in the middle": "breaks the connection in the middle",
    "a clock wrong by a year": "a clock is a year wrong",
    "a body of a gigabyte": "makes the door read a large body",
    "JSON too deep, a key twice": "JSON 10,000 deep",
    "an unknown kind, version or code": "sends what we do not understand",
    "a full disk": "the disk is full",
    "a stranger": "calls without a key",
    "equivocates": "signs two histories",
    "replays old lanes": "replays an old epoch",
    "a revoked key": "uses a revoked key",
    "rolls the directory back": "shows an old directory",
    "claims a huge seq": "leaves a gap, or claims a huge number",
    "cosigns a fork": "cosigns a fork",
    "floods": "floods with the same trespass",
    "slow-lorises": "sends a request so slowly",
    "a bundle bomb": "brings a bomb",
    "swaps two bundles": "swaps two files",
    "a relay that drops, delays, reorders, duplicates": "drops, delays, reorders, repeats",
    "a stolen laptop": "runs away with an office's laptop",
}


HEADS = {"---", "who", "attack", "what"}
TRUSTED = {"an officer", "an administrator", "a partner node", "a relay or courier", "the line"}


def test_each_row_of_an_attack_names_its_test():
    assert len(ROWS) > 150
    assert {attack for attack, tests in ROWS.items() if not tests} == HEADS | TRUSTED


def test_every_attack_has_a_test_that_exists():
    named = named_in(DOCUMENT)
    assert len(named) > 35
    assert named - defined() == set()


@pytest.mark.parametrize("begins", PROMISED.values(), ids=PROMISED)
def test_what_an_answer_was_promised_for_has_a_row_with_its_test(begins):
    [tests] = [tests for attack, tests in ROWS.items() if attack.startswith(begins)]
    assert tests
    assert tests <= defined()
