"""What an administrator does with an account: one row a deed, so that a new one is a row here and a verb below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lienlac.apps.accounts import actions
from lienlac.apps.accounts.models import User
from lienlac.web.accounts.forms import CertificateForm, RoleForm

Words = str | Promise
Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is said after a deed; `lines` are secrets that are shown once."""

    label: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One deed: its words, its form, what it does; `closed`: whether it is for closed accounts."""

    label: Words
    causes: Words
    do: Callable[[User, Values, User], Shown]
    form: type[forms.Form] = forms.Form
    initial: Callable[[User], Values] = lambda _one: {}
    grave: bool = False
    closed: bool = False


def open_to(deed: Deed, officer: User) -> bool:
    """Say whether a deed makes sense for an account as it stands."""
    return deed.closed != officer.is_active


def _change_role(one: User, values: Values, by: User) -> Shown:
    now = timezone.now()
    actions.change_role(one, values["role"], by=by, now=now)
    actions.transfer(one, office=values["office"], unit=values["unit"], by=by, now=now)
    return Shown(label=_("The account was changed. The officer signs in again."))


def _certify(one: User, values: Values, by: User) -> Shown:
    actions.certify(one, values["certified_to"], today=timezone.localdate(), by=by, now=timezone.now())
    return Shown(label=_("The certificate was entered."))


def _reset(one: User, _values: Values, by: User) -> Shown:
    actions.reset_second_factor(one, by=by, now=timezone.now())
    return Shown(label=_("The keys were forgotten. The next sign-in leads to new ones."))


def _recovery(one: User, _values: Values, by: User) -> Shown:
    codes = actions.give_recovery_codes(one, by=by, now=timezone.now())
    return Shown(label=_("Recovery codes: each works once"), lines=tuple(codes))


def _password(one: User, _values: Values, by: User) -> Shown:
    password = actions.give_temporary_password(one, by=by, now=timezone.now())
    return Shown(label=_("Temporary password"), lines=(password,))


def _close(one: User, _values: Values, by: User) -> Shown:
    left = sum(actions.close(one, by=by, now=timezone.now()).open_work.values())
    said = _("The account is closed, and nobody is signed in with it any more.")
    if not left:
        return Shown(label=said)
    work = ngettext(
        "%(count)s piece of open work needs another officer.",
        "%(count)s pieces of open work need another officer.",
        left,
    )
    return Shown(label=f"{said} {work % {'count': left}}")


def _open_again(one: User, _values: Values, by: User) -> Shown:
    actions.open_again(one, by=by, now=timezone.now())
    return Shown(
        label=_("The account is open again. Certify the officer, and give him a temporary password.")
    )


DEEDS: Mapping[str, Deed] = {
    "role": Deed(
        label=gettext_lazy("Change role or unit"),
        causes=gettext_lazy(
            "The certificate was for the old post and ends. The officer is signed out everywhere."
        ),
        form=RoleForm,
        initial=lambda one: {"role": one.role, "office": one.office, "unit": one.unit},
        do=_change_role,
    ),
    "certify": Deed(
        label=gettext_lazy("Certify"),
        causes=gettext_lazy("Until that day the officer may do what needs a certificate."),
        form=CertificateForm,
        initial=lambda one: {"certified_to": one.certified_to},
        do=_certify,
    ),
    "recovery": Deed(
        label=gettext_lazy("Give recovery codes"),
        causes=gettext_lazy("For an officer without his key at hand. The old codes end."),
        do=_recovery,
    ),
    "password": Deed(
        label=gettext_lazy("Give a temporary password"),
        causes=gettext_lazy("The old password ends and the officer is signed out everywhere."),
        do=_password,
        grave=True,
    ),
    "reset": Deed(
        label=gettext_lazy("Forget the second factor"),
        causes=gettext_lazy(
            "Passkeys, authenticator and recovery codes end. Make sure who asks: ring the officer yourself."
        ),
        do=_reset,
        grave=True,
    ),
    "close": Deed(
        label=gettext_lazy("Close the account"),
        causes=gettext_lazy("Nobody signs in with it any more. What the officer did stays on record."),
        do=_close,
        grave=True,
    ),
    "open-again": Deed(
        label=gettext_lazy("Open the account again"),
        causes=gettext_lazy("Its old keys are forgotten, and its certificate has ended."),
        do=_open_again,
        closed=True,
    ),
}
