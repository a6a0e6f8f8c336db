"""`lienlac init`: make a node's home: settings, keys, database, its own entry in its directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from lienlac.core.errors import Malformed
from lienlac.site import home as homes
from lienlac.site import start, tls


@dataclass(frozen=True, kw_only=True)
class OfficeToFound:
    """The first office of a new node."""

    code: str
    kind: str
    languages: tuple[str, ...]
    names: dict[str, str]
    phone: str = ""


def make(home: homes.Home, office: OfficeToFound) -> None:
    """Make everything of a node below `home.path`; nothing that exists is overwritten."""
    homes.write(home)
    pin = tls.make_certificate(home.door_files, home.peer.host)
    start.for_home(home.path)
    from django.core.management import call_command
    from django.db import transaction

    from lienlac.apps.directory import actions

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        node = actions.found_node(
            code=home.node,
            country=home.country,
            endpoint=f"https://{home.peer.host}:{home.peer.port}",
            training=home.training,
            tls_pin=pin,
            now=datetime.now(UTC),
        )
        actions.add_office(
            code=office.code,
            node=node,
            country=home.country,
            kind=office.kind,
            time_zone=home.time_zone,
            languages=office.languages,
            names=office.names,
            phone=office.phone,
        )


@click.command()
@click.option("--node", "code", required=True, help="The node's code, such as vn-tra-linh.")
@click.option("--country", required=True, type=click.Choice(["VN", "LA", "CN", "KH", "TH", "MM"]))
@click.option("--office", required=True, help="Name of the office, in its own language.")
@click.option("--kind", default="liaison_office", show_default=True, help="Code of the list agency_types.")
@click.option("--time-zone", required=True, help="Such as Asia/Ho_Chi_Minh.")
@click.option("--language", required=True, help="vi, lo, zh-hans, km, th, my or en.")
@click.option("--desk", default="localhost:8100", show_default=True, help="host:port for browsers.")
@click.option("--peer", default="127.0.0.1:8200", show_default=True, help="host:port for other nodes.")
@click.option("--database", default="", help="postgresql://user@host/name; SQLite in the home when absent.")
@click.option("--training", is_flag=True, help="A training node never speaks with a live one.")
@click.pass_obj
def init(
    path: Path,
    code: str,
    country: str,
    office: str,
    kind: str,
    time_zone: str,
    language: str,
    desk: str,
    peer: str,
    database: str,
    training: bool,
) -> None:
    """Make a node in the home directory."""
    home = homes.Home(
        path=path,
        node=code,
        country=country,
        time_zone=time_zone,
        language=language,
        training=training,
        desk=_door(desk),
        peer=_door(peer),
        database=database,
        offices=(code,),
    )
    make(home, OfficeToFound(code=code, kind=kind, languages=(language,), names={language: office}))
    click.echo(
        f"{code} lives in {path.resolve()}. Next: lienlac --home {path} users add …, then lienlac --home {path} up"
    )


def _door(text: str) -> homes.Door:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise Malformed("door_broken", door=text)
    return homes.Door(host=host, port=int(port))
