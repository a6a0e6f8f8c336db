"""`lienlac init`: make a node's home: settings, keys, database, its own entry in its directory."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lienlac.core.envelope.resting import check_passphrase
from lienlac.core.errors import Malformed
from lienlac.site import home as homes
from lienlac.site import start, tables, tls
from lienlac.site.passphrase import first_line

if TYPE_CHECKING:
    from lienlac.web.setup.answers import Administrator, Answers

ANYWHERE = "0.0.0.0"  # noqa: S104  (the peer door alone: TLS with its own key, which partners pin)


@dataclass(frozen=True, kw_only=True)
class OfficeToFound:
    """The first office of a new node."""

    code: str
    kind: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    phone: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


def make(home: homes.Home, office: OfficeToFound, *, passphrase: str = "") -> None:
    """Make everything of a node below `home.path`; nothing that exists is overwritten.

    With a passphrase its keys are sealed from the first moment (`lienlac keys seal` does it later).
    """
    homes.write(home)
    start.for_home(home.path)
    from django.conf import settings

    if passphrase:
        settings.KEY_FILES.seal(passphrase)
    pin = tls.make_certificate(settings.KEY_FILES, home.peer.host or home.node)
    from django.db import transaction

    from lienlac.apps.directory import actions

    tables.make()
    with transaction.atomic():
        node = actions.found_node(
            code=home.node,
            country=home.country,
            endpoint=home.endpoint,
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
            names=dict(office.names),
            phone=office.phone,
            places=dict(office.places),
        )


def make_answered(path: Path, answers: Answers, *, database: str = "", passphrase: str = "") -> None:
    """Make a node and its first administrator as the answers say."""
    peer = _door(answers.peer, may_be_nowhere=True)
    home = homes.Home(
        path=path,
        node=answers.code,
        country=answers.country,
        time_zone=answers.time_zone,
        language=answers.language,
        training=answers.training,
        desk=_door(answers.desk),
        peer=peer,
        # Partners ring from outside; the desk stays on this machine, for browsers here and for the proxy.
        peer_listen=ANYWHERE if peer.host not in ("", "localhost", "127.0.0.1") else "",
        database=database,
        offices=(answers.code,),
    )
    make(
        home,
        OfficeToFound(
            code=answers.code,
            kind=answers.kind,
            languages=(answers.language,),
            names=answers.names,
            places=answers.places,
            phone=answers.phone,
        ),
        passphrase=passphrase,
    )
    _open_first(answers.administrator, office=answers.code, language=answers.language)


def _open_first(who: Administrator, *, office: str, language: str) -> None:
    from django.db import transaction

    from lienlac.apps.accounts import actions
    from lienlac.apps.accounts.models import User

    now = datetime.now(UTC)
    with transaction.atomic():
        officer = actions.open_account(
            username=who.username,
            password=who.password,
            full_name=who.full_name,
            role=User.Role.ADMINISTRATOR,
            office=office,
            language=language,
            now=now,
        )
        if who.totp_secret:
            actions.enter_authenticator(officer, who.totp_secret, by=None, now=now)
    _place_leaves(now)


def _place_leaves(now: datetime) -> None:
    """Give the first leaves their places: waiting for the first start, they would look like a sequencer at rest."""
    from lienlac.apps.audit import actions as audit
    from lienlac.apps.directory import queries as directory
    from lienlac.apps.directory.models import NodeKey

    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    sealer = audit.Sealer(node=directory.own_code(), public=key.public.public_bytes, sign=key.sign)
    audit.sequence(sealer, now=now)


NEEDED = ("code", "country", "office", "time_zone", "language")


@click.command()
@click.option("--node", "code", help="The node's code, such as vn-tra-linh.")
@click.option("--country", type=click.Choice(["VN", "LA", "CN", "KH", "TH", "MM"]))
@click.option("--office", help="Name of the office, in its own language.")
@click.option("--kind", default="liaison_office", show_default=True, help="Code of the list agency_types.")
@click.option("--time-zone", help="Such as Asia/Ho_Chi_Minh.")
@click.option("--language", help="vi, lo, zh-hans, km, th, my or en.")
@click.option("--desk", default="localhost:8100", show_default=True, help="host:port for browsers.")
@click.option("--peer", default="127.0.0.1:8200", show_default=True, help="host:port for other nodes.")
@click.option("--dials-out", is_flag=True, help="Nobody can ring this node: it asks partners for its post.")
@click.option("--database", default="", help="postgresql://user@host/name; SQLite in the home when absent.")
@click.option("--training", is_flag=True, help="A training node never speaks with a live one.")
@click.option("--wizard", "in_browser", is_flag=True, help="Ask in the browser instead.")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Seal the private keys from the first moment; the first line of this file is the passphrase.",
)
@click.option("--answers", type=click.File(), help="A file of answers, as JSON; - for the standard input.")
@click.pass_context
def init(
    context: click.Context,
    in_browser: bool,
    answers: Any,
    database: str,
    passphrase_file: Path | None,
    **given: Any,
) -> None:
    """Make a node in the home directory."""
    path: Path = context.obj
    passphrase = check_passphrase(first_line(passphrase_file)) if passphrase_file else ""
    if in_browser:
        from lienlac.cli import wizard

        if not wizard.run(path):
            sys.exit(1)
    elif answers is not None:
        from lienlac.web.setup.answers import from_json

        make_answered(path, from_json(answers.read()), database=database, passphrase=passphrase)
    else:
        _make_as_said(path, database=database, passphrase=passphrase, **_complete(context, given))
    click.echo(f"The node lives in {path.resolve()}. Next: lienlac --home {path} up")


def _complete(context: click.Context, given: dict[str, Any]) -> dict[str, Any]:
    """Return the options; click's own error names one that is missing."""
    for option in context.command.params:
        if option.name in NEEDED and not given[option.name]:
            raise click.MissingParameter(ctx=context, param=option)
    return given


def _make_as_said(
    path: Path,
    *,
    code: str,
    country: str,
    office: str,
    kind: str,
    time_zone: str,
    language: str,
    desk: str,
    peer: str,
    dials_out: bool,
    database: str,
    training: bool,
    passphrase: str,
) -> None:
    door = _door(peer)
    home = homes.Home(
        path=path,
        node=code,
        country=country,
        time_zone=time_zone,
        language=language,
        training=training,
        desk=_door(desk),
        peer=homes.Door(host="", port=door.port) if dials_out else door,
        database=database,
        offices=(code,),
    )
    first = OfficeToFound(code=code, kind=kind, languages=(language,), names={language: office})
    make(home, first, passphrase=passphrase)
    click.echo(f"{code} is founded. Next: lienlac --home {path} users add …")


def _door(text: str, *, may_be_nowhere: bool = False) -> homes.Door:
    host, _, port = text.rpartition(":")
    if not (host or may_be_nowhere) or not port.isdigit():
        raise Malformed("door_broken", door=text)
    return homes.Door(host=host, port=int(port))
