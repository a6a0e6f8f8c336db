"""Questions about officers."""

from __future__ import annotations

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, QuerySet

from lienlac.apps.accounts.models import ApiToken, User

# Who reads and handles enquiries. The administrator keeps the machine, the inspector the ledger; neither reads cases.
HANDLES_ENQUIRIES = frozenset(
    {User.Role.DUTY_OFFICER, User.Role.SUPERVISOR, User.Role.ANALYST, User.Role.PROTECTION_OFFICER}
)
SECOND_FACTORS = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes only stand in for them


def handles_enquiries(officer: User) -> bool:
    """Say whether the officer's role lets him read and answer enquiries of his office."""
    return officer.is_active and officer.role in HANDLES_ENQUIRIES


def keeps_accounts(officer: User) -> bool:
    """Say whether the officer opens, changes and closes accounts."""
    return officer.is_active and officer.role == User.Role.ADMINISTRATOR


def leads(officer: User) -> bool:
    """Say whether the officer leads the office: he sees figures, and whether the node is well."""
    return officer.is_active and officer.role == User.Role.LEADER


def supervises(officer: User) -> bool:
    """Say whether the officer supervises an office: what its officers say on one word is reviewed under his eyes."""
    return officer.is_active and officer.role == User.Role.SUPERVISOR


def inspects(officer: User) -> bool:
    """Say whether the officer may ask the house ledger who looked at whom."""
    return officer.is_active and officer.role == User.Role.INSPECTOR


def releases(officer: User) -> bool:
    """Say whether the officer belongs to a unit outside the node and releases what it says; he sees nothing else."""
    return officer.is_active and officer.role == User.Role.RELEASER


def is_certified(officer: User, today: date) -> bool:
    """Say whether the officer's certificate holds on a day (SG34)."""
    return officer.certified_to is not None and today <= officer.certified_to


def could_be_renewed(officer: User, since: datetime) -> bool:
    """Say whether an administrator other than himself has signed in since a moment, and so could certify him anew."""
    others = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True).exclude(pk=officer.pk)
    return others.filter(last_login__gte=since).exists()


def find(username: str) -> User | None:
    """Return the account of that name, or None."""
    return User.objects.filter(username=username).first()


def officers() -> QuerySet[User]:
    """Return every account, the open ones first, each with `second_factor`: whether it has one."""
    keys = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return User.objects.annotate(second_factor=Exists(keys)).order_by("-is_active", "username")


def has_second_factor(officer: User) -> bool:
    """Say whether the officer has a passkey or an authenticator."""
    return Authenticator.objects.filter(user=officer, type__in=SECOND_FACTORS).exists()


# Leaders read figures, not cases; a supervisor reads both.
READS_REPORTS = frozenset({User.Role.LEADER, User.Role.SUPERVISOR, User.Role.ANALYST})


def reads_reports(officer: User) -> bool:
    """Say whether the officer's role lets him read the figures of his office."""
    return officer.is_active and officer.role in READS_REPORTS


def tokens() -> QuerySet[ApiToken]:
    """Return every token of the API with its officer: the revoked ones last."""
    return ApiToken.objects.select_related("officer").order_by(
        F("revoked_at").asc(nulls_first=True), "-ends_at"
    )


def find_token(key: str) -> ApiToken | None:
    """Return the token of that name with its officer, or None."""
    return ApiToken.objects.select_related("officer").filter(key=key).first()
