"""The far side: a node in memory that is met by its signed card and speaks only by sealed parcels."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as offices
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core import envelope
from lienlac.core.envelope import frames
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.lane import POSITION_TYPE, Lane, LaneClass, Position
from lienlac.core.lane.position import link
from lienlac.core.messages import canonical
from lienlac.core.messages.kinds import KINDS
from lienlac.core.messages.message import Message
from lienlac.core.trust import cards
from lienlac.site import wiring

HERE, THERE = "vn-tra-linh", "cn-jingxi"
NAMES_THERE = {
    "vi": "Văn phòng liên lạc Tịnh Tây",
    "zh-hans": "靖西边境联络官办公室",
    "lo": "ຫ້ອງການປະສານງານຊາຍແດນ ຈິງຊີ",
    "km": "ការិយាល័យទំនាក់ទំនងព្រំដែន ជីងស៊ី",
    "th": "สำนักงานประสานงานชายแดน จิ้งซี",
    "my": "ကျင်းရှီး နယ်စပ်ဆက်ဆံရေးရုံး",
    "en": "Jingxi liaison office",
}


class FarSide:
    """The node of Jingxi with keys of its own."""

    def __init__(self) -> None:
        self.keys = {use: SigningKey.generate() for use in ("node", "author")}
        self.sealing = SealingKey.generate()
        self.epoch, self.seq, self.last = secrets.token_hex(16), 0, link("")

    def card(self, now: datetime) -> bytes:
        """Return its signed card."""
        pin = secrets.token_bytes(cards.TLS_PIN_BYTES)
        public = {use: (key.kid, key.public.public_bytes) for use, key in self.keys.items()}
        public |= {"seal": (self.sealing.kid, self.sealing.public.public_bytes), "tls": (pin.hex(), pin)}
        valid_from = moments.to_wire(now - timedelta(days=1))
        office = cards.OfficeOnCard(
            code=THERE,
            country="CN",
            kind="liaison_office",
            time_zone="Asia/Shanghai",
            languages=("zh-hans", "en"),
            names=NAMES_THERE,
            phone="+86 776 000 0002",
        )
        card = cards.Card(
            node=THERE,
            country="CN",
            endpoint="https://127.0.0.1:9",
            training=True,
            keys=tuple(
                cards.PublicKeyOnCard(use=use, kid=kid, public=key, valid_from=valid_from, valid_to="")
                for use, (kid, key) in public.items()
            ),
            offices=(office,),
        )
        return cards.sign(card, self.keys["node"])

    def says(self, code: str, body: dict[str, Any], *, agreement: str | None, now: datetime) -> str:
        """Send a message through the door of the post; return its id."""
        message = self._message(code, body, agreement, now)
        self._bring(self._sealed(message, now), now, receipt=message.kind == "RECEIPT")
        return message.id

    def _message(self, code: str, body: dict[str, Any], agreement: str | None, now: datetime) -> Message:
        return Message(
            id=secrets.token_hex(16),
            from_office=THERE,
            to_offices=(HERE,),
            kind=code,
            version=KINDS[code].version if code in KINDS else 1,
            handling=("H0", "TRAINING"),
            created=moments.to_wire(now),
            agreement=agreement,
            in_reply_to=body.get("of"),
            attachments=(),
            body=body,
        )

    def seals_anew(self, *, now: datetime) -> None:
        """Send something sealed with a suite that nobody here knows."""
        sealed = self._sealed(self._message("TEST", {}, None, now), now)
        header, *rest = frames.unpack(sealed, count=4, max_bytes=len(sealed))
        newer = canonical.encode({**canonical.decode(header), "suite": 9})  # type: ignore[dict-item]
        self._bring(frames.pack(newer, *rest), now)

    def _bring(self, sealed: bytes, now: datetime, *, receipt: bool = False) -> None:
        partner = Node.objects.get(code=THERE)
        mailroom.take_in(partner, [self._placed(sealed, receipt=receipt)], wiring.RECEIVERS, now=now)

    def _sealed(self, message: Message, now: datetime) -> bytes:
        here = Node.objects.get(code=HERE)
        return envelope.seal(
            envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), self.keys["author"]),
            sender=THERE,
            recipients=[envelope.Recipient(node=HERE, key=offices.sealing_key_of(here, now))],
            node_key=self.keys["node"],
        )

    def _placed(self, sealed: bytes, *, receipt: bool) -> tuple[bytes, bytes]:
        self.seq += 1
        position = Position(
            lane=Lane(sender=THERE, receiver=HERE, lane_class=LaneClass.NORMAL),
            epoch=self.epoch,
            seq=self.seq,
            prev=self.last,
            digest=envelope.digest(sealed),
            receipt=receipt,
        )
        self.last = position.digest
        return envelope.sign(POSITION_TYPE, position.to_bytes(), self.keys["node"]), sealed
