"""Who was asked about, which records may be the same, what humans said of each pair."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lienlac.apps.records.models import Look, Record


class Subject(models.Model):
    """Whom or what an enquiry that came is about, as this room needs it: the room above keeps the enquiry."""

    message_id = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=40)
    body = models.JSONField(help_text="The coded fields that tell of the person or thing, nothing else.")
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of what was compared.")
    offices = models.CharField(max_length=500, help_text="|code|code|: offices of this node that were asked.")
    received_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, blank=True)
    watched_until = models.DateField(
        help_text="Records that come or change until then are compared with it too."
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(compared_at=None), name="subject_to_compare")
        ]

    def __str__(self) -> str:
        return self.message_id


class SubjectKey(models.Model):
    """A blocking key of a subject: `k:` a name key, `n:` a number; so that a changed record finds its subjects."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["key", "subject"])]

    def __str__(self) -> str:
        return f"{self.subject_id}"


class Candidate(models.Model):
    """A pair that a machine found. Inner state of this node: `core.journeys.candidate` says how it may move."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="candidates")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="candidates")
    state = models.CharField(max_length=16, default="candidate")
    agreement = models.CharField(max_length=16, help_text="Code of the list person_agreement.")
    rank = models.FloatField(help_text="For sorting: the less, the closer.")
    namesakes = models.FloatField(help_text="How many names like this chance alone gives among the records.")
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "record"], name="one_candidate_a_pair")]
        indexes = [models.Index(fields=["state", "rank"])]

    def __str__(self) -> str:
        return f"{self.subject_id}~{self.record_id} {self.state}"


class Verdict(models.Model):
    """What one officer said of one pair, on which attributes. Never changed; a later one is another row."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="verdicts")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    code = models.CharField(max_length=16, help_text="Code of the list verdicts.")
    second = models.BooleanField(default=False, help_text="Given by the second, blind reviewer.")
    attributes = models.JSONField(
        default=list, help_text="Attributes the officer confirmed, each on its own."
    )
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    look = models.ForeignKey(Look, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.candidate_id}:{self.code}"


class Refuted(models.Model):
    """A pair that a human refuted, by what was compared: it does not come back with the next enquiry either."""

    digest = models.CharField(max_length=64)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="refuted")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "record"], name="one_refutation_a_pair")]

    def __str__(self) -> str:
        return f"{self.record_id}"
