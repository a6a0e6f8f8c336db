"""Questions about officers."""

from __future__ import annotations

from lienlac.apps.accounts.models import User

# Who reads and handles enquiries. The administrator keeps the machine, the inspector the ledger; neither reads cases.
HANDLES_ENQUIRIES = frozenset(
    {User.Role.DUTY_OFFICER, User.Role.SUPERVISOR, User.Role.ANALYST, User.Role.PROTECTION_OFFICER}
)


def handles_enquiries(officer: User) -> bool:
    """Say whether the officer's role lets him read and answer enquiries of his office."""
    return officer.is_active and officer.role in HANDLES_ENQUIRIES


def find(username: str) -> User | None:
    """Return the account of that name, or None."""
    return User.objects.filter(username=username).first()
