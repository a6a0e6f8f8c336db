"""`lienlac keys …`: how the node's private keys rest, and how new ones come.

Their copies are `backup`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.reports.health import running
from lienlac.core.envelope.resting import check_passphrase
from lienlac.site import home as homes
from lienlac.site import passphrase as places
from lienlac.site import start

Command = Callable[..., Any]


def by_passphrase(
    asks: str, *, confirm: bool = False, option: str = "--passphrase-file", name: str = "passphrase"
) -> Callable[[Command], Command]:
    """Give the option by which a passphrase comes: a file for machines, a question for people."""

    def asked(_context: click.Context, _parameter: click.Parameter, file: Path | None) -> str:
        if file is not None:
            return places.first_line(file)
        return str(click.prompt(asks, hide_input=True, confirmation_prompt=confirm, err=True))

    return click.option(
        option,
        name,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Its first line is the passphrase; without it you are asked.",
        callback=asked,
    )


@click.group()
def keys() -> None:
    """The node's private keys: sealed or open, in a safe, renewed."""


def _of_stopped(path: Path) -> tuple[homes.Home, KeyFiles]:
    """Return the key files of a node that is not at work: its processes would go on with what they hold."""
    home = homes.read(path)
    running.check_stopped(home)
    return home, KeyFiles(home.keys, places.source(home.passphrase_file))


@keys.command()
@by_passphrase("Passphrase of the keys", confirm=True)
@click.pass_obj
def seal(path: Path, passphrase: str) -> None:
    """Seal the private keys under a passphrase, which the node then needs at each start."""
    home, files = _of_stopped(path)
    names = files.seal(check_passphrase(passphrase))
    click.echo("\n".join(names) if names else "Nothing lay open.")
    if not home.passphrase_file:
        click.echo("`up` now asks for the passphrase. How a machine gives it: docs/operators/keys.md.")


@keys.command("passphrase")
@by_passphrase("New passphrase of the keys", confirm=True, option="--new-passphrase-file", name="new")
@click.pass_obj
def change_passphrase(path: Path, new: str) -> None:
    """Change the passphrase of sealed keys; the old one opens them a last time."""
    _home, files = _of_stopped(path)
    files.change_passphrase(new)
    click.echo("The new passphrase opens the keys, the old one no longer. Old backups keep the old one.")


@keys.command()
@click.confirmation_option(prompt="Whoever takes the disk away can then speak as this node. Unseal?")
@click.pass_obj
def unseal(path: Path) -> None:
    """Let the private keys lie open again."""
    _home, files = _of_stopped(path)
    click.echo("\n".join(files.unseal()))


@keys.command("list")
@click.pass_obj
def list_(path: Path) -> None:
    """Say which keys this node has, since when, and which partners have not heard of the newest."""
    start.for_home(path)
    from lienlac.apps.directory import keystore, moments, queries
    from lienlac.apps.directory.models import NodeKey
    from lienlac.apps.mailroom import actions as mailroom

    for row in queries.own_key_rows(*NodeKey.Use).order_by("use", "valid_from"):
        waits = row.valid_from == moments.NOT_YET
        since = "announced, not taken up" if waits else f"since {row.valid_from:%Y-%m-%d}"
        place = keystore.store().rests_in(row.use, row.kid)
        click.echo(f"{row.use:<6}  {row.kid[:32]}  {since}" + ("  in the token" if place == "token" else ""))
    changed_at = queries.card_changed_at()
    for partner in mailroom.unheard(changed_at) if changed_at else ():
        click.echo(f"{partner.code} has not receipted our newest card yet.")


@keys.command()
@click.option(
    "--renew", is_flag=True, help="Make one that follows it; for a year both sign what is exported."
)
@click.pass_obj
def lasting(path: Path, renew: bool) -> None:
    """Make a key that signs one head of each ledger a day, and exports, for decades (ML-DSA-65 beside Ed25519).

    It grows our card by 4 KB and one receipt a day by 4.5 KB. Give its fingerprint to whoever is to verify our exports.
    """
    start.for_home(path)
    from lienlac.apps.directory import actions
    from lienlac.core.envelope.lasting import public_of

    make = actions.renew_lasting if renew else actions.make_lasting
    row = make(now=datetime.now(UTC))
    click.echo(public_of(bytes(row.public)).fingerprint)
    click.echo("Partners are told by the post. Put the new key into the safe: lienlac keys export FILE")


@keys.command("oversight")
@click.argument("public", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def name_oversight(path: Path, public: Path) -> None:
    """Name the key of our state's oversight (PUBLIC, from `lienlac oversight make`) on our card.

    Partners seal coercive matters to it too, from the card on that names it. It takes the place of one named before.
    """
    start.for_home(path)
    from lienlac.apps.directory import actions
    from lienlac.cli.oversight import read_public

    key = read_public(public.read_bytes())
    actions.name_oversight(key, now=datetime.now(UTC))
    click.echo(f"{key.fingerprint}  is named on our card; partners are told by the post.")


@keys.command()
@click.option(
    "--signing",
    is_flag=True,
    help="The signing keys: once a year. Not when somebody may have them: ring partners.",
)
@click.option(
    "--at-once", is_flag=True, help="Sign with announced keys now, though some partner has not heard of them."
)
@click.pass_obj
def renew(path: Path, signing: bool, at_once: bool) -> None:
    """Make a new sealing key (every month the node does it by itself), or new signing keys."""
    if signing and at_once:
        raise click.UsageError(
            "--signing makes new keys, --at-once signs with those announced: one after the other."
        )
    start.for_home(path)
    from lienlac.apps.directory import actions, keystore

    now = datetime.now(UTC)
    if at_once:
        rows = actions.take_up(now=now)
        if not rows:
            click.echo("No announced keys wait to be taken up.")
            return
    elif signing:
        rows = actions.renew_signing(now=now)
    else:
        rows = [actions.renew_sealing(now=now)]
    for row in rows:
        click.echo(f"{row.use:<6}  {row.kid}")
    click.echo("Partners are told by the post. Put the new keys into the safe: lienlac keys export FILE")
    if any(keystore.store().rests_in(row.use, row.kid) == "token" for row in rows):
        click.echo("Those in the token are not in that file: what becomes of the token becomes of them.")
