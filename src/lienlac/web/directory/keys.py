"""Keys in the browser: how old this node's own are, and new ones; which a partner has, and whether he knows ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lienlac import wording
from lienlac.apps.accounts.queries import keeps_accounts
from lienlac.apps.audit.queries import extent, size_before
from lienlac.apps.directory import actions, keystore, moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import doubting
from lienlac.apps.mailroom.actions.announcing import SEAL_EVERY
from lienlac.apps.reports.health.trust import SIGN_EVERY
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import RevokeKeyForm, end_of
from lienlac.web.directory.partners import other_node
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_keepers, for_operators
from lienlac.web.mailroom.outbox import partner_name
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager
from lienlac.web.templatetags.desk import day

Use = NodeKey.Use
Cell = dict[str, Any]

USES: dict[str, Promise] = {
    Use.NODE: gettext_lazy("Signs envelopes, receipts and ledgers"),
    Use.AUTHOR: gettext_lazy("Signs what the agency says"),
    Use.SEAL: gettext_lazy("Opens what is sealed to its node"),
    Use.LASTING: gettext_lazy("Signs one ledger head a day, for decades"),
    Use.OVERSIGHT: gettext_lazy("Its state's oversight opens coercive matters with it"),
}
RENEWED_EVERY = {Use.NODE: SIGN_EVERY, Use.AUTHOR: SIGN_EVERY, Use.SEAL: SEAL_EVERY}


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """A deed on this node's own keys."""

    verb: Promise
    causes: Promise
    done: Promise
    do: Callable[..., object]
    grave: bool = False


RENEWALS: dict[str, Renewal] = {
    "seal": Renewal(
        verb=gettext_lazy("Make a new sealing key"),
        causes=gettext_lazy(
            "Partners seal to it as soon as they know it. The old one is kept until all of them do, and 30 days more."
        ),
        done=gettext_lazy("The new sealing key counts. Put a copy of the keys into the safe."),
        do=actions.renew_sealing,
    ),
    "sign": Renewal(
        verb=gettext_lazy("Make new signing keys"),
        causes=gettext_lazy(
            "Partners are told by the post. When the last of them has receipted, this node signs with the new keys. "
            "If somebody may have the old ones, do not do this: ring your partners, who revoke them."
        ),
        done=gettext_lazy("New signing keys are made and told. Put a copy of the keys into the safe."),
        do=actions.renew_signing,
    ),
    "now": Renewal(
        verb=gettext_lazy("Sign with the new keys now"),
        causes=gettext_lazy(
            "A partner who has not receipted them refuses what this node signs, until you compare words anew."
        ),
        done=gettext_lazy("This node signs with its new keys."),
        do=actions.take_up,
        grave=True,
    ),
}


@for_keepers
def own(request: HttpRequest) -> HttpResponse:
    """List this node's keys: since when, what renews them, where they rest, who has not heard."""
    rows, now = list(directory.own_key_rows(*USES).order_by("use", "-valid_from")), timezone.now()
    newest = {row.use: row.pk for row in reversed(rows) if row.valid_from < moments.NOT_YET}
    context = {
        "title": _("Keys of this node"),
        "lead": _heard(),
        "deeds": _deeds(rows) if keeps_accounts(officer_of(request)) else [],
        "columns": [_("Key"), _("Since"), _("State"), _("Kept in")],
        "rows": [_own_row(row, newest.get(row.use) == row.pk, now) for row in rows],
    }
    return render(request, "pages/table.html", context)


def _deeds(rows: list[NodeKey]) -> list[dict[str, Any]]:
    """Return the renewals that may be done now."""
    announced = any(row.valid_from == moments.NOT_YET for row in rows)
    offered = ("seal", "now") if announced else ("seal", "sign")
    return [{"label": RENEWALS[one].verb, "url": reverse("own_keys_renew", args=[one])} for one in offered]


def _heard() -> str:
    changed_at = directory.card_changed_at()
    waiting = mailroom.unheard(changed_at) if changed_at else []
    if waiting:
        names = ", ".join(partner_name(one)[0] for one in waiting)
        return _("Not receipted our newest keys yet: %(names)s.") % {"names": names}
    return _("Every partner knows these keys.")


def _own_row(row: NodeKey, in_use: bool, now: datetime) -> dict[str, Any]:
    announced = row.valid_from == moments.NOT_YET
    return {
        "url": "",
        "cells": [
            _named(row),
            {"text": "—"} if announced else {"at": row.valid_from},
            _own_state(row, announced, in_use, now),
            {"text": _place(row)},
        ],
    }


def _named(row: NodeKey) -> Cell:
    return {"text": USES[row.use], "small": row.kid[:16]}


def _own_state(row: NodeKey, announced: bool, in_use: bool, now: datetime) -> Cell:
    if announced:
        return {"text": _("Told to partners, not used yet"), "tone": "blue"}
    if not in_use:
        return {"text": _("Replaced; kept for what is still under way")}
    if row.use not in RENEWED_EVERY:
        return {"text": _("In use"), "tone": "green"}
    due = row.valid_from + RENEWED_EVERY[Use(row.use)]
    if row.use == Use.SEAL:
        small = _("This node renews it by itself on %(date)s.") % {"date": day(due)}
    elif due < now:
        return {"text": _("In use, older than a year: renew it"), "tone": "amber"}
    else:
        small = _("To be renewed by you before %(date)s.") % {"date": day(due)}
    return {"text": _("In use"), "tone": "green", "small": small}


def _place(row: NodeKey) -> str:
    if row.use == Use.OVERSIGHT:
        return _("With the oversight, not here")
    if keystore.store().rests_in(row.use, row.kid) == "token":
        return _("The token")
    return _("A sealed file") if settings.KEY_FILES.are_locked else _("A file that lies open")


@for_administrators
@fresh_second_factor
def renew(request: HttpRequest, what: str) -> HttpResponseBase:
    """Do one of the renewals."""
    renewal = RENEWALS.get(what)
    if renewal is None:
        raise Http404
    by = officer_of(request).username

    def do(_said: Values) -> Done:
        renewal.do(now=timezone.now(), by=by)
        return Done(said=str(renewal.done))

    return answer(
        request,
        Deed(
            title=str(renewal.verb),
            verb=str(renewal.verb),
            form=given(request, forms.Form),
            do=do,
            causes=str(renewal.causes),
            grave=renewal.grave,
            back_url=reverse("own_keys"),
        ),
    )


@for_operators
def of_partner(request: HttpRequest, code: str) -> HttpResponse:
    """List the keys of a partner that were ever known here, and say whether he knows ours."""
    node, may = other_node(code), keeps_accounts(officer_of(request))
    context = {
        "title": _("Keys of %(name)s") % {"name": partner_name(node)[0]},
        "lead": _knows_ours(node),
        "deeds": [],
        "columns": [_("Key"), _("Known here since"), _("Known by"), _("State")],
        "rows": [_their_row(row, may) for row in directory.keys_of(node).select_related("node")],
        "nothing": _("No key of this partner is known."),
    }
    return render(request, "pages/table.html", context)


def _knows_ours(node: Node) -> str:
    if node.standing not in directory.KNOWN_BY_PEOPLE:
        return ""
    changed_at = directory.card_changed_at()
    if changed_at and node.pk in {one.pk for one in mailroom.unheard(changed_at)}:
        return _("This partner has not receipted our newest keys yet.")
    return _("This partner knows our newest keys.")


def _their_row(row: NodeKey, may: bool) -> dict[str, Any]:
    name = "partner_key_doubted" if row.revoked_for else "partner_key_revoke" if may else ""
    return {
        "url": reverse(name, args=[row.node.code, row.kid]) if name else "",
        "cells": [
            _named(row),
            {"at": row.entered_at},
            {"text": _("its own message, by the post") if row.told_by else _("its card")},
            _their_state(row),
        ],
    }


def _their_state(row: NodeKey) -> Cell:
    if row.revoked_for:
        why = wording.label("revocation_reasons", row.revoked_for, language())
        size = _("To be believed up to entry %(size)s of our ledger.") % {"size": row.trusted_size}
        return {"text": _("Revoked: %(why)s") % {"why": why}, "tone": "red", "small": size}
    if row.revoked_at:
        return {"text": _("Replaced by a newer key")}
    if row.valid_from == moments.NOT_YET:
        return {"text": _("Told to partners, not used yet"), "tone": "blue"}
    return {"text": _("Believed"), "tone": "green"}


@for_administrators
@fresh_second_factor
def revoke(request: HttpRequest, code: str, kid: str) -> HttpResponseBase:
    """Revoke one key of a partner, which somebody else may have."""
    node = other_node(code)
    row = _key(node, kid)
    epoch, size = extent(code)
    form = given(request, RevokeKeyForm, entries=size)
    by = officer_of(request).username

    def do(said: Values) -> Done:
        believed = _believed(code, said, size)
        ended = mailroom.revoke_key(
            node, kid, reason=said["reason"], epoch=epoch, size=believed, by=by, now=timezone.now()
        )
        return Done(said=_told(node, ended))

    return answer(
        request,
        Deed(
            title=_("Revoke this key"),
            verb=_("Revoke this key"),
            lead=f"{USES[row.use]} · {row.kid[:16]}",
            form=form,
            do=do,
            causes=_(
                "What it signs counts for nothing from now on, nor do keys that were told by its word. "
                "The post goes on with their other keys."
            ),
            grave=True,
            back_url=reverse("partner_keys", args=[code]),
        ),
    )


def _believed(code: str, said: Values, size: int) -> int:
    """Return up to which entry of our ledger the key's word counts."""
    if (day_ := said["last_trusted_on"]) is not None:
        return size_before(code, end_of(day_))
    return size if said["size"] is None else int(said["size"])


def _told(node: Node, ended: list[NodeKey]) -> str:
    said = [_("The key is revoked.")]
    if more := len(ended) - 1:
        said.append(
            ngettext(
                "%(count)s key that came by its word is revoked too.",
                "%(count)s keys that came by its word are revoked too.",
                more,
            )
            % {"count": more}
        )
    if directory.lacking_uses(node):
        said.append(_("No key is left for its use: revoke the partner, then compare words anew."))
    return " ".join(said)


@for_operators
def doubted(request: HttpRequest, code: str, kid: str) -> HttpResponse:
    """List the entries of our ledger that rest on a revoked key beyond what is believed of it."""
    row, first = _key(other_node(code), kid), first_row(request)
    found = list(islice(doubting.doubted(row), first, first + ROWS_A_PAGE + 1))  # one more: a next page
    shown = found[:ROWS_A_PAGE]
    context = {
        "title": _("Not to be believed"),
        "lead": _("What rests on the word of this key, which somebody else may have had: %(kid)s.")
        % {"kid": row.kid[:16]},
        "deeds": [],
        "columns": [_("Entry"), _("What"), _("Message")],
        "rows": [_doubt_row(one) for one in shown],
        "nothing": _("Nothing rests on it beyond what is believed."),
        "page": pager(request, first, len(shown), first + len(found)),
    }
    return render(request, "pages/table.html", context)


def _doubt_row(one: doubting.Doubted) -> dict[str, Any]:
    kind = wording.label("kinds", one.message_kind, language()) if one.message_kind else "—"
    return {
        "url": "",
        "cells": [
            {"text": _("waits for its place") if one.place is None else str(one.place), "small": one.epoch},
            {"text": wording.label("leaf_kinds", one.kind, language())},
            {"text": kind, "small": one.message_id},
        ],
    }


def _key(node: Node, kid: str) -> NodeKey:
    row = directory.keys_of(node).filter(kid=kid).first()
    if row is None:
        raise Http404
    return row
