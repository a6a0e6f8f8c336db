"""`lienlac bundle`: the post in a sealed file, where no line is: on a stick, by courier, through a third hand.

A file is taken in only when somebody says so here; nothing watches a folder or a stick.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lienlac.cli.of_node import OfNode
from lienlac.core.errors import Malformed, Unauthentic

if TYPE_CHECKING:
    from lienlac.site.stick import Written

NewFile = click.Path(dir_okay=False, path_type=Path)
OldFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=OfNode)
def bundle() -> None:
    """The post in a sealed file, where no line is."""


@bundle.command("export")
@click.argument("partner")
@click.argument("file", type=NewFile)
def export(partner: str, file: Path) -> None:
    """Write everything that waits for PARTNER into FILE, sealed for it alone."""
    from lienlac.site import stick

    _hand_over(stick.write(partner, by=None, now=datetime.now(UTC)), file)


@bundle.command("import")
@click.argument("file", type=OldFile)
@click.option("--reply", type=NewFile, help="The file that goes back; FILE.reply when absent.")
def import_(file: Path, reply: Path | None) -> None:
    """Take in FILE from a partner, and write the file that goes back to it."""
    from lienlac.apps.mailroom.queries import has_outbox
    from lienlac.site import stick

    taken = stick.take(_read(file), by=None, now=datetime.now(UTC))
    click.echo(
        f"From {taken.partner.code}, written {taken.made}: {_parcels(taken.parcels)}, {taken.new} of them new."
    )
    if taken.parcels or has_outbox(taken.partner):
        back = stick.write(taken.partner.code, reply=taken.reply, by=None, now=datetime.now(UTC))
        _hand_over(back, reply or file.with_name(file.name + ".reply"))
    else:
        click.echo("Nothing needs to go back.")


@bundle.command()
@click.argument("file", type=OldFile)
def look(file: Path) -> None:
    """Say from whom and for whom FILE is, and whether its signature holds. Nothing is opened or kept."""
    from lienlac.peer.bundle import unpacking
    from lienlac.peer.bundle.file import check_outer, header_of

    raw = _read(file)
    header = header_of(raw)
    click.echo(f"From {header.sender} for {header.to[0]}, {len(raw)} bytes, sealed.")
    try:
        check_outer(raw, node_keys=unpacking.node_key)
    except Unauthentic as problem:
        if problem.code != "unknown_key":
            raise
        click.echo("This node does not know the sender's key: it cannot say whether the signature holds.")
        return
    click.echo("The sender's signature holds.")


def _parcels(count: int) -> str:
    return "1 parcel" if count == 1 else f"{count} parcels"


def _hand_over(written: Written, file: Path) -> None:
    _write(file, written.raw)
    click.echo(f"{file}: {_parcels(written.parcels)} for {written.partner.code}, {len(written.raw)} bytes.")
    click.echo("They stay in the outbox until its signed receipts are here.")
    if written.more:
        click.echo("More waits than one file holds: write the next one when the reply to this one is here.")


def _read(file: Path) -> bytes:
    """Return the file's bytes; one that is too large is not read at all."""
    from lienlac.peer.bundle.file import MAX_FILE_BYTES

    with file.open("rb") as source:
        raw = source.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise Malformed("bundle_too_large", size=file.stat().st_size, limit=MAX_FILE_BYTES)
    return raw


def _write(file: Path, raw: bytes) -> None:
    """Write a file completely or not at all: a stick may be pulled out at any moment."""
    unfinished = file.with_name(file.name + ".unfinished")
    with unfinished.open("wb") as target:
        target.write(raw)
        target.flush()
        os.fsync(target.fileno())
    unfinished.replace(file)
