"""`lienlac directory`: the root of a state, the directories that it signs, and what this node makes of them.

`root`, `sign` and `show` need no node: they run on the machine, without any line, where the root key is kept.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from lienlac.cli.partner import spelled
from lienlac.cli.root_files import PUBLIC, Existing, File, opened, sealed, write_new
from lienlac.cli.roots import roots as roots_group
from lienlac.core import codes
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.trust import moments, roots, state
from lienlac.site import start


@click.group()
def directory() -> None:
    """Directories that states sign of their own agencies' nodes."""


directory.add_command(roots_group)


@directory.command()
@click.argument("key", type=File)
@click.option("--country", required=True, type=click.Choice(list(codes.load("countries"))))
@click.password_option("--passphrase", help="At least 12 characters; without it the key is lost.")
def root(key: Path, country: str, passphrase: str) -> None:
    """Make a state's root: KEY is kept offline, KEY.root is given to every node of every country.

    It signs with Ed25519 and ML-DSA-65, so that no machine of the future speaks in its name.
    """
    made = LastingKey.generate()
    write_new(key, sealed(made, passphrase))
    public = key.with_name(key.name + PUBLIC)
    write_new(public, roots.sign(country, made))
    click.echo(f"{key} stays offline. Give {public} to the nodes, and let their people compare these words:")
    click.echo(spelled(made.public.fingerprint))


@directory.command()
@click.argument("cards", nargs=-1, type=Existing)
@click.option("--root", "key", required=True, type=Existing, help="The root key that `root` made.")
@click.option("--after", type=Existing, help="The last directory: the new one gets the next number.")
@click.option("--revoke", "revoked", multiple=True, metavar="NODE=REASON", help="Switch a node off.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option("--out", required=True, type=File)
@click.option("--passphrase", prompt=True, hide_input=True)
def sign(
    cards: tuple[Path, ...],
    key: Path,
    after: Path | None,
    revoked: tuple[str, ...],
    days: int,
    out: Path,
    passphrase: str,
) -> None:
    """Sign the complete directory: the CARDS of all nodes that are trusted from now on, and those switched off.

    Nodes that were switched off before stay so unless their card is given again.
    """
    signer, public = opened(key, passphrase)
    now = datetime.now(UTC)
    before = state.read(after.read_bytes(), root=signer.public) if after else None
    signed_cards = tuple(card.read_bytes() for card in cards)
    signed = state.issue(
        signed_cards,
        country=public.country,
        number=before.number + 1 if before else 1,
        revoked=_revoked(revoked, before, signed_cards, now),
        issued_at=moments.to_wire(now),
        expires_at=moments.to_wire(now + timedelta(days=days)),
        root=signer,
    )
    out.write_bytes(signed)
    click.echo(_told(state.read(signed, root=signer.public)))


@directory.command()
@click.argument("file", type=Existing)
@click.option("--root", "public", required=True, type=Existing, help="The public file of the root.")
def show(file: Path, public: Path) -> None:
    """Check FILE and say what stands in it; nothing is kept."""
    click.echo(_told(state.read(file.read_bytes(), root=roots.read(public.read_bytes()).key)))


@directory.command()
@click.argument("public", type=Existing)
@click.argument("said", nargs=-1)
@click.pass_obj
def trust(path: Path, public: Path, said: tuple[str, ...]) -> None:
    """Believe the root in the file PUBLIC, whose keepers SAID its words; without words it is only entered."""
    start.for_home(path)
    from lienlac.apps.directory import actions

    now = datetime.now(UTC)
    met = actions.meet_root(public.read_bytes(), now=now)
    if said:
        actions.trust_root(met, fingerprint=" ".join(said), now=now)
        click.echo(f"The root of {met.country} speaks for its nodes from now on.")
    else:
        click.echo(
            f"The root of {met.country} is entered. Let them read its words to you, and give them here."
        )


@directory.command()
@click.argument("file", type=Existing)
@click.pass_obj
def read(path: Path, file: Path) -> None:
    """Let a state's directory in FILE take effect at this node."""
    start.for_home(path)
    from lienlac.apps.directory import actions
    from lienlac.apps.mailroom.actions import refused_directories_noted

    signed, now = file.read_bytes(), datetime.now(UTC)
    with refused_directories_noted(signed, now=now):
        told = actions.read_directory(signed, now=now)
    click.echo(
        f"{told.country}, number {told.number}" + (": it has ended, ask for the next" if told.late else "")
    )
    for label in ("added", "keys_replaced", "revoked", "dropped", "left_alone"):
        if nodes := getattr(told, label):
            click.echo(f"{label.replace('_', ' ')}: {', '.join(nodes)}")


@directory.command()
@click.argument("office")
@click.argument("desk")
@click.option(
    "--competence", "competences", multiple=True, type=click.Choice(list(codes.load("competences")))
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(codes.load("kinds"))))
@click.option("--area", "areas", multiple=True, help="A place it is for; none: everywhere.")
@click.option("--name", "names", multiple=True, metavar="LANGUAGE=NAME")
@click.option("--remove", is_flag=True, help="Take the desk away.")
@click.pass_obj
def desk(
    path: Path,
    office: str,
    desk: str,
    competences: tuple[str, ...],
    kinds: tuple[str, ...],
    areas: tuple[str, ...],
    names: tuple[str, ...],
    remove: bool,
) -> None:
    """Say what DESK of OFFICE, an office of this node, is competent for. Partners learn it from the next card."""
    start.for_home(path)
    from lienlac.apps.directory import actions, offices, queries
    from lienlac.core.competence import Desk

    one = queries.offices([office])[office]
    others = tuple(each for each in offices.desks_of(one) if each.code != desk)
    made = Desk(
        code=desk,
        competences=frozenset(competences),
        kinds=frozenset(kinds),
        areas=frozenset(areas),
        names=dict(_pair(name) for name in names),
    )
    actions.change_office(one, desks=others if remove else (*others, made), now=datetime.now(UTC))
    click.echo(f"{office} has {len(others) + (not remove)} desks.")


def _told(found: state.StateDirectory) -> str:
    lines = [f"{found.country}, number {found.number}, good until {found.expires_at[:10]}"]
    lines += [f"  {card.node}: {len(card.offices)} offices" for card in found.cards]
    return "\n".join([*lines, *(f"  {one.node}: revoked, {one.reason}" for one in found.revoked)])


def _revoked(
    said: tuple[str, ...], before: state.StateDirectory | None, cards: tuple[bytes, ...], now: datetime
) -> tuple[state.Revoked, ...]:
    from lienlac.core.trust.cards import read as read_card

    named = {read_card(card).node for card in cards}
    stay = {one.node: one for one in (before.revoked if before else ()) if one.node not in named}
    for node, reason in map(_pair, said):
        codes.load("revocation_reasons").row(reason)
        stay[node] = state.Revoked(node=node, reason=reason, last_trusted_at=moments.to_wire(now))
    return tuple(stay.values())


def _pair(text: str) -> tuple[str, str]:
    first, equals, second = text.partition("=")
    if not (first and equals and second):
        raise click.UsageError(f"{text}: write it with an equals sign, such as vi=Đội 1")
    return first, second
