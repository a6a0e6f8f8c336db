"""Who was asked about, which records may be the same, what humans said of each pair, what was done about it."""

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
    renewed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the asker last told more: what is found after that is new."
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
    state = models.CharField(max_length=20, default="candidate")
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


class Hit(models.Model):
    """A confirmed pair on its way: what the own side decided, when the owner was told, what was done, the review.

    Answers are named by their message ids: one that waits for a second person has not been told yet.
    """

    class Decision(models.TextChoices):
        """What the own side decided about telling the owner."""

        REPORT = "report"
        KEEP_BACK = "keep_back"

    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="hit")
    confirmed_at = models.DateTimeField()
    report_by = models.DateTimeField(help_text="12 hours after the confirmation.")
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    report_id = models.CharField(max_length=32, blank=True, db_index=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    action_id = models.CharField(max_length=32, blank=True, db_index=True)
    action = models.CharField(
        max_length=20, blank=True, help_text="The state it led to: action_done or action_impossible."
    )
    acted_at = models.DateTimeField(null=True, blank=True)
    wrong_id = models.CharField(max_length=32, blank=True, db_index=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.decision}"


class Blocked(models.Model):
    """A pair that was refuted after something was done: kept for the inspector and the person alone (SG23)."""

    message_id = models.CharField(max_length=32)
    record_number = models.CharField(max_length=24)
    told = models.JSONField(help_text="Name and birth of both sides, as they stood.")
    verdicts = models.JSONField(help_text="(code, attributes, reason, officer, moment) of each.")
    done = models.JSONField(help_text="Moments: confirmed, reported, acted.")
    blocked_at = models.DateTimeField()
    until = models.DateField(help_text="Limitation: then it is erased too.")

    class Meta:
        indexes = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.record_number} until {self.until:%Y-%m-%d}"


class FileSearch(models.Model):
    """A file of persons searched for at once (SG27): who declared what of it, how far it is, what it gave."""

    class State(models.TextChoices):
        """How far it is."""

        STAGED = "staged"
        RUNNING = "running"
        DONE = "done"
        LAPSED = "lapsed"

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="file_searches"
    )
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file and of what was declared.")
    format = models.CharField(max_length=8)
    headings = models.JSONField()
    fields = models.JSONField(help_text="Field of each heading, empty for a column that is not used.")
    name_language = models.CharField(max_length=16, blank=True)
    dropped_columns = models.PositiveIntegerField(default=0, help_text="Sensitive columns dropped (SG28).")
    purpose = models.CharField(max_length=32)
    case_number = models.CharField(max_length=64, help_text="Of the case or the campaign.")
    legal_basis = models.CharField(max_length=200)
    register = models.CharField(max_length=32)
    origin = models.CharField(max_length=200, help_text="Where it comes from, in the officer's words.")
    origin_signed = models.BooleanField(default=False, help_text="He signed that this is so.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.STAGED)
    rows_total = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    staged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the file's own rows were erased.")

    class Meta:
        indexes = [
            models.Index(fields=["staged_at"]),
            models.Index(fields=["id"], condition=models.Q(erased_at=None), name="file_to_erase"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}:{self.state}"


class FileSearchRow(models.Model):
    """One line of a searched file; erased within 24 hours, whatever became of it (SG27)."""

    of = models.ForeignKey(FileSearch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(help_text="Line of the file, the heading being 1.")
    cells = models.JSONField(default=list)
    done = models.BooleanField(default=False)
    error = models.CharField(max_length=64, blank=True, help_text="Code of what is wrong with it.")
    error_field = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="one_searched_row_a_line")]
        indexes = [
            models.Index(fields=["of", "line"], condition=models.Q(done=False), name="searched_row_waits")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line}"


class FileSearchHit(models.Model):
    """A record that may be the person of a line: a candidate, no more. It holds nothing of the file but the line."""

    of = models.ForeignKey(FileSearch, on_delete=models.CASCADE, related_name="hits")
    line = models.PositiveIntegerField()
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    agreement = models.CharField(max_length=16, help_text="Code of the list person_agreement.")
    rank = models.FloatField(help_text="For sorting: the less, the closer.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "line", "record"], name="one_hit_a_line_and_record")
        ]
        indexes = [models.Index(fields=["of", "rank", "line"])]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line}~{self.record_id}"


class FileSearchApproval(models.Model):
    """One person's consent to a file search, or to exporting what it gave (SG27); bound to the digest."""

    of = models.ForeignKey(FileSearch, on_delete=models.CASCADE, related_name="approvals")
    what = models.CharField(max_length=16, help_text="file_search or export.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    certified_to = models.DateField(null=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "what", "by"], name="one_consent_a_person")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.what}"
