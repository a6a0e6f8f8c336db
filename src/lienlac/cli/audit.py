"""`lienlac audit`: give an inspector, or a court, a file that proves an exchange; examine such a file."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

import lienlac
from lienlac.core.errors import Malformed, Unavailable
from lienlac.core.ledger import linking
from lienlac.core.ledger.linking import Chain
from lienlac.site import start

if TYPE_CHECKING:
    from lienlac.apps.directory.models import Node

PACKAGE = Path(lienlac.__file__).parent
PLACES = (PACKAGE / "verifier" / "lienlac_verify.py", PACKAGE.parents[1] / "verifier" / "lienlac_verify.py")
"""In the wheel, and in a clone: the same file (`force-include` of pyproject.toml)."""


@click.group()
def audit() -> None:
    """Ledgers: export what was exchanged with a partner, and verify such an export."""


@audit.command()
@click.argument("partner")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--epoch", default="", help="An earlier ledger of the pair, before a restore.")
@click.option(
    "--held", multiple=True, type=int, help="Size of a checkpoint that the reader keeps; may repeat."
)
@click.pass_obj
def export(path: Path, partner: str, file: Path, epoch: str, held: tuple[int, ...]) -> None:
    """Write the ledger of the pair with PARTNER into FILE, with what both sides signed."""
    start.for_home(path)
    from lienlac.apps.directory import queries
    from lienlac.apps.mailroom import exporting

    node = _partner(partner)
    lines = exporting.export(node, epoch=epoch, held=held, now=datetime.now(UTC))
    count = _write(file, lines)
    click.echo(
        f"{count} lines written to {file}. Whoever verifies it compares this fingerprint with the paper:"
    )
    click.echo(_on_paper(queries.this_node()))
    click.echo(_on_paper(node))


def _on_paper(node: Node) -> str:
    """Return the fingerprint of a node as its paper has it, or say that no key of it holds any longer."""
    from lienlac.apps.directory import queries

    return f"  {node.code}  {queries.fingerprint_of(node) or 'no key holds: the file names those that were revoked'}"


def _partner(code: str) -> Node:
    from lienlac.apps.directory.models import Node

    node = Node.objects.filter(code=code).exclude(standing=Node.Standing.SELF).first()
    if node is None:
        raise Malformed("unknown_node", node=code)
    return node


def _write(file: Path, lines: Iterable[bytes]) -> int:
    """Write a new file of lines; return how many."""
    count = 0
    with _new(file) as handle:
        for line in lines:
            handle.write(line)
            count += 1
    return count


@contextmanager
def _new(file: Path) -> Iterator[BinaryIO]:
    """Give a new file, readable by its owner alone: it may hold what the messages held."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            yield handle
    except BaseException:
        file.unlink(missing_ok=True)  # half an export proves nothing
        raise


@audit.command()
@click.argument("partner")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--epoch", default="", help="An earlier ledger of the pair, before a restore.")
@click.option(
    "--after",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The archive that this one is to follow in the chain.",
)
@click.pass_obj
def asic(path: Path, partner: str, file: Path, epoch: str, after: Path | None) -> None:
    """Write the ledger of the pair with PARTNER into FILE as an archive of ASiC-E containers with `linkinginfo`."""
    start.for_home(path)
    from lienlac.apps.mailroom import containers

    chain = _following(after)
    count = _write_archive(
        file, containers.archive(_partner(partner), chain, epoch=epoch, now=datetime.now(UTC))
    )
    click.echo(f"{count - 1} containers written to {file}. The last step of the chain:")
    click.echo(f"  {chain.last}")


def _following(after: Path | None) -> Chain:
    if after is None:
        return Chain()
    try:
        with zipfile.ZipFile(after) as archive:
            return linking.following(archive.read(linking.NAME), after.name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise Malformed("linking_info", archive=after.name) from error


def _write_archive(file: Path, members: Iterable[tuple[str, bytes]]) -> int:
    """Write a new archive, readable by its owner alone; return how many files are in it."""
    count = 0
    with _new(file) as handle, zipfile.ZipFile(handle, "w") as archive:  # containers are compressed already
        for name, content in members:
            archive.writestr(name, content)
            count += 1
    return count


@audit.command()
@click.argument("partner")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def overseen(path: Path, partner: str, directory: Path) -> None:
    """Write what PARTNER sealed to our state's oversight into DIRECTORY, sealed as it came.

    The oversight opens it with its own key: lienlac oversight open.
    """
    start.for_home(path)
    from lienlac.apps.mailroom import overseen as kept

    directory.mkdir(mode=0o700, exist_ok=True)
    count = 0
    for digest, raw in kept.envelopes(_partner(partner)):
        count += _write(directory / f"{digest}.envelope", [raw])
    click.echo(f"{count} written to {directory}.")


@audit.group()
def commitment() -> None:
    """What the house ledger held on a day, given out without its size; opened to an inspector later."""


@commitment.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def make(path: Path, file: Path | None) -> None:
    """Make today's commitment, as the node does by itself each day (UTC), and write it into FILE for the oversight."""
    start.for_home(path)
    from lienlac.apps.mailroom import committing
    from lienlac.core.ledger.commitment import digest_of, given

    made = committing.commit_daily(now=datetime.now(UTC))
    if made is None:
        raise Unavailable("house_unsigned")
    if file is not None:
        _write(file, [given(bytes(made.signed))])
    click.echo(f"{made.day}  {digest_of(bytes(made.signed))}")


@commitment.command()
@click.option(
    "--days", type=click.IntRange(1), default=30, help="So many of the last ones.", show_default=True
)
@click.pass_obj
def show(path: Path, days: int) -> None:
    """List the commitments of the last days: what the oversight was given, or is to be given."""
    start.for_home(path)
    from lienlac.apps.audit.models import Commitment
    from lienlac.core.ledger.commitment import digest_of

    for one in reversed(Commitment.objects.order_by("-day")[:days]):
        click.echo(f"{one.day}  {digest_of(bytes(one.signed))}")


@commitment.command("open")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def open_(path: Path, day: datetime, file: Path) -> None:
    """Write what opens the commitment of DAY into FILE: head, salt, and the proof that the ledger only grew since.

    It shows its reader how long the house ledger is. `audit verify` and the verifier alone examine it.
    """
    start.for_home(path)
    from lienlac.apps.directory import queries
    from lienlac.apps.mailroom import committing

    _write(file, [committing.opened(day.date(), now=datetime.now(UTC))])
    click.echo(f"{file}: whoever examines it compares this fingerprint with the paper:")
    click.echo(_on_paper(queries.this_node()))


@audit.command()
@click.pass_obj
def forks(path: Path) -> None:
    """List incidents in which a partner, or this node, signed two histories."""
    start.for_home(path)
    from lienlac.apps.mailroom import disputing

    for one in disputing.disputed():
        closed = "closed" if one.closed_at else "open"
        click.echo(f"{one.pk:>6}  {one.at:%Y-%m-%d %H:%M} UTC  {one.partner.code}  {one.code}  {closed}")


@audit.command()
@click.argument("number", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def fork(path: Path, number: int, file: Path) -> None:
    """Write both signed words of incident NUMBER into FILE, which `audit verify` and the verifier alone examine."""
    start.for_home(path)
    from lienlac.apps.mailroom import disputing, queries

    incident = queries.incident(number)
    if incident is None:
        raise Malformed("incident_without_fork", number=number)
    _write(file, [disputing.evidence(incident, now=datetime.now(UTC))])
    click.echo(
        f"{file}: whoever examines it compares the fingerprint of {incident.partner.code} with the paper."
    )


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", multiple=True, help="Fingerprint of a node's signing key, from paper; may repeat.")
@click.option(
    "--checkpoint",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept from before; may repeat.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(file: Path, key: tuple[str, ...], checkpoint: tuple[Path, ...], as_json: bool) -> None:
    """Examine an export with the stand-alone verifier, which shares no code with this node.

    Exit 0: it holds; 1: something does not, and the line is named; 2: it could not be examined.
    """
    verifier = next((place for place in PLACES if place.exists()), None)
    if verifier is None:
        raise Unavailable("verifier_missing", file=PLACES[0].name)
    words = [str(file)]
    words += [word for one in key for word in ("--key", one)]
    words += [word for one in checkpoint for word in ("--checkpoint", str(one))]
    words += ["--json"] if as_json else []
    sys.exit(subprocess.run([sys.executable, "-I", str(verifier), *words], check=False).returncode)
