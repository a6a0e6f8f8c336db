"""Shifts of this node's offices, and calls by telephone to others."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Shift(models.Model):
    """An officer's time on duty; at most one is open at an office at any moment."""

    office = models.CharField(max_length=64)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="What the next shift must know, in the officer's words.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(ended_at=None), name="one_shift_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.began_at:%F %H:%M}"


class Call(models.Model):
    """A call to another office: begun with one tap, concluded with another."""

    from_office = models.CharField(max_length=64)
    to_office = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=32, blank=True, help_text="Code of the list `call_results`.")

    class Meta:
        indexes = [models.Index(fields=["from_office", "-began_at"])]

    def __str__(self) -> str:
        return f"{self.to_office} {self.began_at:%F %H:%M}"
