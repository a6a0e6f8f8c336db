"""`lienlac users`: officers' accounts, by the operator at the machine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from lienlac.cli.of_node import OfNode
from lienlac.core.errors import Malformed

if TYPE_CHECKING:
    from lienlac.apps.accounts.models import User

ROLES = (
    "duty_officer",
    "supervisor",
    "analyst",
    "leader",
    "protection_officer",
    "administrator",
    "inspector",
    "releaser",
)
SURE = "Make sure who asks for this."


@click.group(cls=OfNode)
def users() -> None:
    """Officers' accounts."""


def _officer(username: str) -> User:
    from lienlac.apps.accounts import queries

    officer = queries.find(username)
    if officer is None:
        raise Malformed("account_unknown", username=username)
    return officer


def _now() -> datetime:
    return datetime.now(UTC)


@users.command()
@click.argument("username")
@click.option("--full-name", required=True, help="As its bearer writes it.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--office", help="Code of the office; the node's first when absent.")
@click.option("--unit", default="", help="Unit within the office.")
@click.option("--language", help="Language of the desk; the node's own when absent.")
@click.option("--temporary", is_flag=True, help="The officer chooses another password at the first sign-in.")
@click.password_option(help="At least 12 characters.")
def add(
    username: str,
    full_name: str,
    role: str,
    office: str | None,
    unit: str,
    language: str | None,
    temporary: bool,
    password: str,
) -> None:
    """Open an account."""
    from django.conf import settings

    from lienlac.apps.accounts import actions
    from lienlac.apps.directory import queries

    first = queries.own_offices().first()
    actions.open_account(
        username=username,
        password=password,
        full_name=full_name,
        role=role,
        office=office or (first.code if first else ""),
        unit=unit,
        language=language or settings.NODE.language,
        password_is_temporary=temporary,
        now=_now(),
    )
    click.echo(f"{username} may sign in as {role}.")


@users.command("list")
def list_users() -> None:
    """Show every account: user name, role, office, certificate, second factor, open or closed."""
    from lienlac.apps.accounts import queries

    for one in queries.officers():
        click.echo(
            "\t".join(
                (
                    one.username,
                    one.role,
                    one.office,
                    f"certified to {one.certified_to}" if one.certified_to else "not certified",
                    "second factor" if one.second_factor else "no second factor",
                    "open" if one.is_active else "closed",
                )
            )
        )


@users.command()
@click.argument("username")
@click.argument("new_role", type=click.Choice(ROLES))
def role(username: str, new_role: str) -> None:
    """Give another role. The certificate ends, and the officer signs in again."""
    from lienlac.apps.accounts import actions

    actions.change_role(_officer(username), new_role, by=None, now=_now())
    click.echo(f"{username} is {new_role}, not certified for it yet.")


@users.command()
@click.argument("username")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
def certify(username: str, until: datetime) -> None:
    """Certify an officer up to and with a day, 12 months at most."""
    from django.utils import timezone

    from lienlac.apps.accounts import actions

    last: date = until.date()
    actions.certify(_officer(username), last, today=timezone.localdate(), by=None, now=_now())
    click.echo(f"{username} is certified to {last}.")


@users.command("reset-mfa")
@click.argument("username")
@click.confirmation_option(prompt=f"{SURE} Forget every key of this officer?")
def reset_mfa(username: str) -> None:
    """Forget passkeys, authenticator and recovery codes; sign the officer out everywhere."""
    from lienlac.apps.accounts import actions

    actions.reset_second_factor(_officer(username), by=None, now=_now())
    click.echo(f"{username} has no second factor any more.")


@users.command()
@click.argument("username")
@click.confirmation_option(prompt=f"{SURE} Show new recovery codes?")
def recovery(username: str) -> None:
    """Show new recovery codes, once, for an officer who lost his key. The old ones end."""
    from lienlac.apps.accounts import actions

    for code in actions.give_recovery_codes(_officer(username), by=None, now=_now()):
        click.echo(code)


@users.command()
@click.argument("username")
@click.confirmation_option(prompt=f"{SURE} Show a temporary password?")
def password(username: str) -> None:
    """Show a temporary password, once; the officer chooses his own at the next sign-in."""
    from lienlac.apps.accounts import actions

    click.echo(actions.give_temporary_password(_officer(username), by=None, now=_now()))


@users.command()
@click.argument("username")
def close(username: str) -> None:
    """Close an account; what its officer did stays on record."""
    from lienlac.apps.accounts import actions

    closing = actions.close(_officer(username), by=None, now=_now())
    click.echo(f"{username} is closed; {closing.sessions} session(s) ended.")
    for room, number in closing.open_work.items():
        click.echo(f"open work in {room}: {number}, for another officer to take over")


@users.command("open-again")
@click.argument("username")
def open_again(username: str) -> None:
    """Open a closed account; its old keys are forgotten, and it is certified anew."""
    from lienlac.apps.accounts import actions

    actions.open_again(_officer(username), by=None, now=_now())
    click.echo(f"{username} may sign in again.")
