"""The release chain: units outside the node release what is said, on screen or on paper scanned back.

On screen a releasing officer of the unit decides. On paper one officer enters the page that came back, and a second
one, not the author, compares it with its scan: only then has the unit decided. The other side sees nothing of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import chains, consents, rules, texts
from lienlac.apps.enquiries.actions import asking, telling, waiting_answers
from lienlac.apps.enquiries.models import Answer, Enquiry, Release, ReleaseChain, Scan
from lienlac.apps.enquiries.texts import Text
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.messages.called import check_name
from lienlac.core.policy import approvals, releases
from lienlac.core.policy.approvals import APPROVING_ROLES

MOST_BYTES: Final = 5 * 1024 * 1024
FIRST_BYTES: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""What a scan may be, by how its bytes begin: a name or a header can say anything."""
SHEET_DIGITS: Final = 12
"""Digits of the text's digest on a release sheet: an officer types them; they find a slip, the scan is the proof."""
RELEASED, RETURNED = "approved", "returned"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A release sheet that came back: who signed, its own number and day, and the scan."""

    sheet: str
    signatory: str
    number: str
    signed_on: date
    content: bytes


@transaction.atomic
def set_chain(by: User, office: str, cls: str, says: str, units: Sequence[str], *, now: datetime) -> None:
    """Say which units release what an office asks or answers in a class of kind; none: it leaves at once.

    What waits already keeps the chain that it began with. Raises Malformed (a code), Refused (`officer_may_not`:
    administrators alone; `unknown_office`, `release_chain_too_long`, `release_chain_repeats_a_unit`).
    """
    if not (by.is_active and by.role == User.Role.ADMINISTRATOR):
        raise Refused("officer_may_not", role=by.role)
    if office not in set(directory.own_offices().values_list("code", flat=True)):
        raise Refused("unknown_office", office=office)
    if cls not in codes.load("classes") or says not in releases.SAYS:
        raise Malformed("field_code", field="cls", list="classes", value=cls)
    named = approvals.check_units(check_name(unit, field="units") for unit in units)
    ReleaseChain.objects.update_or_create(office=office, cls=cls, says=says, defaults={"units": list(named)})
    facts: dict[str, str | int] = {
        "code": f"chain.{says}.{cls}",
        "rule": "SG34",
        "list": office,
        "count": len(named),
    }
    house.note("approval_given", actor=house.officer(by.username), facts=facts, now=now)


@transaction.atomic
def release(officer: User, link: Release, *, digest: str, now: datetime) -> None:
    """Release, on screen, the text that the officer was shown (`digest`); the last unit lets it leave.

    Raises Refused: `not_your_unit`, `release_out_of_turn`, `text_was_changed`, `releaser_is_author`, and what
    policy says today about sending it.
    """
    _check_is_of(officer, link)
    text = texts.of_message(link.addressee, link.message_id)
    _decide(link, text, RELEASED, officer, officer.username, digest, now)
    _go_on(officer, link, text, now)


@transaction.atomic
def return_from_release(officer: User, link: Release, words: str, *, digest: str, now: datetime) -> None:
    """Return, on screen, a text to its author with words that say why; it is not sent."""
    _check_is_of(officer, link)
    if not words.strip():
        raise Malformed("field_empty", field="words")
    text = texts.of_message(link.addressee, link.message_id)
    _decide(link, text, RETURNED, officer, officer.username, digest, now)
    Release.objects.filter(pk=link.pk).update(words=words.strip())
    _hand_back(officer, text, words, now)


@transaction.atomic
def file_paper(officer: User, link: Release, paper: Paper, *, now: datetime) -> Scan:
    """Enter a release sheet that came back signed; it counts when a second officer has compared it.

    Raises Malformed (`field_empty`, `date_in_the_future`, `scan_missing`, `scan_too_large`, `scan_of_other_type`),
    Refused (`officer_may_not`, `release_out_of_turn`, `paper_is_entered`, `text_was_changed`: another was printed).
    """
    if officer.role not in APPROVING_ROLES:
        raise Refused("officer_may_not", role=officer.role)
    text = texts.of_message(link.addressee, link.message_id)
    _lock(link)
    _check_turn(link, text)
    if Scan.objects.filter(release=link).exists():
        raise Refused("paper_is_entered")
    if not same_sheet(paper.sheet, text.digest):
        raise Refused("text_was_changed", unit=link.unit)
    for field in ("signatory", "number"):
        if not str(getattr(paper, field)).strip():
            raise Malformed("field_empty", field=field)
    if paper.signed_on > rules.today(now):
        raise Malformed("date_in_the_future", field="signed_on")
    _note(officer, text, "paper.filed", now)
    return Scan.objects.create(
        release=link,
        media_type=media_type(paper.content),
        content=paper.content,
        digest=hashlib.sha256(paper.content).hexdigest(),
        signatory=paper.signatory.strip(),
        number=paper.number.strip(),
        signed_on=paper.signed_on,
        filed_by=officer,
        filed_at=now,
    )


@transaction.atomic
def confirm_paper(officer: User, link: Release, *, digest: str, now: datetime) -> None:
    """Confirm, as a second person, that a scan is the signed release of this very text; the unit has then decided.

    Raises Refused `paper_without_scan`, `scan_filed_by_you`, `approver_is_author`, `officer_may_not`, and what
    `release` raises.
    """
    scan = _scan_to_judge(officer, link)
    text = texts.of_message(link.addressee, link.message_id)
    consents.check_is_another(officer, text.author)
    _decide(link, text, RELEASED, officer, scan.signatory, digest, now)
    Release.objects.filter(pk=link.pk).update(
        signatory=scan.signatory, number=scan.number, signed_on=scan.signed_on
    )
    _go_on(officer, link, text, now)


@transaction.atomic
def reject_paper(officer: User, link: Release, *, now: datetime) -> None:
    """Take a scan out again that is not the signed release of this text: the unit has not decided."""
    _lock(link)
    scan = Scan.objects.filter(release=link).first()
    if scan is None or link.decision != chains.PENDING:
        raise Refused("paper_without_scan")
    if officer.role not in APPROVING_ROLES:
        raise Refused("officer_may_not", role=officer.role)
    scan.delete()
    _note(officer, texts.of_message(link.addressee, link.message_id), "paper.rejected", now)


def media_type(content: bytes) -> str:
    """Return what a scan is by how its bytes begin; raise Malformed for what is no PDF, JPEG or PNG."""
    if not content:
        raise Malformed("scan_missing", field="scan")
    if len(content) > MOST_BYTES:
        raise Malformed("scan_too_large", field="scan", most_mb=MOST_BYTES // 1024**2)
    found = [name for begins, name in FIRST_BYTES.items() if content.startswith(begins)]
    if not found:
        raise Malformed("scan_of_other_type", field="scan")
    return found[0]


def same_sheet(typed: str, digest: str) -> bool:
    """Say whether the digits of a release sheet are those of a text, however they are grouped."""
    digits = "".join(char for char in typed.lower() if char.isalnum())
    return len(digits) >= SHEET_DIGITS and digest.startswith(digits)


def _check_is_of(officer: User, link: Release) -> None:
    """Refuse whoever does not release for the unit whose turn it is; the office's own people never do."""
    if officer.role != User.Role.RELEASER or (officer.office, officer.unit) != (
        texts.of_message(link.addressee, link.message_id).from_office,
        link.unit,
    ):
        raise Refused("not_your_unit", unit=link.unit)


def _check_turn(link: Release, text: Text) -> None:
    chain = chains.read(text, chains.links(link.message_id))
    if link.decision != chains.PENDING or chain.next_unit != link.unit:
        raise Refused("release_out_of_turn", unit=link.unit, event="file")


def _lock(link: Release) -> None:
    """Let one officer at a time touch the paper of a link."""
    Release.objects.select_for_update().get(pk=link.pk)


def _scan_to_judge(officer: User, link: Release) -> Scan:
    _lock(link)
    scan = Scan.objects.filter(release=link).first()
    if scan is None:
        raise Refused("paper_without_scan")
    if scan.filed_by_id == officer.pk:
        raise Refused("scan_filed_by_you")
    if officer.role not in APPROVING_ROLES:
        raise Refused("officer_may_not", role=officer.role)
    return scan


def _decide(
    link: Release, text: Text, decision: str, officer: User, by: str, digest: str, now: datetime
) -> None:
    """Let the core judge the decision, write it into its link and into the house ledger.

    `digest` is that of the text which was read; a unit that was asked about another text has not decided.
    """
    chain = chains.read(text, chains.links(link.message_id))
    if link.digest != text.digest:
        raise Refused("text_was_changed", unit=link.unit)
    approvals.decide_release(chain, unit=link.unit, decision=decision, by=by, at=now, digest=digest)
    changed = Release.objects.filter(pk=link.pk, decision=chains.PENDING).update(
        decision=decision, by=officer, at=now
    )
    if not changed:
        raise Refused("release_out_of_turn", unit=link.unit, event=decision)
    _note(officer, text, f"release.{decision}", now)


def _note(officer: User, text: Text, code: str, now: datetime) -> None:
    house.note(
        "approval_given",
        actor=house.officer(officer.username),
        subjects=[house.Thing(list="enquiry", key=text.enquiry.message_id)],
        facts={"code": code, "rule": "SG34"},
        now=now,
    )


def _go_on(officer: User, link: Release, text: Text, now: datetime) -> None:
    """Let the text leave when every unit has released it."""
    if chains.read(text, chains.links(link.message_id)).complete:
        _leave(officer, text, now)


def _leave(officer: User, text: Text, now: datetime) -> None:
    if isinstance(text.row, Enquiry):
        asking.leave_released(officer, text.row, now=now)
    elif isinstance(text.row, Answer):
        waiting_answers.leave_released_answer(officer, text.row, now=now)
    else:
        telling.leave_released_follow_up(officer, text.row, now=now)


def _hand_back(officer: User, text: Text, words: str, now: datetime) -> None:
    if isinstance(text.row, Enquiry):
        asking.hand_back(officer, text.row, words, now=now)
    elif isinstance(text.row, Answer):
        waiting_answers.hand_back_answer(officer, text.row, words, now=now)
    else:
        telling.hand_back_follow_up(officer, text.row, words, now=now)
