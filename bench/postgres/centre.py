"""The centre under measurement: made, introduced to its partners, and given messages to send.

python -m bench.postgres.centre make HOME URL PORT PIN CODE…    found it; each CODE is a partner, PIN his door's in hex
python -m bench.postgres.centre post HOME COUNT                 post COUNT messages of 2 KB, each to every partner
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.postgres.station import CENTRE
from lienlac.cli import init
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.trust import cards
from lienlac.site import home as homes
from lienlac.site import start

A_TRANSACTION = 25


def make(path: str, url: str, port: str, pin: str, *codes: str) -> None:
    """Found the node in an empty PostgreSQL database; let it trust its partners."""
    home = homes.Home(
        path=Path(path),
        node=CENTRE,
        country="VN",
        time_zone="Asia/Ho_Chi_Minh",
        language="vi",
        training=True,
        desk=homes.Door(host="localhost", port=1),
        peer=homes.Door(host="127.0.0.1", port=2),
        database=url,
        offices=(CENTRE,),
    )
    names = {"vi": "Trung tâm đo"}
    init.make(home, init.OfficeToFound(code=CENTRE, kind="liaison_office", languages=("vi",), names=names))
    for number, code in enumerate(codes):
        _introduce(code, f"https://127.0.0.1:{int(port) + number}", bytes.fromhex(pin))


def _introduce(code: str, endpoint: str, pin: bytes) -> None:
    from lienlac.apps.directory import actions, moments, queries

    now = datetime.now(UTC)
    node_key = SigningKey.generate()
    kept = {
        "node": node_key.public,
        "author": SigningKey.generate().public,
        "seal": SealingKey.generate().public,
    }
    since = moments.to_wire(now)
    keys = [
        cards.PublicKeyOnCard(use=use, kid=one.kid, public=one.public_bytes, valid_from=since, valid_to="")
        for use, one in kept.items()
    ]
    office = cards.OfficeOnCard(
        code=code,
        country="CN",
        kind="liaison_office",
        time_zone="Asia/Shanghai",
        languages=("zh-hans",),
        names={"zh-hans": "测量用联络官办公室"},
        phone="",
    )
    card = cards.Card(
        node=code, country="CN", endpoint=endpoint, training=True, keys=tuple(keys), offices=(office,)
    )
    node = actions.meet(cards.sign(card, node_key), now=now)
    actions.trust(node, fingerprint=queries.fingerprint_of(node), now=now)
    node.node_keys.create(use="tls", kid=code, public=pin, valid_from=now, entered_at=now)


def post(path: str, count: str) -> None:
    """Post messages, some in a transaction."""
    start.for_home(Path(path))
    from dataclasses import replace

    from bench.exchange.letter import message
    from lienlac.apps.directory import queries
    from lienlac.apps.mailroom import actions
    from lienlac.core.lane import LaneClass

    to = tuple(sorted(queries.reachable_offices().values_list("code", flat=True)))
    for first in range(0, int(count), A_TRANSACTION):
        letters = [
            actions.Letter(
                message=replace(message(CENTRE, to[0]), to_offices=to), lane_class=LaneClass.NORMAL
            )
            for _ in range(min(A_TRANSACTION, int(count) - first))
        ]
        actions.post_all(letters, now=datetime.now(UTC))


if __name__ == "__main__":
    {"make": make, "post": post}[sys.argv[1]](*sys.argv[2:])
