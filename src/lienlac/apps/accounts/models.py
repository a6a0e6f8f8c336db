"""Officers of this node. An account belongs to one person and one office."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """An officer. What each role may do stands in `lienlac.core.policy` and `lienlac.apps.accounts.queries`."""

    class Role(models.TextChoices):
        """Codes of the list `roles`; their words are in `lienlac.wording`."""

        DUTY_OFFICER = "duty_officer"
        SUPERVISOR = "supervisor"
        ANALYST = "analyst"
        LEADER = "leader"
        PROTECTION_OFFICER = "protection_officer"
        ADMINISTRATOR = "administrator"
        INSPECTOR = "inspector"
        RELEASER = "releaser"

    # The name as its bearer writes it, in his own script and order; first and last names do not exist here.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(max_length=200)
    role = models.CharField(max_length=32, choices=Role.choices)
    office = models.CharField(max_length=64, help_text="Code of the office in the directory.")
    unit = models.CharField(
        max_length=64, blank=True, help_text="Unit within the office: approvals come from others (SG34)."
    )
    certified_to = models.DateField(
        null=True, blank=True, help_text="Last day of the officer's certificate (SG34)."
    )
    language = models.CharField(max_length=8, help_text="Language of the desk: vi lo zh-hans km th my en.")
    password_is_temporary = models.BooleanField(
        default=False, help_text="Somebody else knows it: the officer chooses his own before anything else."
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role", "office", "language"]

    def get_full_name(self) -> str:
        """Return the name as its bearer writes it."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the name as its bearer writes it."""
        return self.full_name


class ApiToken(models.Model):
    """By which a system of the agency acts for one officer. The token itself is not kept: only its holder has it."""

    key = models.CharField(max_length=16, unique=True, help_text="Names it: on lists, and within the token.")
    officer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=80, blank=True, help_text="Which system holds it.")
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
