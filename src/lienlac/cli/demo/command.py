"""The command `lienlac demo`."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path

import click

from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.stage import Stage, set_up

FIRST_PORT = 8101


@click.command()
@click.option("--at", type=click.Path(file_okay=False, path_type=Path), default=Path(".demo"), show_default=True,
              help="Where the demo's nodes live.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Throw the old demo away first.")
@click.option(
    "--port", default=FIRST_PORT, show_default=True, help="Port of the first desk; the others follow."
)
def demo(at: Path, fresh: bool, port: int) -> None:
    """Make and run the demo nodes until Ctrl-C."""
    if fresh:
        shutil.rmtree(at, ignore_errors=True)
    stage = set_up(at.resolve(), click.echo, first_port=port)
    try:
        _show(stage)
        _until_stopped()
    finally:
        click.echo("Stopping the nodes …")
        stage.stop()


def _show(stage: Stage) -> None:
    click.echo("\nReady. Sign in at:\n")
    for node in stage.nodes:
        click.echo(f"  {node.url}    {node.player.names[node.player.languages[0]]}")
        for person in node.player.people:
            click.echo(f"      {person.username:10} {PASSWORD}    {person.full_name}, {person.role}")
    click.echo("\nOne browser can be in all of them at once. Everything here is invented. Ctrl-C stops.")


def _until_stopped() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
