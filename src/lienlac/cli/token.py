"""`lienlac token`: let a system of the agency act for one officer through the API; see and end such tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from lienlac.cli.of_node import OfNode
from lienlac.core.errors import Malformed


@click.group(cls=OfNode)
def token() -> None:
    """Tokens by which systems of the agency act for officers."""


@token.command()
@click.argument("username")
@click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True, help="How long it holds.")
@click.option("--label", default="", help="Which system holds it: shown on the lists.")
def issue(username: str, days: int, label: str) -> None:
    """Print a token by which a system acts for USERNAME, once. It ends early when his password changes."""
    from lienlac.api import tokens
    from lienlac.apps.accounts import queries

    officer = queries.find(username)
    if officer is None or not officer.is_active:
        raise Malformed("account_unknown", username=username)
    click.echo(tokens.issue(officer, good_for=timedelta(days=days), label=label, now=datetime.now(UTC)))


@token.command("list")
def list_tokens() -> None:
    """Show every token: its name, officer, system, last use, end."""
    from lienlac.apps.accounts import queries

    for one in queries.tokens():
        used = f"used {one.last_used_at:%Y-%m-%d %H:%M} UTC" if one.last_used_at else "never used"
        end = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else f"ends {one.ends_at:%Y-%m-%d}"
        click.echo("\t".join((one.key, one.officer.username, one.label or "-", used, end)))


@token.command()
@click.argument("key")
def revoke(key: str) -> None:
    """End the token that `lienlac token list` names KEY, at once."""
    from lienlac.apps.accounts import actions, queries

    row = queries.find_token(key)
    if row is None:
        raise Malformed("token_unknown", key=key)
    actions.revoke_token(row, by=None, now=datetime.now(UTC))
    click.echo(f"{key}, for {row.officer.username}, holds no more.")
