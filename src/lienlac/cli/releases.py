"""`lienlac releases`: which units outside the node release what an office says, by class of kind."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from lienlac.cli.of_node import OfNode
from lienlac.core.errors import Malformed

CLASSES = ("HUM", "ADM", "INF", "LOC", "COE")
SAYS = ("ask", "answer")


@click.group(cls=OfNode)
def releases() -> None:
    """Release chains: units outside the node that release what leaves."""


@releases.command()
def show() -> None:
    """List the chains of this node's offices."""
    from lienlac.apps.directory import queries as directory
    from lienlac.apps.enquiries import queries

    offices = list(directory.own_offices().values_list("code", flat=True))
    for one in queries.chains_of(offices).order_by("office", "cls", "says"):
        if one.units:
            click.echo(f"{one.office}  {one.cls}  {one.says}  {' > '.join(one.units)}")


@releases.command("set")
@click.option("--by", "username", required=True, help="The administrator who answers for it.")
@click.option("--office", help="Code of the office; the node's first when absent.")
@click.option("--class", "cls", required=True, type=click.Choice(CLASSES), help="Class of the question.")
@click.option("--says", required=True, type=click.Choice(SAYS), help="What we ask, or what we answer.")
@click.option("--unit", "units", multiple=True, help="A unit, in its order; three at most. None: no chain.")
def set_units(username: str, office: str | None, cls: str, says: str, units: tuple[str, ...]) -> None:
    """Set the units of one chain; what waits already keeps its own."""
    from lienlac.apps.accounts import queries as accounts
    from lienlac.apps.directory import queries as directory
    from lienlac.apps.enquiries import actions

    by = accounts.find(username)
    if by is None or not accounts.keeps_accounts(by):
        raise Malformed("account_unknown", username=username)
    first = directory.own_offices().first()
    code = office or (first.code if first else "")
    actions.set_chain(by, code, cls, says, units, now=datetime.now(UTC))
    click.echo(f"{code} {cls} {says}: {' > '.join(units) or '-'}")
