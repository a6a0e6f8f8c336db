"""The node makes, byte for byte, what the files of vectors hold, and refuses what they say is refused."""

from __future__ import annotations

import pytest

from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint, lasting
from lienlac.core.trust import roots
from lienlac.peer.letters import letter as letters
from tests.vectors import kinds
from tests.vectors.make import FIXED, kept, made
from tests.vectors.making import of_lasting, of_letter
from tests.vectors.making.of_bundle import read
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.of_transport import parcels
from tests.vectors.making.sealed import edited

BUNDLE, LASTING, LETTER = kept("bundle"), kept("lasting"), kept("letter")


@pytest.mark.parametrize("name", FIXED)
def test_the_node_makes_and_refuses_what_the_file_says(name: str) -> None:
    """Making a file walks every refusal in it too: one that is accepted raises."""
    assert made(name) == kept(name)


def test_the_bundle_of_the_file_opens() -> None:
    bundle = read(bytes.fromhex(BUNDLE["opens"]["file"]))
    assert bundle.parcels == tuple(parcels())
    assert bundle.made == BUNDLE["opens"]["said"]["made"]


def test_the_directory_of_the_lasting_root_of_the_file_is_believed() -> None:
    root = roots.read(bytes.fromhex(LASTING["root"]["signed"]))
    assert root == roots.Root(country="VN", key=of_lasting.ROOT.public)
    assert (
        of_lasting.accept(bytes.fromhex(LASTING["directory"]["signed"])).digest
        == LASTING["directory"]["digest"]
    )


def test_the_head_of_the_file_bears_a_line_that_holds() -> None:
    signed = checkpoint.parse(LASTING["checkpoint"]["note"].encode())
    assert lasting.signed_by(signed, [of_lasting.ROOT.public])
    assert (
        lasting.key_id(signed.checkpoint.origin, of_lasting.ROOT.public).hex()
        == (LASTING["checkpoint"]["key_id"])
    )


@pytest.mark.parametrize("row", LASTING["checkpoint"]["refused"], ids=lambda row: row["name"])
def test_a_second_line_of_the_file_that_does_not_hold_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(Unauthentic, match="note_signature"):
        lasting.signed_by(checkpoint.parse(row["note"].encode()), [of_lasting.ROOT.public])


@pytest.mark.parametrize("row", LASTING["refused"], ids=lambda row: row["name"])
def test_one_half_of_the_lasting_root_of_the_file_is_not_believed(row: dict[str, str]) -> None:
    said = refusal(lambda: of_lasting.accept(bytes.fromhex(row["signed"])))
    assert said == {"kind": row["kind"], "code": row["code"]}


@pytest.mark.parametrize("edit", BUNDLE["refused"], ids=lambda edit: edit["name"])
def test_an_edited_bundle_is_refused_by_its_name(edit: dict[str, str]) -> None:
    raw = edited(bytes.fromhex(BUNDLE["opens"]["file"]), edit)
    assert refusal(lambda: read(raw)) == {"kind": edit["kind"], "code": edit["code"]}


@pytest.mark.parametrize("name", ["full", "bare"])
def test_the_letters_of_the_file_open(name: str) -> None:
    row = LETTER[name]
    letter = of_letter.read(bytes.fromhex(row["letter"]))
    assert letters.encode(letter).hex() == row["content"]
    assert letter.parcels == (tuple(parcels()) if name == "full" else ())
    assert list(letter.asks) == row["said"]["asks"]


@pytest.mark.parametrize("edit", LETTER["refused"], ids=lambda edit: edit["name"])
def test_an_edited_letter_is_refused_by_its_name(edit: dict[str, str]) -> None:
    raw = edited(bytes.fromhex(LETTER["full"]["letter"]), edit)
    assert refusal(lambda: of_letter.read(raw)) == {"kind": edit["kind"], "code": edit["code"]}


def test_the_page_of_kinds_is_that_of_the_tables() -> None:
    """When this fails: python -m tests.vectors.kinds."""
    assert kinds.PATH.read_text(encoding="utf-8") == kinds.page()
