"""The stranger's node believes and refuses cards, directories and roots as the files of vectors say."""

from __future__ import annotations

from datetime import datetime

import pytest

from . import card, keys, ledger, quorum, states, wire
from .vectors import AUTHORS, CARD, KEYS, LEDGER, PUBLICS, A, B, Json, load, refused


def test_cards_say_who_a_node_is() -> None:
    for one, row in zip((A, B, A), CARD["cards"], strict=True):
        raw = bytes.fromhex(row["signed"])
        assert card.write(row["said"], KEYS[one["node"]]) == raw
        read = card.read(raw)
        assert (read.code, read.offices, read.fingerprint) == (
            one["node"],
            (one["office"],),
            row["fingerprint"],
        )
        assert list(read.publics["author"]) == [AUTHORS[one["node"]].kid]


@pytest.mark.parametrize("row", CARD["refused"], ids=lambda row: row["name"])
def test_wrong_cards_are_refused_by_name(row: Json) -> None:
    wrong = refused(lambda: card.read(bytes.fromhex(row["signed"])))
    assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


DIRECTORY = load("directory")


def test_a_root_signs_itself_and_its_directory_says_who_belongs_to_it() -> None:
    root = keys.SigningKey(bytes.fromhex(DIRECTORY["root"]["seed"]))
    country, public = states.read_root(bytes.fromhex(DIRECTORY["root"]["signed"]))
    assert (country, public) == (DIRECTORY["root"]["country"], root.public)
    row = DIRECTORY["directory"]
    raw = bytes.fromhex(row["signed"])
    assert root.signed(states.DIRECTORY, wire.encode(row["said"])) == raw
    now = datetime.fromisoformat("2026-11-22T00:00:00Z")
    said, held = states.accept(raw, country=country, root=public, held=None, now=now)
    assert (said, held) == (row["said"], states.Held(number=3, digest=row["digest"]))
    again = states.accept(raw, country=country, root=public, held=held, now=now)
    assert again == (said, held)


@pytest.mark.parametrize("row", DIRECTORY["refused"], ids=lambda row: row["name"])
def test_wrong_directories_are_refused_by_name(row: Json) -> None:
    root = keys.SigningKey(bytes.fromhex(DIRECTORY["root"]["seed"])).public
    held = states.Held(**row["held"]) if row["held"] else None
    now = datetime.fromisoformat(row["now"])
    wrong = refused(
        lambda: states.accept(bytes.fromhex(row["signed"]), country="VN", root=root, held=held, now=now)
    )
    assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


QUORUM = load("roots")


def test_states_say_together_which_roots_they_have() -> None:
    now = datetime.fromisoformat(QUORUM["now"])
    first = quorum.accept(bytes.fromhex(QUORUM["first"]["list"]), held=None, now=now)
    second = quorum.accept(bytes.fromhex(QUORUM["second"]["list"]), held=first, now=now)
    for one, row in ((first, QUORUM["first"]), (second, QUORUM["second"])):
        assert (one.said, one.name) == (row["said"], row["digest"])
        assert one.countries == [state["country"] for state in QUORUM["states"]]
    assert quorum.digest_of(QUORUM["codes"]["list"]) == QUORUM["codes"]["digest"]
    by_hand = keys.SigningKey(bytes.fromhex(QUORUM["states"][1]["seed"]))
    payload, listed = wire.unpack(bytes.fromhex(QUORUM["first"]["list"]), 2)
    signatures = {one["kid"]: one["signature"] for one in wire.decode(listed)}
    assert signatures[by_hand.kid] == by_hand.sign(quorum.ROOTS, payload).hex()


@pytest.mark.parametrize("row", QUORUM["refused"], ids=lambda row: row["name"])
def test_wrong_lists_of_roots_are_refused_by_name(row: Json) -> None:
    held = quorum.read(bytes.fromhex(row["held"]))[0] if row["held"] else None
    now = datetime.fromisoformat(row["now"])
    wrong = refused(lambda: quorum.accept(bytes.fromhex(row["list"]), held=held, now=now))
    assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


LASTING = load("lasting")


def test_a_root_of_two_halves_is_believed() -> None:
    country, public = states.read_root(bytes.fromhex(LASTING["root"]["signed"]))
    assert (country, public.hex()) == (LASTING["root"]["country"], LASTING["root"]["public"])
    assert keys.fingerprint(keys.LASTING, public) == LASTING["root"]["fingerprint"]
    now, raw = datetime.fromisoformat(LASTING["now"]), bytes.fromhex(LASTING["directory"]["signed"])
    _said, held = states.accept(raw, country=country, root=public, held=None, now=now)
    assert held.digest == LASTING["directory"]["digest"]


@pytest.mark.parametrize("row", LASTING["refused"], ids=lambda row: row["name"])
def test_a_root_of_two_halves_is_not_believed_with_one(row: Json) -> None:
    public, now = bytes.fromhex(LASTING["root"]["public"]), datetime.fromisoformat(LASTING["now"])
    raw = bytes.fromhex(row["signed"])
    wrong = refused(lambda: states.accept(raw, country="VN", root=public, held=None, now=now))
    assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


def test_a_head_bears_a_second_line_that_holds_whole_or_not_at_all() -> None:
    public, row = bytes.fromhex(LASTING["root"]["public"]), LASTING["checkpoint"]
    made = ledger.read_checkpoint(row["note"], PUBLICS[A["node"]])
    assert made.origin == row["origin"]
    assert ledger.lasts(made, public)
    assert not ledger.lasts(ledger.read_checkpoint(LEDGER["checkpoint"]["note"], PUBLICS[A["node"]]), public)
    for wrong in row["refused"]:
        made = ledger.read_checkpoint(wrong["note"], PUBLICS[A["node"]])
        assert refused(lambda made=made: ledger.lasts(made, public)).code == "bad_signature"


def test_a_fingerprint_in_digits_is_the_same_number() -> None:
    for row in DIRECTORY["fingerprints"]:
        assert states.digits(row["hex"]) == row["digits"]
