"""`lienlac oversight`: the key of a state's oversight, kept by that body alone, and what it opens.

Neither command needs a node: they run where the prosecutor, the court or the inspectorate keeps the key.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import click

from lienlac.cli.root_files import Existing, File, write_new
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.envelope.keys import SealingKey, SealingPublic, VerifyKey
from lienlac.core.envelope.resting import LOCK_BYTES, RestingKey, check_passphrase, unlock
from lienlac.core.errors import Malformed
from lienlac.core.trust import cards

PUBLIC = ".oversight"
NAME = "oversight"


@click.group()
def oversight() -> None:
    """The key of a state's oversight, and what was sealed to it."""


@oversight.command()
@click.argument("key", type=File)
@click.password_option("--passphrase", help="At least 12 characters; without it the key is lost.")
def make(key: Path, passphrase: str) -> None:
    """Make a key: KEY stays with the oversight, KEY.oversight is given to the nodes of its own state."""
    made, resting = SealingKey.generate(), RestingKey.generate()
    lock = resting.under(check_passphrase(passphrase))
    write_new(key, lock + resting.seal(NAME, made.secret_seed()))
    public = key.with_name(key.name + PUBLIC)
    write_new(public, made.public.public_bytes.hex().encode() + b"\n")
    click.echo(f"{key} stays here. Give {public} to the nodes of your state: lienlac keys oversight FILE")
    click.echo(f"fingerprint  {made.public.fingerprint}")


@oversight.command("open")
@click.argument("key", type=Existing)
@click.argument("sealed", type=Existing)
@click.option("--node", required=True, help="The node whose card names the key.")
@click.option(
    "--card", "card_file", required=True, type=Existing, help="The sender's card, whose keys must hold."
)
@click.option("--passphrase", prompt=True, hide_input=True)
def open_(key: Path, sealed: Path, node: str, card_file: Path, passphrase: str) -> None:
    """Open a SEALED message that `lienlac audit overseen` wrote, and check who signed it; prints it as JSON."""
    secret, sender = _secret(key.read_bytes(), passphrase), cards.read(card_file.read_bytes())
    opened = envelope.open_envelope(
        sealed.read_bytes(),
        me=node,
        sealing_keys={secret.kid: secret},
        node_keys=_keys(sender, "node"),
    )
    signed, enclosed = chunks.parted(opened.signed_message)
    message, kid = envelope.read_message(
        signed, sender=opened.header.sender, author_keys=_keys(sender, "author")
    )
    chunks.check_enclosed(message, enclosed)
    said = json.loads(message.to_bytes())
    told = {"from_node": opened.header.sender, "signed_by": kid, "message": said}
    if enclosed:
        told["chunk"] = base64.b64encode(enclosed).decode()
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def read_public(raw: bytes) -> SealingPublic:
    """Read what `make` wrote beside the key; Malformed('bad_public_key')."""
    try:
        return SealingPublic(bytes.fromhex(raw.decode("ascii").strip()))
    except ValueError as error:
        raise Malformed("bad_public_key", label=SealingPublic.label) from error


def _secret(raw: bytes, passphrase: str) -> SealingKey:
    resting = unlock(raw[:LOCK_BYTES], passphrase)
    return SealingKey.from_seed(resting.open(NAME, raw[LOCK_BYTES:]))


def _keys(card: cards.Card, use: str) -> dict[tuple[str, str], VerifyKey]:
    return {(card.node, key.kid): VerifyKey(key.public) for key in card.keys if key.use == use}
