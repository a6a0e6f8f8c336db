"""`lienlac backup | restore | restored | keys export | keys import`: a node in one encrypted file, and back.

A backup is taken while the node runs. A restored node knows that it was restored: what it forgot is told by
its partners' nodes, what it had not yet sent is sent again, and nothing takes effect twice.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tarfile import TarFile

import click

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.reports.health import running
from lienlac.apps.reports.health.house import LAST_BACKUP as LAST
from lienlac.apps.reports.health.house import RESTORED
from lienlac.cli import archive, sqlite_copy
from lienlac.cli.keys import by_passphrase, keys
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic
from lienlac.site import home as homes
from lienlac.site import start

MANIFEST = "archive.json"
RESTORING, COPYING = ".restoring-", ".backup-"
ENDINGS = (signal.SIGTERM, signal.SIGHUP)
KEYS, NODE_TOML, DATABASE = "keys", "node.toml", "db.sqlite3"
LEFT_OUT = frozenset(
    {"bells", DATABASE, LAST, "test.sqlite3", *(DATABASE + suffix for suffix in sqlite_copy.BESIDE)}
)
NewFile = click.Path(dir_okay=False, path_type=Path)
OldFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=NewFile)
@by_passphrase("Passphrase", confirm=True)
@click.pass_obj
def backup(path: Path, file: Path, passphrase: str) -> None:
    """Write database, keys and settings into FILE, encrypted; the node may go on running."""
    home = homes.read(path)
    if home.database:
        raise Malformed("backup_of_postgresql")
    with _staging(path, COPYING) as nearby:  # same disk, same protection
        copied = nearby / DATABASE
        sqlite_copy.copy(home.sqlite, copied)  # before the keys: a key's row never comes before its file
        with archive.writing(file, passphrase) as target:
            _add_manifest(target, nearby, home, whole=True)
            archive.add(target, copied, DATABASE)
            _add_files(target, path, file)
    _note(path, {"at": _now(), "bytes": file.stat().st_size})
    click.echo(
        f"{file}: {file.stat().st_size} bytes. Keep the passphrase apart from it: without it nobody reads it."
    )


def _add_files(target: TarFile, path: Path, file: Path) -> None:
    for found, name in archive.files_below(path, LEFT_OUT):
        hidden = name.startswith((".", "before-")) or name.endswith((".log", ".unfinished"))
        if not hidden and found.resolve() != file.resolve():
            archive.add(target, found, name)


def _add_manifest(target: TarFile, nearby: Path, home: homes.Home, *, whole: bool) -> None:
    made = {
        "node": home.node,
        "made_at": _now(),
        "version": version("lienlac"),
        "whole": whole,
    }
    file = nearby / MANIFEST
    file.write_text(json.dumps(made), encoding="utf-8")
    archive.add(target, file, MANIFEST)


def _note(path: Path, noted: dict[str, object]) -> None:
    """Leave a note for `lienlac doctor`: when the last backup was made, or that there was none since a restore."""
    (path / LAST).write_text(json.dumps(noted), encoding="utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@click.command()
@click.argument("file", type=OldFile)
@click.argument("home", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--try",
    "on_trial",
    is_flag=True,
    help="Put it back apart from what is in HOME, look at it, and throw it away.",
)
@by_passphrase("Passphrase")
@click.pass_context
def restore(context: click.Context, file: Path, home: Path | None, on_trial: bool, passphrase: str) -> None:
    """Make a node from the backup in FILE, in HOME or where --home says. It tells its partners that it was restored."""
    home = _meant(context, home)
    if not on_trial and home.exists() and any(home.iterdir()):
        raise Malformed("home_exists", path=str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    _name_left_over(home.parent, home)
    if on_trial:  # inside: the node's own user may write there, and often not beside it
        with _staging(home if home.is_dir() else home.parent) as staging:
            manifest, _ = _put_back(file, passphrase, staging)
        click.echo(
            f"{file} can be put back: {manifest['node']} as of {manifest['made_at']}. Nothing was kept."
        )
        return
    with _staging(home.parent) as staging:
        manifest, lanes = _put_back(file, passphrase, staging)
        if home.exists():
            home.rmdir()
        staging.rename(home)
    click.echo(f"{manifest['node']} as of {manifest['made_at']} lives in {home}; {lanes} lanes begin anew.")
    if os.geteuid() == 0:
        click.echo(f"It belongs to root. If another user runs the node, first: chown -R USER: {home}")
    click.echo(f"Next: lienlac --home {home} doctor, then lienlac --home {home} up.")
    click.echo("Never start the old one again, should it still exist somewhere: two nodes cannot be one.")


def _put_back(file: Path, passphrase: str, directory: Path) -> tuple[dict[str, object], int]:
    """Make a restored node in an empty directory; return the manifest, and how many lanes begin anew."""
    manifest = _unpack(file, passphrase, directory)
    if not manifest["whole"]:
        raise Malformed("archive_holds_keys_only")
    sqlite_copy.check(directory / DATABASE, thorough=True)
    (directory / "bells").mkdir(mode=0o700, exist_ok=True)
    lanes = _tell_restored(directory)
    _note(directory, {RESTORED: _now(), "made_at": manifest["made_at"]})
    return manifest, lanes


def _meant(context: click.Context, home: Path | None) -> Path:
    """Return where the node is to live; a --home that was typed and is another place than HOME is nobody's wish."""
    outer = context.parent
    typed = outer is not None and outer.get_parameter_source("home") is click.core.ParameterSource.COMMANDLINE
    general: Path = context.obj
    if home is not None and typed and home.resolve() != general.resolve():
        raise Malformed("two_homes", home=str(general), other=str(home))
    return home or general


def _name_left_over(*places: Path) -> None:
    """Say what a restore that was killed has left: a whole node, of which nobody knows."""
    for place in places:
        for left in sorted(place.glob(f"{RESTORING}*")):
            click.echo(
                f"Unless one is at work now, a restore broke off and left keys: {left}. Delete it.", err=True
            )


@contextmanager
def _staging(where: Path, prefix: str = RESTORING) -> Iterator[Path]:
    """Give a directory of mode 0700 on the same disk, which is gone afterwards unless it was renamed.

    Whoever ends the process gets it cleared away too. Malformed('staging_left') when it cannot be: it holds keys.
    """
    ending = [each for each in ENDINGS if signal.getsignal(each) == signal.SIG_DFL]  # `nohup` stays as it is
    try:
        for each in ending:
            signal.signal(each, _leave)
        directory = Path(tempfile.mkdtemp(prefix=prefix, dir=where))
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            if directory.exists():
                raise Malformed("staging_left", path=str(directory))
    finally:
        for each in ending:
            signal.signal(each, signal.SIG_DFL)


def _leave(number: int, _frame: object) -> None:
    for each in ENDINGS:
        signal.signal(
            each, signal.SIG_IGN
        )  # once is enough: what is being cleared away is cleared away whole
    sys.exit(128 + number)


def _unpack(file: Path, passphrase: str, directory: Path) -> dict[str, object]:
    names = archive.unpack(file, passphrase, directory)
    if MANIFEST not in names or NODE_TOML not in names:
        raise Malformed("archive_incomplete", missing=MANIFEST if MANIFEST not in names else NODE_TOML)
    manifest: dict[str, object] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    (directory / MANIFEST).unlink()
    return manifest


def _tell_restored(path: Path) -> int:
    """Bring the database up to this version, end all sessions, begin lanes and ledgers anew; return how many lanes.

    Before the directory gets its final name: a node that does not know it was restored must never start.
    """
    start.for_home(path)
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.db import connections

    _check_not_newer()
    call_command("migrate", verbosity=0)
    Session.objects.all().delete()
    lanes = begin_again()
    connections.close_all()
    return lanes


def begin_again() -> int:
    """Tell the database in use that it was put back in time; return how many lanes begin anew."""
    from lienlac.apps.audit.actions import Sealer
    from lienlac.apps.directory import queries
    from lienlac.apps.directory.models import NodeKey
    from lienlac.apps.mailroom.actions import restoring

    now = datetime.now(UTC)
    key = queries.own_signing_key(NodeKey.Use.NODE, now)
    sealer = Sealer(node=queries.this_node().code, public=key.public.public_bytes, sign=key.sign)
    return restoring.restored(sealer, now=now)


def _check_not_newer() -> None:
    """Raise NotUnderstood('backup_newer') when the database has steps that this version does not know."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations) - set(loader.replacements)
    if unknown:
        raise NotUnderstood("backup_newer", steps=sorted(f"{app}.{name}" for app, name in unknown))


@click.command()
@click.pass_obj
def restored(path: Path) -> None:
    """Tell a stopped node that its database was put back by other means, such as PostgreSQL's own tools."""
    running.check_stopped(homes.read(path))
    start.for_home(path)
    click.echo(f"{begin_again()} lanes begin anew; partners will name what this node has forgotten.")


@keys.command("export")
@click.argument("file", type=NewFile)
@by_passphrase("Passphrase", confirm=True)
@click.pass_obj
def export(path: Path, file: Path, passphrase: str) -> None:
    """Write keys and settings into FILE, encrypted. Do it once a key changes, and put FILE into a safe."""
    home = homes.read(path)
    with (
        _staging(path, COPYING) as nearby,
        archive.writing(file, passphrase) as target,
    ):
        _add_manifest(target, nearby, home, whole=False)
        archive.add(target, path / NODE_TOML, NODE_TOML)
        for found, name in archive.files_below(home.keys, ()):
            archive.add(target, found, f"{KEYS}/{name}")
    click.echo(f"{file}: {file.stat().st_size} bytes.")


@keys.command("import")
@click.argument("file", type=OldFile)
@by_passphrase("Passphrase")
@click.pass_obj
def import_(path: Path, file: Path, passphrase: str) -> None:
    """Put back keys that are missing here. One that is here already stays as it is."""
    home = homes.read(path)
    with _staging(path) as staging:
        manifest = _unpack(file, passphrase, staging)
        if manifest["node"] != home.node:
            raise Malformed("archive_of_other_node", node=manifest["node"])
        _check_one_lock(staging / KEYS, home.keys)
        put = [
            name for found, name in archive.files_below(staging / KEYS, ()) if _put(found, home.keys / name)
        ]
    click.echo("\n".join(put) if put else "Nothing was missing.")


def _check_one_lock(brought: Path, here: Path) -> None:
    """Raise Unauthentic('key_file_of_other_lock') when what is brought opens with another passphrase."""
    held, come = KeyFiles(here).locks(), KeyFiles(brought).locks()
    if others := [name for lock, name in come.items() if held and lock not in held]:
        raise Unauthentic("key_file_of_other_lock", file=others[0])


def _put(found: Path, target: Path) -> bool:
    """Link a file into its place unless something is there; the directory entry appears at once or not at all."""
    try:
        os.link(found, target)
    except FileExistsError:
        return False
    return True
