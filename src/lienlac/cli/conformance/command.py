"""The command: look at the ground, send the letters, ask the door, tell what was found."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lienlac.cli.conformance import probe
from lienlac.site import start


@click.command()
@click.argument("url")
@click.option(
    "--partner", "code", default="", help="The partner's code, when its card names another address."
)
@click.option(
    "--relay",
    "second",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Try it as a hub: between this node and the training node of that home, for both of which it carries.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts: one JSON object.")
@click.pass_obj
def conformance(path: Path, url: str, code: str, second: Path | None, as_json: bool) -> None:
    """Try whether the training node at URL keeps the protocol. It must be a trusted partner, and this node must be up.

    Exit code 1 when a promise is not kept. The other side's operators see what was tried: agree with them first.
    """
    start.for_home(path)
    from lienlac.cli.conformance import arrivals, carried, greetings, letters, parcels
    from lienlac.cli.conformance.ground import standing_on

    ground = standing_on(url, code)
    results = probe.run(greetings.GREETINGS, ground)
    is_open = results[-1].passed  # behind a door that lets nobody in there is nothing to try
    if is_open and second:
        results += probe.run(carried.RELAY, carried.pair(ground, second))
    elif is_open:
        results += letters.send(ground) + probe.run([*parcels.PARCELS, *arrivals.ARRIVALS], ground)
    say = probe.as_json if as_json else probe.as_text
    click.echo(say(ground.partner.code, url, results))
    sys.exit(0 if all(one.passed for one in results) else 1)
