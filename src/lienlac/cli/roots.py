"""`lienlac directory roots`: the list of the states' roots, which a quorum of them signs.

All but `take` need no node: each state signs the same list on its own machine, without any line, and the files are
carried together.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from lienlac.cli.partner import spelled
from lienlac.cli.root_files import Existing, File, opened, write_new
from lienlac.core.trust import moments, quorum, shared
from lienlac.core.trust.quorum import RootsList
from lienlac.site import start

AFTER = click.option("--after", type=Existing, help="The list before this one: its roots sign too.")
OUT = click.option("--out", required=True, type=File)


@click.group()
def roots() -> None:
    """The list of the states' roots and shared code lists, signed by a quorum of states."""


@roots.command()
@click.argument("publics", nargs=-1, required=True, type=Existing)
@click.option(
    "--threshold", required=True, type=click.IntRange(1), help="How many states sign; more than half."
)
@click.option("--days", default=730, show_default=True, type=click.IntRange(1, 3650))
@AFTER
@OUT
def draft(publics: tuple[Path, ...], threshold: int, days: int, after: Path | None, out: Path) -> None:
    """Write the complete list of the roots in the files PUBLICS, for the states to sign.

    It names this program's code lists too, so that every node notices when it has others.
    """
    now, before = datetime.now(UTC), _before(after)
    raw = quorum.draft(
        tuple(public.read_bytes() for public in publics),
        number=before.number + 1 if before else 1,
        threshold=threshold,
        lists=shared.ours(before.lists if before else ()),
        issued_at=moments.to_wire(now),
        expires_at=moments.to_wire(now + timedelta(days=days)),
    )
    write_new(out, raw)
    click.echo(_told(raw, before))


@roots.command()
@click.argument("file", type=Existing)
@click.option("--root", "key", required=True, type=Existing, help="The root key that `directory root` made.")
@AFTER
@OUT
@click.option("--passphrase", prompt=True, hide_input=True)
def sign(file: Path, key: Path, after: Path | None, out: Path, passphrase: str) -> None:
    """Sign the list in FILE with one state's root. Read its words to the other states first."""
    raw, before = file.read_bytes(), _before(after)
    signer, _public = opened(key, passphrase)
    write_new(out, quorum.sign(raw, signer, before=before))
    click.echo(_told(out.read_bytes(), before))


@roots.command()
@click.argument("files", nargs=-1, required=True, type=Existing)
@AFTER
@OUT
def join(files: tuple[Path, ...], after: Path | None, out: Path) -> None:
    """Put the signatures of all FILES, which hold the same list, into one."""
    before = _before(after)
    write_new(out, quorum.join((file.read_bytes() for file in files), before=before))
    click.echo(_told(out.read_bytes(), before))


@roots.command()
@click.argument("file", type=Existing)
@AFTER
def show(file: Path, after: Path | None) -> None:
    """Check FILE and say what stands in it, who signed it, and its words; nothing is kept."""
    click.echo(_told(file.read_bytes(), _before(after)))


@roots.command()
@click.argument("file", type=Existing)
@click.argument("said", nargs=-1)
@click.pass_obj
def take(path: Path, file: Path, said: tuple[str, ...]) -> None:
    """Let the list in FILE take effect at this node; the first one with the words that people SAID."""
    start.for_home(path)
    from lienlac.apps.directory import actions
    from lienlac.apps.mailroom.actions import refused_directories_noted

    signed, now = file.read_bytes(), datetime.now(UTC)
    with refused_directories_noted(signed, now=now):
        told = actions.take_roots(signed, said=" ".join(said), now=now)
    click.echo(f"list number {told.number}" + (": it has ended, ask for the next" if told.late else ""))
    for label in ("trusted", "retired", "waiting", "left_alone", "differing"):
        if names := getattr(told, label):
            click.echo(f"{LABELS[label]}: {', '.join(names)}")


LABELS = {
    "trusted": "speak for their nodes from now on",
    "retired": "roots of which nothing new is taken",
    "waiting": "roots whose words people compare first (`lienlac directory trust`)",
    "left_alone": "roots that were revoked here",
    "differing": "code lists that differ from ours",
}


def _before(file: Path | None) -> RootsList | None:
    return quorum.read(file.read_bytes()) if file else None


def _told(raw: bytes, before: RootsList | None) -> str:
    found, signers = quorum.read(raw), quorum.signers_of(raw, before=before)
    lines = [f"number {found.number}, good until {found.expires_at[:10]}, {len(found.lists)} code lists"]
    lines += [f"  {one.country}  {_signed(one.key.kid in signers)}" for one in found.roots]
    lines.append(_counted(found, signers))
    if before:
        lines.append(f"of the list before: {_counted(before, signers)}")
    return "\n".join([*lines, spelled(found.digest)])


def _signed(has: bool) -> str:
    return "signed" if has else "not yet"


def _counted(one: RootsList, signers: frozenset[str]) -> str:
    return f"{len(signers & one.keys().keys())} of {len(one.roots)} signed, {one.threshold} needed"
