"""Messages of this room: enquiries, answers and what follows them, from rows to `core.messages.Message`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.conf import settings

from lienlac.apps.directory import moments
from lienlac.apps.enquiries import previews
from lienlac.apps.enquiries.models import Enquiry
from lienlac.core.lane import LaneClass
from lienlac.core.messages import kinds
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.message import Message

TRAINING = "TRAINING"  # the mark that live nodes refuse (SG45), among the handling codes
URGENT = frozenset({"U0", "U1", "U3"})


def new_id() -> str:
    """Return a new message id: 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Say whether a text has the shape of a message id."""
    return len(text) == 32 and not set(text) - set("0123456789abcdef")


def lane_class(urgency: str) -> LaneClass:
    """Return the lane that an enquiry of this urgency, and everything said about it, travels on."""
    return LaneClass.URGENT if urgency in URGENT else LaneClass.NORMAL


def enquiry_message(enquiry: Enquiry, to_offices: tuple[str, ...], *, now: datetime) -> Message:
    """Return the message that asks."""
    return Message(
        id=enquiry.message_id,
        from_office=enquiry.from_office,
        to_offices=to_offices,
        kind=enquiry.kind,
        version=enquiry.version,
        handling=_handling(enquiry),
        created=moments.to_wire(now),
        agreement=enquiry.agreement or None,
        in_reply_to=None,
        attachments=previews.manifests(enquiry, enquiry.message_id, (enquiry.kind, enquiry.body), now=now),
        body=enquiry.body,
    )


def about(
    enquiry: Enquiry,
    kind: str,
    body: Mapping[str, Any],
    *,
    message_id: str,
    from_office: str,
    to_office: str,
    now: datetime,
) -> Message:
    """Return a message about an enquiry (answer, reminder, outcome …); it carries the enquiry's id as `of`."""
    return Message(
        id=message_id,
        from_office=from_office,
        to_offices=(to_office,),
        kind=kind,
        version=kinds.kind(kind).version,
        handling=_handling(enquiry),
        created=moments.to_wire(now),
        agreement=enquiry.agreement or None,
        in_reply_to=enquiry.message_id,
        attachments=previews.manifests(enquiry, message_id, (kind, body), now=now),
        body=cast(Mapping[str, Json], kinds.travelling_body(kind, {**body, "of": enquiry.message_id})),
    )


def _handling(enquiry: Enquiry) -> tuple[str, ...]:
    """Return the handling codes as they travel: a training node marks everything that it sends."""
    codes = [code for code in enquiry.handling if code != TRAINING]
    return (*codes, TRAINING) if settings.NODE.training else tuple(codes)
