"""An agreement as this node's own book has it. Both sides keep their own; the receiver asks its own again."""

from __future__ import annotations

from django.db import models


class Agreement(models.Model):
    """One instrument (`core.policy.agreement.Agreement`)."""

    code = models.CharField(max_length=64, unique=True)
    titles = models.JSONField(help_text="{language: title}, as signed.")
    parties = models.JSONField(help_text="[{country, offices, competent_authorities}]")
    kinds = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    offences = models.JSONField(default=list, help_text="Codes of the list `offences`, or ICCS prefixes.")
    articles = models.JSONField(default=dict, help_text="{kind | purpose | political_offence: article}")
    deadlines = models.CharField(max_length=32, default="default")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code
