"""Two sides of a border for tests: our node of Trà Lĩnh in the database, the partner of Jingxi in memory.

Linh asks, Bằng is the second person, Diệp keeps the vault, Mara keeps the machine and may see nothing; Qin answers
at Jingxi.
The partner has keys of its own and speaks through the real post: sealed parcels in, sealed parcels out.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from lienlac.apps.agreements import actions as agreements
from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.enquiries.actions import receipt_came
from lienlac.apps.enquiries.intake import TAKEN_IN
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Receivers
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.envelope.envelope import read_message
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.lane import GENESIS, POSITION_TYPE, Lane, LaneClass, Position, digest_of
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message
from lienlac.core.policy.agreement import Agreement, Party
from lienlac.core.trust import cards
from tests import matters

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OURS, THEIRS, CENTRE = "vn-tra-linh", "cn-jingxi", "la-centre"
AGREEMENT = "TEST-MOU-2021"
RECEIVERS = Receivers(by_kind=TAKEN_IN, receipt=receipt_came)
PURPOSES = {"INVESTIGATE", "DETECT", "PREVENT", "LOCATE_WANTED", "LOCATE_MISSING", "PROTECT_VICTIM"}
OFFENCES = {"01", "02", "03", "04", "05", "06", "07", "08041", "0805", "0901", "0903", "10"}

PERSON, MATTER = matters.PERSON, matters.MATTER | {"urgency": "U4"}
SURE = {"evaluation_source": "A", "evaluation_information": "1"}


@dataclass
class Partner:
    """The other node: what it says goes through our `take_in`; what we say it opens with its own key."""

    code: str = THEIRS
    country: str = "CN"
    kind: str = "liaison_office"
    time_zone: str = "Asia/Shanghai"
    node: SigningKey = field(default_factory=SigningKey.generate)
    author: SigningKey = field(default_factory=SigningKey.generate)
    seal: SealingKey = field(default_factory=SealingKey.generate)
    epoch: str = field(default_factory=lambda: secrets.token_hex(16))
    lanes: dict = field(default_factory=dict)
    read: set = field(default_factory=set)

    def card(self, *, training=True):
        keys = (("node", self.node), ("author", self.author), ("seal", self.seal))
        made = [
            cards.PublicKeyOnCard(
                use=use,
                kid=key.kid,
                public=key.public.public_bytes,
                valid_from=moments.to_wire(NOW - timedelta(days=30)),
                valid_to="",
            )
            for use, key in keys
        ]
        office = cards.OfficeOnCard(
            code=self.code,
            country=self.country,
            kind=self.kind,
            time_zone=self.time_zone,
            languages=("zh-hans", "en"),
            names={"zh-hans": "靖西边境联络官办公室", "en": f"Office of {self.code}"},
            phone="+86 776 000 0002",
        )
        card = cards.Card(
            node=self.code,
            country=self.country,
            endpoint="",
            training=training,
            keys=tuple(made),
            offices=(office,),
        )
        return cards.sign(card, self.node)

    def row(self):
        return queries.office(self.code).node

    def say(self, kind, body, *, now=NOW, created=None, agreement=AGREEMENT, version=None, **changes):
        """Sign, seal and bring a message of one of this partner's offices; return what our node made of it."""
        values = {
            "id": secrets.token_hex(16),
            "from_office": self.code,
            "to_offices": (OURS,),
            "kind": kind,
            "version": version or (kinds.KINDS[kind].version if kind in kinds.KINDS else 1),
            "handling": ("H0", "TRAINING"),
            "created": moments.to_wire(created or now),
            "agreement": agreement,
            "in_reply_to": body.get("of"),
            "attachments": (),
            "body": body,
        }
        message = Message(**(values | changes))
        return self.bring(message, self.author, now)

    def bring(self, message, key, now, lane_class=LaneClass.NORMAL):
        signed = envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), key)
        ours = envelope.Recipient(node=OURS, key=queries.sealing_key_of(queries.this_node(), now))
        sealed = envelope.seal(signed, sender=self.code, recipients=[ours], node_key=self.node)
        seq, prev = self.lanes.get(lane_class, (0, GENESIS))
        lane = Lane(sender=self.code, receiver=OURS, lane_class=lane_class)
        place = {"epoch": self.epoch, "seq": seq + 1, "prev": prev, "digest": digest_of(sealed)}
        position = Position(lane=lane, receipt=message.kind == "RECEIPT", **place)
        self.lanes[lane_class] = (seq + 1, position.digest)
        parcel = (envelope.sign(POSITION_TYPE, position.to_bytes(), self.node), sealed)
        mailroom.take_in(self.row(), [parcel], RECEIVERS, now=now)
        return Arrival.objects.get(
            lane__partner=self.row(), epoch=self.epoch, seq=seq + 1, lane__lane_class=lane_class
        )

    def hears(self, *, kind=None):
        """Open what our node has queued for this partner since the last look: messages, oldest first."""
        heard = []
        for parcel in (
            Parcel.objects.filter(lane__partner=self.row()).select_related("message").order_by("pk")
        ):
            if parcel.pk in self.read or not parcel.envelope:
                continue
            self.read.add(parcel.pk)
            opened = envelope.open_envelope(
                bytes(parcel.envelope),
                me=self.code,
                sealing_keys={self.seal.kid: self.seal},
                node_keys=lambda node, kid: queries.verify_key(queries.this_node(), NodeKey.Use.NODE, kid),
            )
            signed, _chunk = chunks.parted(opened.signed_message)
            message, _ = read_message(signed, sender=OURS, author_keys=_our_author_key)
            heard.append(message)
        return [one for one in heard if kind is None or one.kind == kind]

    def receipt(self, message_id, stage, *, now=NOW, at=None, status="stored", ground=None):
        """Bring a signed receipt for a message of ours."""
        parcel = Parcel.objects.get(lane__partner=self.row(), message__message_id=message_id)
        body = {"stage": stage, "at": moments.to_wire(at or now), "status": status}
        if stage == "R1":
            body |= {
                "lane_class": parcel.lane.lane_class,
                "epoch": parcel.epoch,
                "seqs": [parcel.seq],
                "envelopes": [parcel.digest],
                "messages": [message_id],
            }
        else:
            body["of"] = message_id
        if ground:
            body["outward_ground"] = ground
        message = Message(
            id=secrets.token_hex(16), from_office=self.code, to_offices=(OURS,), kind="RECEIPT", version=1, handling=(),
            created=moments.to_wire(now), agreement=None, in_reply_to=message_id, attachments=(), body=body,
        )  # fmt: skip
        return self.bring(message, self.node if stage == "R1" else self.author, now)

    def answers(self, enquiry, response, *, now=NOW, **body):
        """Answer an enquiry of ours."""
        return self.say("ANSWER", {"of": enquiry.message_id, "response": response, **body}, now=now)


def _our_author_key(_node, kid):
    here = queries.this_node()
    return queries.verify_key(here, NodeKey.Use.AUTHOR, kid) or queries.verify_key(
        here, NodeKey.Use.NODE, kid
    )


def found_border(*partners):
    """Found our node, meet the partners, enter the agreement."""
    node = directory.found_node(
        code=OURS, country="VN", endpoint="", training=True, tls_pin=secrets.token_bytes(32), now=NOW
    )
    own = directory.add_office(
        code=OURS,
        node=node,
        country="VN",
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi", "en"),
        names={"vi": "Văn phòng liên lạc Trà Lĩnh", "en": "Trà Lĩnh liaison office"},
    )
    for partner in partners:
        met = directory.meet(partner.card(), now=NOW)
        directory.trust(met, fingerprint=queries.fingerprint_of(met), now=NOW)
        if partner.kind == "liaison_office":
            directory.make_twins(own, queries.office(partner.code))
    agreements.enter(
        Agreement(
            id=AGREEMENT,
            parties=tuple(Party(country=country) for country in ("VN", "CN", "LA", "XR")),
            kinds=frozenset(kinds.KINDS) - {one.code for one in kinds.SERVICE},
            purposes=frozenset(PURPOSES),
            offences=frozenset(OFFENCES),
            valid_from=date(2021, 8, 9),
            valid_to=date(2031, 8, 8),
            articles={"VER_ID": "4", "political_offence": "3"},
        ),
        titles={"vi": "Bản ghi nhớ (bản thử)", "en": "Memorandum (test)"},
    )


def sequence(now=NOW):
    """Give every leaf its place and sign the receipts that are due, as the postman does."""
    key = queries.own_signing_key(NodeKey.Use.NODE, now)
    sealer = audit.Sealer(node=OURS, public=key.public.public_bytes, sign=key.sign)
    audit.sequence(sealer, now=now)
    mailroom.issue_receipts(now=now)


def stored(kind):
    return MessageRow.objects.filter(kind=kind, outbound=True)
