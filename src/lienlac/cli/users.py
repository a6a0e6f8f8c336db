"""`lienlac users`: officers' accounts."""

from __future__ import annotations

from pathlib import Path

import click

from lienlac.site import start

ROLES = (
    "duty_officer",
    "supervisor",
    "analyst",
    "leader",
    "protection_officer",
    "administrator",
    "inspector",
)


@click.group()
@click.pass_obj
def users(path: Path) -> None:
    """Officers' accounts."""
    start.for_home(path)


@users.command()
@click.argument("username")
@click.option("--full-name", required=True, help="As its bearer writes it.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--language", help="Language of the desk; the node's own when absent.")
@click.password_option(help="At least 12 characters.")
def add(username: str, full_name: str, role: str, language: str | None, password: str) -> None:
    """Open an account."""
    from django.conf import settings

    from lienlac.apps.accounts import actions
    from lienlac.apps.directory import queries

    office = queries.own_offices().first()
    actions.open_account(
        username=username,
        password=password,
        full_name=full_name,
        role=role,
        office=office.code if office else "",
        language=language or settings.NODE.language,
    )
    click.echo(f"{username} may sign in as {role}.")
