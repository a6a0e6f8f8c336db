"""One message as it will be sent or was sent, whole: for those who release it, and for those who judge it."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import texts
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.enquiries.texts import Text
from lienlac.apps.mailroom import files
from lienlac.core.messages.attachment import Attachment
from lienlac.web.coded import language
from lienlac.web.enquiries.thread_messages import message_of, named


def whole_message(addressee: Addressee, message_id: str) -> dict[str, Any]:
    """Return what `_message.html` shows, `about` as (label, value), and the `digest` that is consented to."""
    text = texts.of_message(addressee, message_id)
    mine, theirs = language(), _language_of(text.to_offices[0])
    enquiry, digest = text.enquiry, text.digest  # made anew each time it is asked for
    return {
        "message": message_of(text, theirs),
        "mine": mine,
        "theirs": theirs,
        "mine_name": wording.language_name(mine),
        "theirs_name": wording.language_name(theirs),
        "about": [
            (_("From"), named(text.from_office)[0]),
            (_("To"), ", ".join(named(code)[0] for code in text.to_offices)),
            (_("Our number"), enquiry.number),
            (_("Question"), wording.label("kinds", enquiry.kind, mine)),
            (_("Agreement"), agreements.title(enquiry.agreement, mine) if enquiry.agreement else "—"),
            (_("Handling"), _handling(text)),
            (_("Written by"), text.author.full_name if text.author else "—"),
            *((_("File"), _file(one)) for one in files.manifests_of(text.message_id)),
        ],
        "digest": digest,
        "digest_groups": [digest[start : start + 8] for start in range(0, len(digest), 8)],
    }


def _file(one: Attachment) -> str:
    """Name a file that goes along as the printed message does: the digest is part of what is consented to."""
    return f"{one.name} · {filesizeformat(one.size)} · SHA-256 {one.sha256}"


def _handling(text: Text) -> str:
    codes = [code for code in text.enquiry.handling if code != "TRAINING"]
    return ", ".join(wording.label("handling", code, language()) for code in codes) or "—"


def _language_of(code: str) -> str:
    office = directory.office(code)
    return str(office.languages[0]) if office and office.languages else "en"
