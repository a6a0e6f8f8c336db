"""The work of those who have no desk, first in the frame's ways on: who keeps the node, inspects, leads, releases."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lienlac.apps.accounts import queries
from lienlac.apps.accounts.models import User

ENTRIES: tuple[tuple[Callable[[User], bool], str, str, Promise], ...] = (
    (queries.keeps_accounts, "users", "person", pgettext_lazy("accounts of officers", "Users")),
    (queries.inspects, "looks", "eye", _("Who looked at whom")),
    (queries.releases, "releases", "check", _("Waits for your release")),
    (queries.supervises, "reviews", "check", _("Reviews")),
    (
        lambda one: queries.keeps_accounts(one) or queries.leads(one),
        "health",
        "info",
        _("Health of the node"),
    ),
    (queries.keeps_accounts, "offices", "node", _("Offices")),
    (queries.keeps_accounts, "release_chains", "forward", _("Release chains")),
    (queries.keeps_accounts, "tokens", "key", _("Tokens of the API")),
    (queries.inspects, "blocked", "stop", _("Blocked pairs")),
    (queries.keeps_accounts, "records_due", "clock", _("What falls due")),
)
"""Who sees the entry, the name of its address, its icon, its words."""


def entries(officer: User) -> list[dict[str, object]]:
    """Return the entries that an officer's role opens."""
    return [
        {"code": icon, "url": reverse(name), "label": label}
        for may, name, icon, label in ENTRIES
        if may(officer)
    ]
