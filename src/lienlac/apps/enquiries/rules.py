"""What policy is asked about an enquiry: rows and officers turned into a `core.policy` case, at every door the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from lienlac.apps.accounts.models import User
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries.letters import TRAINING
from lienlac.apps.enquiries.models import Addressee
from lienlac.core.errors import Refused
from lienlac.core.messages import canonical
from lienlac.core.messages.message import Message
from lienlac.core.policy import Case, Decision, decide
from lienlac.core.policy.case import Officer, Protection

if TYPE_CHECKING:
    from lienlac.apps.enquiries.actions.asking import Draft

MET_ON_SENDING = ("policy_permits", "approvals_met", "release_chain_complete")
MET_ON_ANSWERING = ("policy_permits", "approvals_met", "outward_ground")


def decision_to_ask(
    officer: User, draft: Draft, body: Mapping[str, Any], *, door: str, now: datetime
) -> Decision:
    """Return what policy says to asking this: shown live in the form, decisive on sending."""
    offices = list(directory.offices(draft.to_offices).values())
    return decide(
        Case(
            deed="message",
            door=door,
            today=today(now),
            kind=draft.kind,
            body=body,
            sender=_side(officer.office),
            receivers=tuple((office.country, office.code) for office in offices),
            receiver_types=frozenset(office.kind for office in offices),
            to_centre=any(office.kind == "regional_centre" for office in offices),
            partner_known=all(office.node.standing in directory.SPEAKS_WITH_US for office in offices),
            agreements=agreements.all_agreements(),
            agreement=draft.agreement,
            officer=_officer(officer),
            digest=digest(draft.kind, body),
            handling=frozenset(draft.handling),
            training_node=settings.NODE.training,
            training_partner=_training(offices),
            training_item=settings.NODE.training,
            ledger_open=True,
        )
    )


def check_may_ask(officer: User, draft: Draft, body: Mapping[str, Any], *, now: datetime) -> None:
    """Raise Refused with the rule that says no."""
    decision_to_ask(officer, draft, body, door="send", now=now).check(role=officer.role)


def check_may_receive(message: Message, *, now: datetime) -> None:
    """Judge what came by this node's own book; Refused carries the OUTWARD ground for the signed refusal."""
    own = [office for office in directory.own_offices() if office.code in message.to_offices]
    decision = decide(
        Case(
            deed="message",
            door="receipt",
            today=today(now),
            kind=message.kind,
            body=message.body,
            sender=_side(message.from_office),
            receivers=tuple((office.country, office.code) for office in own),
            receiver_types=frozenset(office.kind for office in own),
            partner_known=True,
            agreements=agreements.all_agreements(),
            agreement=message.agreement or "",
            digest=digest(message.kind, message.body),
            handling=frozenset(message.handling),
            addressed_to_us=True,
            training_node=settings.NODE.training,
            training_partner=_training(own),
            training_item=TRAINING in message.handling,
            ledger_open=True,
        )
    )
    _refuse_outward(decision)


def _refuse_outward(decision: Decision) -> None:
    if not decision.permitted:
        first = decision.decisive[0]
        raise Refused(first.code, rule=first.rule, outward=decision.outward_ground or "RF00")


def check_may_answer(officer: User, addressee: Addressee, body: Mapping[str, Any], *, now: datetime) -> None:
    """Raise Refused when this answer may not be given."""
    enquiry = addressee.enquiry
    asker = directory.offices([enquiry.from_office])[enquiry.from_office]
    decide(
        Case(
            deed="message",
            door="send",
            today=today(now),
            kind="ANSWER",
            body=body,
            asked_kind=enquiry.kind,
            asked=enquiry.body,
            sender=_side(addressee.office),
            receivers=((asker.country, asker.code),),
            receiver_types=frozenset({asker.kind}),
            partner_known=asker.node.standing in directory.SPEAKS_WITH_US,
            agreements=agreements.all_agreements(),
            agreement=enquiry.agreement,
            officer=_officer(officer),
            digest=digest("ANSWER", body),
            handling=frozenset(enquiry.handling),
            training_node=settings.NODE.training,
            training_partner=_training([asker]),
            training_item=settings.NODE.training,
            protection=_protection(),
            ledger_open=True,
        )
    ).check(role=officer.role)


def _protection() -> Protection:
    """Ask the vault of protected persons. This node keeps none, so it holds no record of anybody."""
    return Protection()


def today(now: datetime) -> date:
    """Return the day at this node: agreements and certificates end at its own midnight."""
    return now.astimezone(ZoneInfo(settings.NODE.time_zone)).date()


def digest(kind: str, body: Mapping[str, Any]) -> str:
    """Return what an approval binds itself to: SHA-256 over kind and fields."""
    return hashlib.sha256(canonical.encode({"kind": kind, "body": dict(body)})).hexdigest()


def _side(code: str) -> tuple[str, str]:
    office = directory.office(code)
    return (office.country if office else "", code)


def _officer(officer: User) -> Officer:
    return Officer(
        id=officer.username, unit=officer.unit, role=officer.role, certified_to=officer.certified_to
    )


def _training(offices: list[Office]) -> bool | None:
    return all(office.node.training for office in offices) if offices else None
