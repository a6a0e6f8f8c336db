"""`lienlac metrics`: the node in numbers, as Prometheus reads them. It looks and changes nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import click

from lienlac.site import home as homes
from lienlac.site import start


@click.command()
@click.pass_obj
def metrics(path: Path) -> None:
    """Print counts and ages of the whole node. With `metrics = FILE` in node.toml the node writes them each minute."""
    home = homes.read(path)
    logging.disable(logging.WARNING)
    start.for_home(path)
    from lienlac.apps.reports import metrics as measured
    from lienlac.apps.reports.health.finding import Patient

    click.echo(measured.text(measured.samples(Patient(home=home, now=datetime.now(UTC)))), nl=False)
