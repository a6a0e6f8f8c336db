"""Files of enquiries: who may see them, what goes along with what, and the leaf that says who opened one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import previews
from lienlac.apps.enquiries.marks import may_have
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry, FollowUp, Release
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.files import Shown
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import Malformed, Refused
from lienlac.core.policy.case import TELLING

READ = "attachment"  # what the house ledger calls a file that was opened
SEEN = "attachment_preview"  # and one of which the small picture was shown
REFUSED = "REFUSED"
COPY = "decision_copy"  # the field that holds the digest of a decision (SG04)


def number_for(officer: User, tray: str, response: str) -> int:
    """Return how many files would go along with an answer; "" is no tray.

    Raises Refused(`attachment_with_refusal`): a refusal tells no more than its ground.
    """
    number = len(files.in_tray(officer, tray))
    if response == REFUSED and number:
        raise Refused("attachment_with_refusal")
    return number


def check_copy(officer: User, tray: str, body: Mapping[str, Any], message_id: str = "") -> None:
    """Compare the digest of a decision's copy with the files: those in the tray, and those that go along already.

    Without a file there is nothing to compare: the copy goes another way. Raises Refused(`decision_copy_differs`).
    """
    digest, rows = body.get(COPY), files.in_tray(officer, tray)
    there = {row.sha256 for row in rows} | (digests_of([message_id]) if message_id else set())
    if digest and there and digest not in there:
        raise Refused("decision_copy_differs", rule="SG04", field=COPY)


def take_along(officer: User, tray: str, message_id: str) -> None:
    """Let what lies in an officer's tray go with a message that is being made; "" is no tray.

    Raises Refused(`attachment_too_many`).
    """
    if tray:
        mailroom.go_along(officer, tray, message_id)


def may_go_with(response: str) -> bool:
    """Say whether a form for this response has a box for files: a file tells, and some answers tell nothing."""
    return not response or response in TELLING


def files_of(row: Addressee) -> Mapping[str, list[Shown]]:
    """Return the files of an enquiry's messages, by message id. The row comes from `visible_to(officer)`."""
    return files.shown(_authors(row)) if may_have(row, "files") else {}


def find(row: Addressee, key: int) -> Shown:
    """Return one file of an enquiry; Malformed('not_there') for one that is not of it."""
    for one in (one for several in files_of(row).values() for one in several):
        if one.row.pk == key:
            return one
    raise Malformed("not_there", key=key)


def open_file(officer: User, row: Addressee, key: int, *, now: datetime) -> tuple[File, Iterator[bytes]]:
    """Return a file of an enquiry and its pieces, all of it checked; who opened it is written down.

    The row comes from `visible_to(officer)`. Raises what `mailroom.open_file` raises, Malformed('not_there').
    """
    file = find(row, key).row
    pieces = mailroom.open_file(file, now=now)
    purpose = str(row.enquiry.body.get("purpose", ""))
    reading.read(officer, READ, [file.sha256], purpose, now=now)
    return file, pieces


def with_preview(row: Addressee, found: Mapping[str, list[Shown]], *, now: datetime) -> frozenset[int]:
    """Return the keys of those files of an enquiry whose small pictures a page may show."""
    fit = [one.row.pk for several in found.values() for one in several if one.preview == mailroom.FIT]
    return frozenset(fit) if fit and previews.may_be_shown(row.enquiry, now=now) else frozenset()


def open_preview(officer: User, row: Addressee, key: int, *, now: datetime) -> bytes:
    """Return the small picture of a file of an enquiry, a JPEG; who saw it is written down.

    The row comes from `visible_to(officer)`. Raises what `mailroom.open_preview` raises; Malformed('not_there') where
    none may be shown.
    """
    one = find(row, key)
    if key not in with_preview(row, {one.row.of: [one]}, now=now):
        raise Malformed("not_there", key=key)
    picture = mailroom.open_preview(one.row, now=now)
    reading.read(officer, SEEN, [one.row.sha256], str(row.enquiry.body.get("purpose", "")), now=now)
    return picture


def open_released(officer: User, link: Release, key: int, *, now: datetime) -> tuple[File, Iterator[bytes]]:
    """Return a file of the text that an officer is asked to release, all of it checked; who opened it is written down.

    The link comes from `releasable(officer)`: of the enquiry's other files he sees none. Raises as `open_file` does.
    """
    file = File.objects.filter(of=link.message_id, origin=directory.own_code(), pk=key).first()
    if file is None:
        raise Malformed("not_there", key=key)
    pieces = mailroom.open_file(file, now=now)
    reading.read(officer, READ, [file.sha256], now=now)
    return file, pieces


def files_to_release(link: Release) -> list[File]:
    """Return the files of the text that a unit is asked to release, in their order."""
    return list(File.objects.filter(of=link.message_id, origin=directory.own_code()).order_by("place"))


def erase(enquiry: Enquiry) -> int:
    """Forget every file of an enquiry, with its keys and chunks; return how many. For whoever erases an enquiry."""
    return sum(mailroom.forget_files(message_id) for message_id in messages_of(enquiry))


def digests_of(messages: Iterable[str]) -> set[str]:
    """Return the digests of the files of these messages: the names under which the house ledger knows them."""
    return set(File.objects.filter(of__in=list(messages)).values_list("sha256", flat=True))


def messages_of(enquiry: Enquiry) -> list[str]:
    """Return the ids of everything that was said about an enquiry, its own first."""
    about = {"addressee__enquiry": enquiry}
    answers = Answer.objects.filter(**about).values_list("message_id", flat=True)
    told = FollowUp.objects.filter(**about).values_list("message_id", flat=True)
    return [enquiry.message_id, *answers, *told]


def _authors(row: Addressee) -> dict[str, str]:
    """Return the node that wrote each message; all of a call's record is written here."""
    enquiry = row.enquiry
    wrote = {enquiry.message_id: enquiry.from_office}
    wrote |= {one.message_id: row.office for one in row.answers.all()}
    wrote |= {one.message_id: one.said_by or enquiry.from_office for one in row.follow_ups.all()}
    if enquiry.by_phone:
        return dict.fromkeys(wrote, directory.own_code())
    nodes = directory.nodes_of_offices(sorted(set(wrote.values())))
    return {message: nodes.get(office, "") for message, office in wrote.items()}
