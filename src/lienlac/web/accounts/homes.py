"""Where each role begins: not everybody has a desk."""

from __future__ import annotations

from django.urls import reverse

from lienlac.apps.accounts.models import User

HOMES = {
    User.Role.ADMINISTRATOR: "users",
    User.Role.INSPECTOR: "looks",
    User.Role.LEADER: "reports",
    User.Role.RELEASER: "releases",
}


def home_of(officer: User) -> str:
    """Return the address of the page on which an officer's day begins."""
    return reverse(HOMES.get(User.Role(officer.role), "desk"))
