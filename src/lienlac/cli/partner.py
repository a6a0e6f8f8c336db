"""`lienlac partner`: meet another node by its card, and trust it after people compared the fingerprint."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lienlac.core.errors import Malformed
from lienlac.site import start


@click.group()
@click.pass_obj
def partner(path: Path) -> None:
    """Other nodes."""
    start.for_home(path)


@partner.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def card(file: Path) -> None:
    """Write this node's card to FILE: give it to the other agency."""
    from lienlac.apps.directory import queries

    file.write_bytes(queries.own_card(datetime.now(UTC)))
    click.echo(f"Card written to {file}. Read this fingerprint to them by phone:")
    click.echo(spaced(queries.fingerprint_of(queries.this_node())))


@partner.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def meet(file: Path) -> None:
    """Enter the node of the card in FILE; it is not trusted yet."""
    from lienlac.apps.directory import actions, queries

    node = actions.meet(file.read_bytes(), now=datetime.now(UTC))
    click.echo(f"{node.code} is introduced. Compare this fingerprint with them on paper or by phone:")
    click.echo(spaced(queries.fingerprint_of(node)))
    click.echo(f"If it is the same: lienlac partner trust {node.code} FINGERPRINT")


@partner.command()
@click.argument("code")
@click.argument("fingerprint", nargs=-1, required=True)
def trust(code: str, fingerprint: tuple[str, ...]) -> None:
    """Trust the node CODE whose FINGERPRINT was compared by people."""
    from lienlac.apps.directory import actions
    from lienlac.apps.directory.models import Node

    node = Node.objects.filter(code=code).first()
    if node is None:
        raise Malformed("unknown_node", node=code)
    actions.trust(node, fingerprint=" ".join(fingerprint), now=datetime.now(UTC))
    click.echo(f"{code} is trusted: parcels may be exchanged.")


def spaced(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, as people read it aloud."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
