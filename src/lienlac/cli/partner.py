"""`lienlac partner`: meet another node by its card, trust it after people compared, pause and revoke it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lienlac.cli.of_node import OfNode
from lienlac.core import codes
from lienlac.core.errors import Malformed
from lienlac.core.trust import words

if TYPE_CHECKING:
    from lienlac.apps.directory.models import Node

A_LINE = 6
LETTERS = 1000  # that one incident lists at most
EPOCH_BEGINS = 8  # digits by which both sides name an epoch on the telephone


@click.group(cls=OfNode)
def partner() -> None:
    """Other nodes."""


@partner.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def card(file: Path) -> None:
    """Write this node's card to FILE: give it to the other agency."""
    from lienlac.apps.directory import actions, queries

    file.write_bytes(actions.issue_card(_now()))
    click.echo(f"Card written to {file}. Read these words to them on a telephone number that they know:")
    click.echo(spelled(queries.fingerprint_of(queries.this_node())))


@partner.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def meet(file: Path) -> None:
    """Enter the node of the card in FILE, or take over its newer offices; it is not trusted yet."""
    from lienlac.apps.directory import actions

    node = actions.meet(file.read_bytes(), now=_now())
    if node.standing != node.Standing.INTRODUCED:
        click.echo(
            f"{node.code} is {node.standing}, as before. Its address and offices are those of its newest card."
        )
        return
    click.echo(f"{node.code} is {node.standing}. Let them read their words to you, then:")
    click.echo(f"lienlac partner trust {node.code} WORD WORD …   (24 words or 78 digits)")


@partner.command()
@click.argument("code")
@click.argument("said", nargs=-1, required=True)
def trust(code: str, said: tuple[str, ...]) -> None:
    """Trust the node CODE after its people SAID its fingerprint: 24 words, 78 digits, or hex."""
    from lienlac.apps.directory import actions

    actions.trust(_node(code), fingerprint=" ".join(said), now=_now())
    click.echo(f"{code} is trusted: parcels may be exchanged.")


@partner.command("list")
def list_() -> None:
    """Say how each partner stands."""
    from lienlac.apps.directory import queries

    for node in queries.other_nodes():
        by = [word for word, at in (("people", node.compared_at), ("its state", node.vouched_at)) if at]
        click.echo(
            f"{node.code}  {node.standing}  {node.revoked_for or 'by ' + ' and '.join(by or ['nobody'])}"
        )


@partner.command()
@click.argument("code")
def pause(code: str) -> None:
    """Let the post with CODE rest: parcels wait on both sides, nothing is lost."""
    from lienlac.apps.directory import actions

    actions.pause(_node(code), now=_now())
    _keep_clocks()
    click.echo(f"{code} is paused. Go on with: lienlac partner resume {code}")


@partner.command()
@click.argument("code")
def resume(code: str) -> None:
    """Let the post with CODE go on."""
    from lienlac.apps.directory import actions

    actions.resume(_node(code), now=_now())
    _keep_clocks()
    click.echo(f"{code} is trusted again: what waited goes out.")


@partner.command()
@click.argument("code")
@click.argument("transport", type=click.Choice(list(codes.load("transports"))))
def carry(code: str, transport: str) -> None:
    """Let the post to CODE travel by another way: https, relay (through a hub), nats, or bundle (files alone)."""
    from lienlac.apps.directory import actions

    actions.carry_by(_node(code), transport, now=_now())
    click.echo(
        f"The post to {code} goes by {transport}. What they send to us, they send by the way that they chose."
    )


@partner.command()
@click.argument("code")
@click.option("--reason", required=True, type=click.Choice(list(codes.load("revocation_reasons"))))
@click.option(
    "--last-trusted",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Until when (UTC) what it signed is to be believed; now when absent.",
)
@click.confirmation_option(prompt="It returns only by comparing the fingerprint anew. Revoke?")
def revoke(code: str, reason: str, last_trusted: datetime | None) -> None:
    """End the trust in CODE: no parcel in or out; what waits for it is kept."""
    from lienlac.apps.directory import actions

    until = last_trusted.replace(tzinfo=UTC) if last_trusted else None
    actions.revoke(_node(code), reason=reason, last_trusted_at=until, now=_now())
    _keep_clocks()
    click.echo(f"{code} is revoked.")


@partner.command("keys")
@click.argument("code")
def keys(code: str) -> None:
    """Say which keys of CODE are known here, and which were revoked."""
    for row in _node(code).node_keys.exclude(use="tls").order_by("use", "entered_at"):
        end = f"ended {row.revoked_at:%Y-%m-%d} {row.revoked_for}" if row.revoked_at else ""
        by = "told by post" if row.told_by else ""
        known = f"{row.use:<6}  {row.kid}  known since {row.entered_at:%Y-%m-%d}"
        click.echo("  ".join(filter(None, (known, by, end))))


@partner.command("revoke-key")
@click.argument("code")
@click.argument("kid")
@click.option("--reason", required=True, type=click.Choice(list(codes.load("revocation_reasons"))))
@click.option(
    "--trusted-until",
    "size",
    type=click.IntRange(min=0),
    help="Up to which size of our ledger with CODE its word is to be believed; all until now when absent.",
)
@click.confirmation_option(prompt="What this key signs counts for nothing from now on. Revoke it?")
def revoke_key(code: str, kid: str, reason: str, size: int | None) -> None:
    """Revoke the key KID of CODE, which somebody else may have, and the keys that were told by its word since.

    The post goes on with its other keys.
    """
    from lienlac.apps.audit.queries import extent
    from lienlac.apps.directory import queries
    from lienlac.apps.mailroom import actions, doubting

    node = _node(code)
    epoch, held = extent(code)
    if size is not None and size > held:
        raise click.BadParameter(f"our ledger with {code} has {held} entries", param_hint="--trusted-until")
    row, *told = actions.revoke_key(
        node,
        kid,
        reason=reason,
        epoch=epoch,
        size=held if size is None else size,
        now=_now(),
    )
    click.echo(f"{row.use} key {row.kid} of {code} is revoked.")
    for one in told:
        click.echo(f"{one.use} key {one.kid} came by its word, and is revoked too.")
    if lacking := queries.lacking_uses(node):
        click.echo(
            f"No {', '.join(lacking)} key of {code} is left: revoke {code}, then compare its new words."
        )
    for doubt in dict.fromkeys(doubt for key in (row, *told) for doubt in doubting.doubted(key)):
        place = "-" if doubt.place is None else doubt.place
        click.echo(
            f"not to be believed: {doubt.epoch} {place}  {doubt.kind}  "
            f"{doubt.message_kind} {doubt.message_id}"
        )


@partner.command()
@click.option("--close", "key", type=int, help="Close the incident of this number.")
@click.option("--word", default="", help="What was found and done.")
def incidents(key: int | None, word: str) -> None:
    """List the open incidents, or close one with a word."""
    from lienlac import wording
    from lienlac.apps.mailroom import actions, lost, queries

    if key is not None:
        incident = queries.incident(key)
        if incident is None:
            raise Malformed("unknown_incident", number=key)
        actions.close_incident(incident, word=word, now=_now())
    for one in queries.open_incidents():
        text = wording.sentence("lane_incidents", one.code, "en", **one.facts)
        click.echo(f"{one.pk}  {one.at:%Y-%m-%d %H:%M}  {one.partner.code}  ×{one.count}  {text}")
        if one.code == lost.CODE:
            click.echo(f"   Its letters: lienlac partner lost {one.pk}")


@partner.command()
@click.argument("key", metavar="INCIDENT", type=int)
def lost(key: int) -> None:
    """List the letters that a restored partner lost, by the number of its INCIDENT: what must be sent anew comes first.

    Kinds, places and times; which enquiry a letter belongs to, its officers see on the incident's page.
    """
    from lienlac import wording
    from lienlac.apps.mailroom import lost, queries

    incident = queries.incident(key)
    if incident is None or incident.code != lost.CODE:
        raise Malformed("unknown_incident", number=key)
    letters, _shown, anew = lost.letters(incident, first=0, number=LETTERS)
    for one in letters:
        state = "went again" if one.again else "send anew "
        message = one.parcel.message
        click.echo(
            f"{state}  {one.seq} ({one.epoch[:EPOCH_BEGINS]})  {one.parcel.queued_at:%Y-%m-%d %H:%M}  "
            f"{wording.label('kinds', message.kind, 'en')}  {message.message_id}"
        )
    click.echo(f"{anew} to be sent anew, {lost.went_again(incident)} went again by themselves.")
    if len(letters) < anew + lost.went_again(incident):
        click.echo(f"The first {len(letters)} are listed.")


@partner.command()
@click.argument("code")
@click.confirmation_option(prompt="Have both agencies looked at the evidence?")
def thaw(code: str) -> None:
    """Let the frozen lanes from CODE go on."""
    from lienlac.apps.mailroom import actions, queries

    lanes = list(queries.frozen_lanes(_node(code)))
    for lane in lanes:
        actions.thaw(lane, now=_now())
    click.echo(f"{len(lanes)} lanes from {code} go on.")


def _keep_clocks() -> None:
    from lienlac.apps.enquiries import actions

    actions.keep_clocks(now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _node(code: str) -> Node:
    from lienlac.apps.directory import queries

    node = queries.other_nodes().filter(code=code).first()
    if node is None:
        raise Malformed("unknown_node", node=code)
    return node


def spelled(fingerprint: str) -> str:
    """Return a fingerprint as people read it aloud: six words a line, then the digits in groups of six."""
    said = words.words(fingerprint)
    lines = [
        "  ".join(f"{place + 1:2} {said[place]:9}" for place in range(start_, start_ + A_LINE))
        for start_ in range(0, len(said), A_LINE)
    ]
    return "\n".join([*lines, " ".join(words.digits(fingerprint))])
