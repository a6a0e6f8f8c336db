"""The command `lienlac`: one subcommand a file, none of which imports Django before its home is known."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lienlac import wording
from lienlac.cli import (
    audit,
    backup,
    bundle,
    conformance,
    demo,
    directory,
    doctor,
    init,
    keys,
    language,
    metrics,
    moving,
    names,
    node,
    oversight,
    partner,
    records,
    relay,
    releases,
    token,
    upgrade,
    users,
)
from lienlac.core.errors import LienlacError, store_unavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LIENLAC_HOME",
    default=Path("node"),
    show_default=True,
    help="The directory in which the node lives.",
)
@click.version_option(package_name="lienlac")
@click.pass_context
def lienlac(context: click.Context, home: Path) -> None:
    """Lienlac: a node for police cooperation across a border."""
    context.obj = home


COMMANDS = (
    init.init,
    node.up,
    node.work,
    users.users,
    partner.partner,
    directory.directory,
    bundle.bundle,
    relay.nats,
    records.records,
    names.names,
    releases.releases,
    backup.backup,
    backup.restore,
    backup.restored,
    keys.keys,
    audit.audit,
    oversight.oversight,
    doctor.doctor,
    metrics.metrics,
    conformance.conformance,
    upgrade.upgrade,
    moving.move_to,
    token.token,
    demo.demo,
)
for command in COMMANDS:
    lienlac.add_command(command)


def main() -> None:
    """Run the command; an error of ours is one plain line and exit code 1, never a stack trace."""
    try:
        lienlac(standalone_mode=True)
    except LienlacError as error:
        click.echo(wording.error(error, language.asked()), err=True)
        sys.exit(1)
    except OSError as error:  # a stick that was pulled out, a full disk, a directory that is not there
        click.echo(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        sys.exit(1)
    except Exception as error:
        if not _of_the_database(error):
            raise
        click.echo(wording.error(store_unavailable(error), "en"), err=True)
        sys.exit(1)


def _of_the_database(error: Exception) -> bool:
    database = sys.modules.get("django.db")  # in memory once a command has started its node, and only then
    return database is not None and isinstance(error, database.OperationalError)
