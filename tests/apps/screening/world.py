"""A small world: the office of Trà Lĩnh on this node, the office of Jingxi behind a trusted partner."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any

from lienlac.apps.agreements import actions as agreements
from lienlac.apps.directory.models import Node, Office
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.apps.screening.models import Candidate, Subject
from lienlac.core.messages.kinds import askable, kind
from lienlac.core.messages.message import Message
from lienlac.core.policy.agreement import Agreement, Party
from lienlac.site import wiring
from tests.apps.records.people import NOW, OFFICE

THEIRS = "cn-jingxi"
AGREEMENT = "TEST-MOU"
PERSON = {
    "subject_name": "Đàm Khánh Viễn",
    "subject_name_language": "vi",
    "birth": "1987",
    "sex": "male",
}
MATTER = {
    "purpose": "INVESTIGATE",
    "offence": "FRAUD",
    "offence_country": "CN",
    "offence_law": "CL",
    "offence_article": "266",
    "place": "靖西",
    "matter_date": "2026",
    "why_there": "resident",
    "link": "suspect",
    "urgency": "U4",
    "case_number": "17/2026",
    "evaluation_source": "B",
    "evaluation_information": "2",
}


def build() -> Node:
    """Make both nodes and the agreement; return the partner."""
    own = Node.objects.create(code=OFFICE, country="VN", standing="self", training=True, introduced_at=NOW)
    partner = Node.objects.create(
        code=THEIRS, country="CN", standing="trusted", training=True, introduced_at=NOW
    )
    for node, zone in ((own, "Asia/Ho_Chi_Minh"), (partner, "Asia/Shanghai")):
        Office.objects.create(
            code=node.code, node=node, country=node.country, kind="liaison_office", time_zone=zone
        )
    agreements.enter(
        Agreement(
            id=AGREEMENT,
            parties=(Party(country="VN"), Party(country="CN")),
            kinds=frozenset(one.code for one in askable()),
            purposes=frozenset({"INVESTIGATE", "LOCATE_WANTED", "LOCATE_MISSING"}),
            offences=frozenset({"07"}),
            valid_from=date(2021, 8, 9),
            valid_to=date(2031, 8, 8),
            articles={"VER_ID": "4", "LOCATE": "5", "LOCATE_MISSING": "6"},
        ),
        titles={"en": "Memorandum"},
    )
    return partner


def arrives(partner: Node, *, code: str = "VER_ID", now: datetime = NOW, **body: Any) -> str:
    """Let an enquiry come through the same receiver as from the post; return its id. None leaves a field out."""
    told = {name: value for name, value in {**PERSON, **MATTER, **body}.items() if value is not None}
    return _comes(partner, code, told, in_reply_to=None, now=now)


def tells(partner: Node, kind_: str, of: str, *, now: datetime = NOW, **body: Any) -> None:
    """Let a clarification, a correction … about an enquiry come."""
    _comes(partner, kind_, {"of": of, **body}, in_reply_to=of, now=now)


def _comes(partner: Node, code: str, body: dict[str, Any], *, in_reply_to: str | None, now: datetime) -> str:
    message = Message(
        id=secrets.token_hex(16),
        from_office=THEIRS,
        to_offices=(OFFICE,),
        kind=code,
        version=kind(code).version,
        handling=("TRAINING",),
        created=now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        agreement=AGREEMENT,
        in_reply_to=in_reply_to,
        attachments=(),
        body=body,
    )
    wiring.RECEIVERS.by_kind[code](Delivery(message=message, partner=partner, now=now))
    return message.id


def addressee(message_id: str) -> Addressee:
    return Addressee.objects.select_related("enquiry").get(enquiry__message_id=message_id)


def candidates(message_id: str) -> list[Candidate]:
    subject = Subject.objects.get(message_id=message_id)
    return list(subject.candidates.select_related("record", "subject").order_by("rank"))
