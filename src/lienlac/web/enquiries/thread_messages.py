"""The messages of a thread in both languages: the question, the answers, and what was said after (`_message.html`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry, FollowUp
from lienlac.apps.enquiries.texts import Text
from lienlac.core import codes
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Field, Type, filled
from lienlac.web.coded import language
from lienlac.web.enquiries.attachments import files_of
from lienlac.web.enquiries.attachments import shown as files_shown
from lienlac.web.names.readings import under_the_name
from lienlac.web.templatetags.desk import moment, moment_with_day

NOT_FACTS = frozenset({"text", "text_language", "of", "subject_name_language", "response", "outward_ground"})
WRITTEN_BY_PEOPLE = frozenset({Type.NAME, Type.LINE})
SHORT_NAMES = {"offence_law": "laws"}
"""Fields that hold any text and, as a rule, a short name of a list: that one is worded, another is shown as it came."""


def messages_of(row: Addressee, ours: str, other: str, *, inner: bool) -> list[dict[str, Any]]:
    """Return the messages, oldest first; `ours` is this node's office, `other` the other side's language.

    `inner` shows what never travels too: own fields, answers that have not left. Paper is given to others: False.
    """
    enquiry, files = row.enquiry, files_shown(row)
    first = _message(
        key="q",
        kind=enquiry.kind,
        what=("kinds", enquiry.kind),
        body={**enquiry.body, **enquiry.own_body} if inner else enquiry.body,
        sender=enquiry.from_office,
        ours=enquiry.from_office == ours,
        at=enquiry.created_at,
        other=other,
    )
    later: list[tuple[datetime, dict[str, Any]]] = [
        *(
            (one.at, _answer(one, row, ours, other, inner) | files_of(one, files))
            for one in row.answers.all()
            if one.sent or inner
        ),
        *(
            (one.at, _follow_up(one, row, ours, other) | files_of(one, files))
            for one in row.follow_ups.all()
            if one.sent or inner
        ),
    ]
    return [
        first | files_of(enquiry, files),
        *(shown for _at, shown in sorted(later, key=lambda pair: pair[0])),
    ]


def named(code: str) -> tuple[str, str]:
    """Return an office's name and the language of that name; the code when it is not in the directory."""
    office = directory.office(code)
    return directory.named(office, language()) if office else (code, "")


def _answer(one: Answer, row: Addressee, ours: str, other: str, inner: bool) -> dict[str, Any]:
    message = _message(
        key=str(one.pk),
        kind="ANSWER",
        what=("responses", one.response),
        body={**one.body, **one.own_body} if inner else one.body,
        sender=row.office,
        ours=row.office == ours,
        at=one.at,
        other=other,
    )
    ground = one.body.get("outward_ground")
    refused = wording.label("refusal_grounds", ground, language()) if ground else ""
    return message | {"refused": " ".join(filter(None, (refused, _not_yet(one, row))))}


def _not_yet(one: Answer, row: Addressee) -> str:
    """Say why an answer of ours has not left."""
    if one.sent:
        return ""
    if one.returned_at is not None:
        return _("It came back to its author and was never sent.")
    if row.leaves_at is not None:
        return _("It leaves by itself at %(at)s; until then nobody outside knows of it.") % {
            "at": moment(row.leaves_at)
        }
    return _("It has not been sent.")


def _follow_up(one: FollowUp, row: Addressee, ours: str, other: str) -> dict[str, Any]:
    sender = one.said_by or row.enquiry.from_office
    message = _message(
        key=f"f{one.pk}",
        kind=one.kind,
        what=("kinds", one.kind),
        body=one.body,
        sender=sender,
        ours=sender == ours,
        at=one.at,
        other=other,
    )
    if one.returned_at is not None:
        return message | {"refused": _("It came back to its author and was never sent.")}
    return message | {"refused": "" if one.sent else _("It has not been sent.")}


def message_of(text: Text, other: str) -> dict[str, Any]:
    """Return one text of ours alone, as it travels; `other` is the language of the other side."""
    response = str(text.body.get("response", ""))
    at = text.row.created_at if isinstance(text.row, Enquiry) else text.row.at
    return _message(
        key="only",
        kind=text.kind,
        what=("responses", response) if response else ("kinds", text.kind),
        body=text.body,
        sender=text.from_office,
        ours=True,
        at=at,
        other=other,
    )


def _message(
    *,
    key: str,
    kind: str,
    what: tuple[str, str],
    body: Mapping[str, Any],
    sender: str,
    ours: bool,
    at: datetime,
    other: str,
) -> dict[str, Any]:
    name, name_language = named(sender)
    fields = kinds.kind(kind).fields
    shown = [field for field in fields if field.name not in NOT_FACTS and filled(body.get(field.name))]
    return {
        "key": key,
        "part": f"m-{key}",
        "ours": ours,
        "from_name": name,
        "from_lang": name_language,
        "at": at,
        "what": wording.label(*what, language()),
        "what_theirs": wording.label(*what, other),
        "facts": [_fact(field, body, other) for field in shown],
        "text": body.get("text", ""),
        "text_lang": body.get("text_language", ""),
        "translation": "",
        "refused": "",
        "files": [],
    }


def _fact(field: Field, body: Mapping[str, Any], other: str) -> dict[str, Any]:
    value = body[field.name]
    by_person = field.type in WRITTEN_BY_PEOPLE
    written_in = body.get("subject_name_language", "") if field.type is Type.NAME else ""
    return {
        "label": wording.field(field.name, language()),
        "label_theirs": wording.field(field.name, other),
        "value": _value(field, value, language()),
        "value_theirs": _value(field, value, other),
        "raw": _unknown(field, value),
        "lang": written_in if by_person else "",
        "lang_theirs": written_in if by_person else "",
        "strong": field.name == "subject_name",
        "readings": _readings(field, value, language()),
        "readings_theirs": _readings(field, value, other),
    }


def _readings(field: Field, value: Any, into: str) -> list[dict[str, Any]]:
    return under_the_name(str(value), into) if field.type is Type.NAME else []


def _value(field: Field, value: Any, into: str) -> str:
    """Return a value in words of a language: codes are worded, what people wrote stays as it is."""
    if isinstance(value, list):
        return ", ".join(_value(field, one, into) for one in value)
    if isinstance(value, bool):
        return wording.label("yes_no", "yes" if value else "no", into)
    if field.type is Type.COUNTRY:
        return wording.country(str(value), into)
    if field.type is Type.OFFICE:
        office = directory.office(str(value))
        return directory.office_name(office, into) if office else str(value)
    if field.name == "duplicate_of":
        return queries.number_of(str(value))
    if field.name in ("needed", "removed"):  # names of fields of the enquiry's kind
        return wording.field(str(value), into)
    if (codes_of := _list_of(field)) is not None:
        return wording.label(codes_of, str(value), into)
    if field.type in (Type.PARTIAL_DATE, Type.DATE):
        return wording.partial_date(str(value), into)
    if field.type is Type.MOMENT:
        return moment_with_day(datetime.fromisoformat(str(value)), into)
    return str(value)


def _unknown(field: Field, value: Any) -> bool:
    """Say whether a code is unknown at this node and so shown as it came."""
    values, codes_of = value if isinstance(value, list) else [value], _list_of(field)
    return codes_of is not None and any(
        isinstance(one, str) and one not in codes.load(codes_of) for one in values
    )


def _list_of(field: Field) -> str | None:
    """Return the list of codes in which a field's value has its words."""
    return field.code_list or SHORT_NAMES.get(field.name)
