"""Whether files of an enquiry may have previews: by all that was said about it, here or there, sent or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lienlac.apps.enquiries.models import Answer, Enquiry, FollowUp
from lienlac.apps.mailroom import files
from lienlac.apps.records.today import today
from lienlac.core.messages.attachment import Attachment
from lienlac.core.policy.case import Case
from lienlac.core.policy.pictures import may_go_ahead

Said = tuple[str, Mapping[str, Any]]


def manifests(enquiry: Enquiry, message_id: str, said: Said, *, now: datetime) -> tuple[Attachment, ...]:
    """Return the manifests that a message about an enquiry takes along; `said` is its kind and its body."""
    found = files.manifests_of(message_id)
    if not any(one.preview for one in found) or may_be_shown(enquiry, said, now=now):
        return found
    return tuple(replace(one, preview=None) for one in found)


def may_be_shown(enquiry: Enquiry, *more: Said, now: datetime) -> bool:
    """Say whether a page may show previews of an enquiry's files: nothing that was said of it speaks against it.

    One answer that tells of a child hides the pictures that came before it.
    """
    question = Case(
        deed="message",
        door="form",
        today=today(now),
        kind=enquiry.kind,
        body={**enquiry.body, **enquiry.own_body},
        handling=frozenset(enquiry.handling),
    )
    about = replace(question, asked_kind=question.kind, asked=question.body)
    later = (replace(about, kind=kind, body=body) for kind, body in (*more, *_said(enquiry)))
    return may_go_ahead(question) and all(map(may_go_ahead, later))


def _said(enquiry: Enquiry) -> Iterator[Said]:
    for given in Answer.objects.filter(addressee__enquiry=enquiry):
        yield "ANSWER", {**given.body, **given.own_body}
    for told in FollowUp.objects.filter(addressee__enquiry=enquiry):
        yield told.kind, told.body
