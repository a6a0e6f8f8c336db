"""`lienlac token`: let a system of the agency act for one officer through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from lienlac.core.errors import Malformed
from lienlac.site import start


@click.command()
@click.argument("username")
@click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True, help="How long it holds.")
@click.pass_obj
def token(path: Path, username: str, days: int) -> None:
    """Print a token by which a system acts for USERNAME. It ends early when his password changes."""
    start.for_home(path)
    from lienlac.api import tokens
    from lienlac.apps.accounts import queries
    from lienlac.apps.audit import house

    officer = queries.find(username)
    if officer is None or not officer.is_active:
        raise Malformed("account_unknown", username=username)
    house.note(
        "sign_in", subjects=[house.officer(username)], facts={"code": "token_issued"}, now=datetime.now(UTC)
    )
    click.echo(tokens.issue(officer, good_for=timedelta(days=days)))
