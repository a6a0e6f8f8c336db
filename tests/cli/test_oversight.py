"""The oversight's own commands: a key that never comes to a node, and what it opens, in whose name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.core.envelope.world import A, B
from tests.vectors.make import kept

from lienlac.cli.oversight import oversight, read_public
from lienlac.core import envelope
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.messages import canonical
from lienlac.core.trust import cards

PASSPHRASE = "long enough to keep"


def run(*words: object, passphrase: str = PASSPHRASE) -> Any:
    return CliRunner().invoke(oversight, [*map(str, words), "--passphrase", passphrase])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert run("make", tmp_path / "court.key").exit_code == 0
    return tmp_path / "court.key"


@pytest.fixture
def sealed(key: Path, tmp_path: Path) -> Path:
    """What A wrote to B, sealed to B's oversight too; and A's card beside it."""
    signed = envelope.sign(envelope.MESSAGE_TYPE, canonical.encode(said()), A.officer)
    public = read_public(key.with_name("court.key.oversight").read_bytes())
    to = [B.as_recipient(), envelope.Recipient(node=B.id, key=public)]
    raw = envelope.seal(signed, sender=A.id, recipients=to, node_key=A.signing)
    (tmp_path / "a.envelope").write_bytes(raw)
    (tmp_path / "a.card").write_bytes(bytes.fromhex(kept("card")["cards"][0]["signed"]))
    return tmp_path / "a.envelope"


def said() -> Any:
    message = {"id": "5" * 32, "from": A.office, "to": [B.office], "kind": "HANDOVER", "version": 1}
    message |= {"handling": [], "created": "2026-11-21T08:30:00.000Z", "agreement": None}
    return message | {"in_reply_to": None, "attachments": [], "body": {"text": "bàn giao"}}


def opening(key: Path, sealed: Path, card: str = "a.card", **how: Any) -> Any:
    return run("open", key, sealed, "--node", B.id, "--card", sealed.parent / card, **how)


def test_it_reads_who_wrote_what(key: Path, sealed: Path) -> None:
    ended = opening(key, sealed)
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.output)
    assert (told["from_node"], told["signed_by"]) == (A.id, A.officer.kid)
    assert told["message"] == said()


def test_neither_another_key_nor_another_passphrase_opens(key: Path, sealed: Path) -> None:
    run("make", key.with_name("other.key"))
    for wrong in (
        opening(key.with_name("other.key"), sealed),
        opening(key, sealed, passphrase="another one entirely"),
    ):
        assert isinstance(wrong.exception, LienlacError)
        assert wrong.exception.code in {"sealing_key_unknown", "passphrase_wrong"}
        assert "bàn giao" not in wrong.output


def test_what_a_stranger_signed_is_nobodys_word(key: Path, sealed: Path) -> None:
    stranger = SigningKey(b"x" * 32)
    card = cards.read((sealed.parent / "a.card").read_bytes())
    public = stranger.public
    keys = [cards.PublicKeyOnCard(use=use, kid=public.kid, public=public.public_bytes, valid_from=MOMENT, valid_to="")
            for use in ("node", "author")]  # fmt: skip
    forged = cards.Card(**{**vars(card), "keys": (*keys, card.first("seal"))})
    (sealed.parent / "x.card").write_bytes(cards.sign(forged, stranger))
    wrong = opening(key, sealed, card="x.card")
    assert isinstance(wrong.exception, LienlacError)
    assert wrong.exception.code == "unknown_key"


MOMENT = "2026-01-01T00:00:00.000Z"


def test_a_key_is_not_written_over_and_lies_there_for_nobody_to_read(key: Path) -> None:
    before = key.read_bytes()
    assert run("make", key).exit_code != 0
    assert key.read_bytes() == before
    assert key.stat().st_mode & 0o777 == 0o600
    public = key.with_name("court.key.oversight").read_text().strip()
    assert public not in before.hex()


@pytest.mark.parametrize("raw", [b"", b"zz", b"00", "ü".encode(), b"ab" * 32])
def test_what_is_no_public_half_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed, match="bad_public_key"):
        read_public(raw)
