"""What policy is asked about enquiries: rows and officers turned into a `core.policy` case, at every door the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import could_be_renewed
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.letters import TRAINING
from lienlac.apps.enquiries.models import Addressee, Approval, Enquiry
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.apps.records import vault
from lienlac.apps.screening import hits
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_handling
from lienlac.core.messages.message import Message
from lienlac.core.policy import Case, Decision, Result, decide
from lienlac.core.policy.approvals import Approval as Consent
from lienlac.core.policy.case import Officer

if TYPE_CHECKING:
    from lienlac.apps.enquiries.actions.asking import Draft

MET_ON_SENDING = ("policy_permits", "approvals_met", "release_chain_complete")
MET_ON_ANSWERING = ("policy_permits", "approvals_met", "outward_ground")
EVALUATION = ("evaluation_source", "evaluation_information")
SECOND_PERSON = "second_person_missing"
Consented = tuple[str, Iterable[Approval]]
"""The digest of a text (`texts.Text.digest`) and the consents that were given; those to another digest do not count."""
NOBODY: Consented = ("", ())


def decision_to_ask(
    officer: User,
    draft: Draft,
    body: Mapping[str, Any],
    *,
    door: str,
    consented: Consented = NOBODY,
    now: datetime,
) -> Decision:
    """Return what policy says to asking this: shown live in the form, decisive on sending."""
    return decide(case_to_ask(officer, draft, body, door=door, consented=consented, now=now))


def case_to_ask(
    officer: User,
    draft: Draft,
    body: Mapping[str, Any],
    *,
    door: str = "send",
    consented: Consented = NOBODY,
    now: datetime,
) -> Case:
    """Return asking this as a case of policy."""
    offices = list(directory.offices(draft.to_offices).values())
    return Case(
        **_circumstances(now),
        **_to(offices),
        door=door,
        kind=draft.kind,
        body=body,
        sender=_side(officer.office),
        agreement=draft.agreement,
        officer=_officer(officer, now),
        **_consented(consented),
        handling=frozenset(draft.handling),
        training_item=settings.NODE.training,
    )


def check_may_receive(message: Message, *, partner_known: bool, now: datetime) -> None:
    """Judge what came by this node's own book; Refused carries the OUTWARD ground for the signed refusal.

    NotUnderstood for a condition of its originator that this node does not know: nobody here could keep it.
    """
    own = [office for office in directory.own_offices() if office.code in message.to_offices]
    decision = decide(
        Case(
            **_circumstances(now),
            **(_to(own) | {"partner_known": partner_known}),
            **_of_message(message),
            door="receipt",
            addressed_to_us=True,
        )
    )
    _refuse_outward(decision)
    check_handling(message.handling)


def case_to_answer(
    officer: User,
    addressee: Addressee,
    body: Mapping[str, Any],
    *,
    kind: str = "ANSWER",
    consented: Consented = NOBODY,
    files: int = 0,
    now: datetime,
) -> Case:
    """Return an answer, or the correction of one, as a case; only here the vault of protected persons is asked."""
    enquiry = addressee.enquiry
    return Case(
        **_said_about(enquiry, kind, body, officer, consented, now),
        **_to_one(enquiry.from_office),
        sender=_side(addressee.office),
        files=files,
        protection=vault.protection_of(
            *queries.told_by_asker(addressee), body, message_id=enquiry.message_id
        ),
        **hits.for_policy(enquiry.message_id, str(body.get("response", ""))),
    )


def case_to_follow_up(
    officer: User,
    addressee: Addressee,
    kind: str,
    body: Mapping[str, Any],
    *,
    consented: Consented = NOBODY,
    files: int = 0,
    now: datetime,
) -> Case:
    """Return what the asker says about his enquiry as a case.

    A clarification stands on the evaluation of the enquiry: it tells more of the same from the same source.
    """
    enquiry = addressee.enquiry
    full = {**_evaluation(enquiry.body), **body}
    return Case(
        **_said_about(enquiry, kind, full, officer, consented, now),
        **_to_one(addressee.office),
        sender=_side(enquiry.from_office),
        files=files,
    )


def case_to_correct(
    officer: User,
    addressee: Addressee,
    body: Mapping[str, Any],
    *,
    consented: Consented = NOBODY,
    files: int = 0,
    now: datetime,
) -> Case:
    """Return the correction of our answer as a case: it stands on the evaluation of the answer that it corrects."""
    given = addressee.answers.filter(sent=True).order_by("-at", "-pk").first()
    full = {**_evaluation(given.body if given else {}), **body}
    return case_to_answer(
        officer, addressee, full, kind="CORRECTION", consented=consented, files=files, now=now
    )


def check_may_take_in(delivery: Delivery, enquiry: Enquiry) -> None:
    """Judge what came about an enquiry (an answer, a clarification …); Refused and NotUnderstood as above."""
    message = delivery.message
    own = [office for office in directory.own_offices() if office.code in message.to_offices]
    given = _of_message(message)
    if message.kind != "ANSWER":
        given["body"] = {**_evaluation(enquiry.body), **message.body}
    decision = decide(
        Case(
            **_circumstances(delivery.now),
            **(_to(own) | {"partner_known": is_known(delivery)}),
            **(_about(enquiry) | given),
            door="receipt",
            addressed_to_us=True,
        )
    )
    _refuse_outward(decision)
    check_handling(message.handling)


def is_known(delivery: Delivery) -> bool:
    """Say whether the partner who brings something stands as one with whom this node speaks."""
    return delivery.partner.standing in directory.SPEAKS_WITH_US


def waits_for_second_person(decision: Decision) -> bool:
    """Say whether nothing but a second person's consent (SG34) stands in the way."""
    hinder = [one for one in decision.findings if one.result > Result.FLAGGED and not one.set_aside]
    return bool(hinder) and all(one.code == SECOND_PERSON for one in hinder)


def today(now: datetime) -> date:
    """Return the day at this node: agreements and certificates end at its own midnight."""
    return now.astimezone(ZoneInfo(settings.NODE.time_zone)).date()


def _refuse_outward(decision: Decision) -> None:
    if not decision.permitted:
        first = decision.decisive[0]
        raise Refused(first.code, rule=first.rule, outward=decision.outward_ground or "RF00")


def _circumstances(now: datetime) -> dict[str, Any]:
    """Return what is the same for every case of this node at this moment."""
    return {
        "deed": "message",
        "today": today(now),
        "agreements": agreements.all_agreements(),
        "training_node": settings.NODE.training,
        "ledger_open": True,
    }


def _to(offices: list[Office]) -> dict[str, Any]:
    return {
        "receivers": tuple((office.country, office.code) for office in offices),
        "receiver_types": frozenset(office.kind for office in offices),
        "to_centre": any(office.kind == "regional_centre" for office in offices),
        "partner_known": all(office.node.standing in directory.KNOWN_BY_PEOPLE for office in offices),
        "training_partner": all(office.node.training for office in offices) if offices else None,
    }


def _about(enquiry: Enquiry) -> dict[str, Any]:
    return {
        "asked_kind": enquiry.kind,
        "asked": {**enquiry.body, **enquiry.own_body},
        "asked_by": _side(enquiry.from_office),
        "agreement": enquiry.agreement,
        "handling": frozenset(enquiry.handling),
    }


def _to_one(code: str) -> dict[str, Any]:
    return _to([directory.offices([code])[code]])


def _said_about(
    enquiry: Enquiry,
    kind: str,
    body: Mapping[str, Any],
    officer: User,
    consented: Consented,
    now: datetime,
) -> dict[str, Any]:
    """Return what is the same of everything that an officer of this node says about an enquiry."""
    return {
        **_circumstances(now),
        **_about(enquiry),
        "door": "send",
        "kind": kind,
        "body": body,
        "officer": _officer(officer, now),
        **_consented(consented),
        "training_item": settings.NODE.training,
    }


def _of_message(message: Message) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "body": message.body,
        "sender": _side(message.from_office),
        "agreement": message.agreement or "",
        "handling": frozenset(message.handling),
        "training_item": TRAINING in message.handling,
        "files": len(message.attachments),
    }


def _evaluation(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in EVALUATION if name in body}


def _consented(consented: Consented) -> dict[str, Any]:
    digest, approvals = consented
    given = tuple(
        Consent(
            by=one.by.username, unit=one.unit, role=one.role, digest=one.digest, certified_to=one.certified_to
        )
        for one in approvals
    )
    return {"digest": digest, "approvals": given}


def _side(code: str) -> tuple[str, str]:
    office = directory.office(code)
    return (office.country if office else "", code)


def _officer(officer: User, now: datetime) -> Officer:
    return Officer(
        id=officer.username,
        unit=officer.unit,
        role=officer.role,
        certified_to=officer.certified_to,
        renewable=_is_renewable(officer, now),
    )


def _is_renewable(officer: User, now: datetime) -> bool:
    """Say whether somebody could have renewed a certificate that ended; one that holds asks for nothing."""
    last = officer.certified_to
    if last is None or today(now) <= last:
        return True
    ended = datetime.combine(last + date.resolution, time(), ZoneInfo(settings.NODE.time_zone))
    return could_be_renewed(officer, ended)
