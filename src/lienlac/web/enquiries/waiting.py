"""What waits at this node before it may leave: a second person, units that release it, the protection desk's word."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import chains, queries, texts
from lienlac.apps.enquiries.marks import may_have
from lienlac.apps.enquiries.models import Addressee, Enquiry, Release
from lienlac.apps.enquiries.texts import Text
from lienlac.web.coded import language

Deeds = list[dict[str, Any]]


def waiting_of(row: Addressee, officer: User) -> dict[str, Any] | None:
    """Return `waiting` of `_waiting.html`: a text, the chain, the deeds this officer may do; None: nothing waits."""
    if row.state in queries.NOBODY_WAITS:
        return None
    if may_have(row, "releases") and (link := queries.link_in_turn(row)):
        return _in_release(row, link, officer)
    if row.enquiry.side == Enquiry.Side.ASKED and (waits := _enquiry_waits(row, officer)):
        return waits
    if row.leaves_at is None and (said := _said(row)):
        return _said_waits(row, said, officer)
    return _for_protection(row, officer)


def _for_protection(row: Addressee, officer: User) -> dict[str, Any] | None:
    ours = row.enquiry.side == Enquiry.Side.RECEIVED
    if ours and officer.role == User.Role.PROTECTION_OFFICER and row.open and row.leaves_at is None:
        text = _("If the answer to this enquiry is held for review, your word lets it go.")
        return _box(text, [_deed("thread_release", row, _("Release the answer"), main=False)])
    return None


def _enquiry_waits(row: Addressee, officer: User) -> dict[str, Any] | None:
    mine = row.enquiry.written_by_id == officer.pk
    if row.state == "returned":
        text = _("This came back to its author. It has not been sent.")
        return _box(text, links=[_change(row, main=True)] if mine else [])
    if row.state != "checked":
        return None
    text = _("This has not been sent: a second person must approve it first.")
    if mine:
        return _box(text, links=[_change(row, main=False)])
    return _box(text, [_approve(row, texts.of_enquiry(row.enquiry))], [_give_back(row)])


def _said(row: Addressee) -> Text | None:
    """Return the answer, or what is said later, that waits for a second person; None when nothing does."""
    ours = row.enquiry.side == Enquiry.Side.RECEIVED and may_have(row, "answers")
    given = queries.waiting_answer(row) if ours else None
    if given is not None:
        given.addressee = row
        return texts.of_answer(given)
    told = queries.waiting_follow_up(row) if may_have(row, "follow_ups") else None
    if told is None:
        return None
    told.addressee = row
    return texts.of_follow_up(told)


def _said_waits(row: Addressee, said: Text, officer: User) -> dict[str, Any]:
    text = _("What is written here has not been sent: a second person must approve it first.")
    if said.author is not None and said.author.pk == officer.pk:
        return _box(text, [_deed("thread_drop_answer", row, _("Take it back"), main=False)])
    return _box(text, [_approve(row, said)], [_give_back(row)])


def _in_release(row: Addressee, link: Release, officer: User) -> dict[str, Any]:
    """Show where the chain stands, and the ways of paper; whoever releases on screen has a page of his own."""
    text = _("This has not been sent: units outside this node must release it. Nobody else knows of it.")
    links, deeds, mine = [], [], _is_author(link, officer)
    if not hasattr(link, "scan"):
        links.append(_link("release_sheet", link, _("Print the release sheet"), main=False))
        links.append(_link("release_paper", link, _("Enter the paper that came back"), main=True))
    else:
        links.append(_link("release_compare", link, _("Compare the paper with its scan"), main=not mine))
    if mine and row.enquiry.side == Enquiry.Side.ASKED and row.state == "in_release":
        links.append(_change(row, main=False))
    elif mine:
        deeds.append(_deed("thread_drop_answer", row, _("Take it back"), main=False))
    else:
        links.append(_give_back(row))
    return _box(text, deeds, links) | {"chain": chain_of(link)}


def chain_of(link: Release) -> list[dict[str, Any]]:
    """Return the links of a chain in words, in their order."""
    return [
        {
            "unit": one.unit,
            "decision": wording.label("approval_decisions", one.decision, language()),
            "done": one.decision == "approved",
            "at": one.at,
            "who": one.signatory or (one.by.full_name if one.by else ""),
        }
        for one in chains.links(link.message_id)
    ]


def _is_author(link: Release, officer: User) -> bool:
    author = queries.author_of(link)
    return author is not None and author.pk == officer.pk


def _box(text: str, deeds: Deeds | None = None, links: Deeds | None = None) -> dict[str, Any]:
    return {"text": text, "deeds": deeds or [], "links": links or [], "chain": []}


def _change(row: Addressee, *, main: bool) -> dict[str, Any]:
    return {
        "url": reverse("thread_edit", args=[row.pk]),
        "label": _("Change it and send it again"),
        "main": main,
    }


def _give_back(row: Addressee) -> dict[str, Any]:
    return {
        "url": reverse("thread_return", args=[row.pk]),
        "label": pgettext("to the author", "Return it"),
        "main": False,
    }


def _approve(row: Addressee, text: Text) -> dict[str, Any]:
    """Return the deed, bound to the text that stands on this page: one that is changed meanwhile is read again."""
    return _deed("thread_approve", row, _("Approve and send"), main=True) | {"digest": text.digest}


def _deed(name: str, row: Addressee, label: str, *, main: bool) -> dict[str, Any]:
    return {"url": reverse(name, args=[row.pk]), "label": label, "main": main}


def _link(name: str, link: Release, label: str, *, main: bool) -> dict[str, Any]:
    return {"url": reverse(name, args=[link.pk]), "label": label, "main": main}
