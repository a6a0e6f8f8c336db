"""Make one node of the demo, or introduce it to the others. A process of its own for each: Django has one home.

python -m lienlac.cli.demo node HOME CODE DESK_PORT PEER_PORT
python -m lienlac.cli.demo introduce HOME CARD…
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from lienlac.cli import init
from lienlac.cli.demo import records
from lienlac.cli.demo.cast import DUTY, PASSWORD, PLAYERS, Player
from lienlac.site import home as homes
from lienlac.site import start

CARD = "card"
MEMORANDUM = "DEMO-MOU-2021"
TITLES = {
    "vi": "Bản ghi nhớ về phòng, chống tội phạm qua biên giới (bản tập huấn)",
    "zh-hans": "关于打击跨境犯罪的谅解备忘录（演练文本）",
    "lo": "ບົດບັນທຶກຄວາມເຂົ້າໃຈ ວ່າດ້ວຍການຕ້ານອາຊະຍາກຳຂ້າມແດນ (ສຳລັບຝຶກ)",
    "en": "Memorandum on crime across the border (for training)",
}


def make_node(path: Path, code: str, desk_port: int, peer_port: int) -> None:
    """Make a node with its office and officers; its card is left in its home."""
    player = next(one for one in PLAYERS if one.code == code)
    home = homes.Home(
        path=path,
        node=player.code,
        country=player.country,
        time_zone=player.time_zone,
        language=player.languages[0],
        training=True,
        desk=homes.Door(host=f"{player.subdomain}.localhost", port=desk_port),
        peer=homes.Door(host="127.0.0.1", port=peer_port),
        offices=(player.code,),
    )
    office = init.OfficeToFound(
        code=player.code, kind=player.kind, languages=player.languages, names=player.names, phone=player.phone
    )
    init.make(home, office)
    _describe_office(player)
    _open_accounts(player)
    records.fill(player, datetime.now(UTC))
    from lienlac.apps.directory import actions

    (path / CARD).write_bytes(actions.issue_card(datetime.now(UTC)))


def _describe_office(player: Player) -> None:
    """Say where the office stands, what else it is called, and which desks it has; its card tells the others."""
    from lienlac.apps.directory import queries
    from lienlac.apps.directory.actions import change_office

    own = queries.own_offices().get()
    change_office(
        own,
        now=datetime.now(UTC),
        places=player.places,
        aliases=player.aliases,
        desks=player.desks,
    )


def _open_accounts(player: Player) -> None:
    from lienlac.apps.accounts import actions

    for person in player.people:
        actions.open_account(
            username=person.username,
            password=PASSWORD,
            full_name=person.full_name,
            role=person.role,
            office=player.code,
            language=person.language,
            unit=DUTY[player.languages[0]],
            certified_to=datetime.now(UTC).date() + timedelta(days=365),
        )


def introduce(path: Path, cards: list[Path]) -> None:
    """Meet and trust the nodes of `cards`, make the offices twins, enter the agreement."""
    start.for_home(path)
    from lienlac.apps.directory import actions, queries

    own = queries.own_offices().get()
    for card in cards:
        node = actions.meet(card.read_bytes(), now=datetime.now(UTC))
        # Here people would compare it by phone.
        actions.trust(node, fingerprint=queries.fingerprint_of(node), now=datetime.now(UTC))
        for office in node.offices.filter(kind="liaison_office"):
            actions.make_twins(own, office)
    _enter_memorandum()


def _enter_memorandum() -> None:
    from lienlac.apps.agreements import actions
    from lienlac.core.messages.kinds import askable
    from lienlac.core.policy.agreement import Agreement, Party

    actions.enter(
        Agreement(
            id=MEMORANDUM,
            parties=tuple(Party(country=one.country, offices=frozenset({one.code})) for one in PLAYERS),
            kinds=frozenset(kind.code for kind in askable()),
            purposes=frozenset(
                {"INVESTIGATE", "DETECT", "PREVENT", "LOCATE_WANTED", "LOCATE_MISSING", "PROTECT_VICTIM"}
            ),
            offences=frozenset(
                {"01", "02", "03", "04", "05", "06", "07", "08041", "0805", "0901", "0903", "10"}
            ),
            valid_from=date(2021, 8, 9),
            valid_to=date(2031, 8, 8),
            articles={"VER_ID": "4", "LOCATE": "5", "LOCATE_MISSING": "6", "political_offence": "3"},
        ),
        titles=TITLES,
    )


def main(arguments: list[str]) -> None:
    """Do what the first word says."""
    deed, path, *rest = arguments
    if deed == "node":
        code, desk_port, peer_port = rest
        make_node(Path(path), code, int(desk_port), int(peer_port))
    else:
        introduce(Path(path), [Path(card) for card in rest])
