"""`lienlac nats`: for the keeper of a relay cluster and the operators of its nodes."""

from __future__ import annotations

from pathlib import Path

import click

from lienlac.core.errors import Unavailable
from lienlac.site import home as homes

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def nats() -> None:
    """A relay cluster (NATS): mailboxes, users, and whether this node reaches its own."""


@nats.command()
@click.argument("code")
@click.argument("public")
@click.option("--domain", default="", help="JetStream's domain, where nodes come through leaf servers.")
def user(code: str, public: str, domain: str) -> None:
    """Print the entry of the node CODE, with its PUBLIC key (U…), for `users` in the servers' configuration."""
    from lienlac.peer.nats import permissions

    click.echo(permissions.user(code, public, domain))


@nats.command()
@click.argument("code")
@click.argument("public")
@click.option(
    "--keeper",
    required=True,
    help="Public key (U…) of who makes its mailbox; one of its own for each account.",
)
@click.option(
    "--partner", "partners", multiple=True, required=True, help="Code of a node it writes to; may repeat."
)
@click.option("--domain", default="", help="JetStream's domain, where nodes come through leaf servers.")
def account(code: str, public: str, keeper: str, partners: tuple[str, ...], domain: str) -> None:
    """Print the account of the node CODE, with its PUBLIC key (U…), for `accounts` in the servers' configuration."""
    from lienlac.peer.nats import permissions

    click.echo(permissions.account(code, public, keeper=keeper, partners=partners, domain=domain))


@nats.command()
@click.argument("codes", nargs=-1, required=True)
@click.option("--server", "servers", multiple=True, required=True, help="tls://host:port, each.")
@click.option("--key", "key_file", type=FILE, required=True, help="The keeper's NKEY seed or credentials.")
@click.option("--ca", "ca_file", type=FILE, help="Authority of the servers' certificates.")
@click.option("--replicas", type=click.IntRange(1, 5), default=3, show_default=True)
def mailbox(
    codes: tuple[str, ...], servers: tuple[str, ...], key_file: Path, ca_file: Path | None, replicas: int
) -> None:
    """Make the mailboxes of the nodes CODES, or bring them to what they should be; for the keeper of the cluster."""
    from lienlac.peer.nats.cluster import Address, Cluster

    address = Address(servers=servers, key_file=str(key_file), ca_file=str(ca_file or ""))
    cluster = Cluster(address, "keeper")
    for code in codes:
        cluster.make_mailbox(code, replicas=replicas)
        click.echo(f"{code} has a mailbox on {replicas} servers.")


@nats.command()
@click.pass_obj
def check(path: Path) -> None:
    """Say whether this node reaches its mailbox, and how many letters wait there. Nothing is taken out."""
    from lienlac.peer.nats.cluster import Address, Cluster

    home = homes.read(path)
    if home.nats is None:
        raise Unavailable("cluster_not_set")
    said = home.nats
    address = Address(servers=said.servers, key_file=said.key_file, ca_file=said.ca_file, domain=said.domain)
    waiting = Cluster(address, home.node).check()
    click.echo(f"The relay cluster answers. {waiting} letters wait in the mailbox of {home.node}.")
