"""Further lines of the officer's menu (`manage` of base.html), by role."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lienlac.apps.accounts import queries
from lienlac.apps.accounts.models import User

ENTRIES: tuple[tuple[Callable[[User], bool], str, Promise], ...] = (
    (queries.keeps_accounts, "users", pgettext_lazy("accounts of officers", "Users")),
    (queries.keeps_accounts, "release_chains", _("Release chains")),
    (queries.keeps_accounts, "tokens", _("Tokens of the API")),
    (lambda one: queries.keeps_accounts(one) or queries.leads(one), "health", _("Health of the node")),
    (queries.inspects, "looks", _("Who looked at whom")),
    (queries.releases, "releases", _("Waits for your release")),
    (queries.inspects, "blocked", _("Blocked pairs")),
    (queries.keeps_accounts, "records_due", _("What falls due")),
)
"""Who sees the line, the name of its address, its words."""


def entries(officer: User) -> list[dict[str, object]]:
    """Return the lines that an officer's role opens."""
    return [{"url": reverse(name), "label": label} for may, name, label in ENTRIES if may(officer)]
