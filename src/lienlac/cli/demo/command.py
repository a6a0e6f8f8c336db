"""The command `lienlac demo`."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from lienlac.cli.demo.cast import PASSWORD
from lienlac.core.errors import Unavailable

if TYPE_CHECKING:  # every `lienlac …` reads this module: what the demo needs is imported when it is asked for
    from lienlac.cli.demo.stage import Stage

FIRST_PORT = 8101

IN_PLAIN_WORDS = {
    "port_taken": "Port {port}, which {node} needs, is taken. Is a demo running already? Stop what listens there, "
    "or make a demo elsewhere: lienlac demo --at OTHER_DIRECTORY --port 9101",
    "demo_not_made": "The node {node} could not be made: {detail}",
    "node_does_not_answer": "The node {node} does not answer. What it says stands in {log}",
}
"""What stands in the way of a demo, for whoever tries it out."""


@click.command()
@click.option("--at", type=click.Path(file_okay=False, path_type=Path), default=Path(".demo"), show_default=True,
              help="Where the demo's nodes live.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Throw the old demo away first.")
@click.option(
    "--port", default=FIRST_PORT, show_default=True, help="Port of the first desk; the others follow."
)
@click.option(
    "--check", is_flag=True, help="Walk the whole journey without a browser, in nodes of its own; then end."
)
@click.option("--json", "as_json", is_flag=True, help="With --check: tell it as JSON.")
@click.option(
    "--sabotage", metavar="STEP", help="With --check: break what that step relies on; `?` lists the steps."
)
def demo(at: Path, fresh: bool, port: int, check: bool, as_json: bool, sabotage: str | None) -> None:
    """Make and run the demo nodes until Ctrl-C."""
    signal.signal(signal.SIGINT, _as_interrupt)  # a shell that starts us in the background has it ignored
    signal.signal(signal.SIGTERM, _as_interrupt)
    if check:
        sys.exit(_check(as_json, sabotage))
    if sabotage or as_json:
        raise click.UsageError("--json and --sabotage go with --check.")
    if fresh:
        shutil.rmtree(at, ignore_errors=True)
    _run(at.resolve(), port)


def _check(as_json: bool, sabotage: str | None) -> int:
    from lienlac.cli.demo import check
    from lienlac.cli.demo.sabotage import SABOTAGES

    if sabotage is not None and sabotage not in SABOTAGES:
        raise click.UsageError(f"Steps that can be sabotaged: {', '.join(SABOTAGES)}.")
    return check.command(as_json=as_json, sabotage=sabotage)


def _run(directory: Path, port: int) -> None:
    from lienlac.cli.demo.stage import placed, run

    stage = placed(directory, first_port=port)
    try:
        run(stage, click.echo)
        _show(stage)
        threading.Event().wait()
    except Unavailable as error:
        raise click.ClickException(
            IN_PLAIN_WORDS.get(error.code, error.code).format(**error.facts)
        ) from error
    except KeyboardInterrupt:
        click.echo("\nStopping the nodes …")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave half of them running
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stage.stop()


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _show(stage: Stage) -> None:
    click.echo("\nReady. Sign in at:\n")
    for node in stage.nodes:
        click.echo(f"  {node.url}    {node.player.names[node.player.languages[0]]}")
        for person in node.player.people:
            click.echo(f"      {person.username:10} {PASSWORD}    {person.full_name}, {person.role}")
    click.echo("\nOne browser can be in all of them at once. Everything here is invented. Ctrl-C stops.")
