"""Records with their names and numbers, the index of name keys, imports, who looked at what, and the vault.

One model for a wanted person, a missing person, a document, a vehicle, an organisation, a phone, an account and
a wallet: what differs between them is which names and numbers they have, and the row of their kind in the list
`record_kinds`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lienlac.apps.records import checks


class Record(models.Model):
    """One person or thing that this agency holds a record of."""

    kind = models.CharField(max_length=16, help_text="Code of the list record_kinds.")
    source = models.CharField(max_length=120, help_text="Which register or authority it came from.")
    reference = models.CharField(max_length=120, blank=True, help_text="Its number there; one a source.")
    birth = models.CharField(
        max_length=24, blank=True, help_text="EDTF, as in messages: 1987, 1987-03, 1987-03-12, 1987~."
    )
    sex = models.CharField(max_length=8, blank=True, help_text="Code of the list genders.")
    nationality = models.CharField(max_length=8, blank=True)
    birth_place = models.CharField(max_length=200, blank=True)
    offence = models.CharField(max_length=16, blank=True, help_text="Code of the list offences.")
    text = models.TextField(blank=True)
    text_language = models.CharField(max_length=16, blank=True)
    handling = models.JSONField(
        default=list, help_text="Handling codes that travel with whatever is made of it."
    )
    retention_until = models.DateField(help_text="Last day it may be kept (SG23).")
    retention_reason = models.CharField(
        max_length=500, blank=True, help_text="Why it is kept longer than its class."
    )
    warned = models.PositiveSmallIntegerField(
        default=0,
        help_text="How many notices its owner had that its time is nearly over: two at most (SG23).",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, help_text="Of what it says (`drafts.digest`).")
    last_import = models.ForeignKey(
        "Import",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="records",
        help_text="The file that named it last.",
    )
    to_compare = models.BooleanField(
        default=True, help_text="Changed since it was compared with open enquiries."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~models.Q(reference=""),
                name="one_record_a_reference",
            )
        ]
        indexes = [
            models.Index(fields=["-changed_at", "-id"]),
            models.Index(fields=["retention_until"]),
            models.Index(fields=["id"], condition=models.Q(to_compare=True), name="record_to_compare"),
            models.Index(
                fields=["source", "digest"], condition=models.Q(reference=""), name="record_without_reference"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """This node's own number for it."""
        return f"R{self.pk}"


class RecordName(models.Model):
    """A name as it is written there, in its own script."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    language = models.CharField(max_length=16, blank=True)
    type = models.CharField(max_length=16, default="official", help_text="Code of the list name_types.")
    sound = models.CharField(
        max_length=120, blank=True, help_text="How it sounds (`core.names.signature`): personal data as well."
    )

    def __str__(self) -> str:
        return f"{self.record_id}/{self.pk}"


class NameKey(models.Model):
    """One blocking key of a name (`records.exact`): personal data, gone when the record goes."""

    name = models.ForeignKey(RecordName, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["key", "name"])]

    def __str__(self) -> str:
        return f"{self.name_id}"


class UnitCount(models.Model):
    """In how many names a syllable occurs (`core.names.postings`): what chance alone gives is reckoned from it."""

    unit = models.CharField(max_length=80, unique=True)
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count}"


class Identifier(models.Model):
    """A number that names the person or thing: a document, a plate, a phone, an account, a wallet …"""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    type = models.CharField(max_length=32, help_text="Code of the list identifier_types or document_types.")
    value = models.CharField(max_length=128, help_text="As it was written.")
    folded = models.CharField(
        max_length=128, db_index=True, help_text="For comparison: letters and digits alone."
    )
    country = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"{self.record_id}:{self.type}"

    @property
    def check_agrees(self) -> bool | None:
        """Whether its check digit agrees; None when there is none, or its rule is not public."""
        return checks.agrees(self.value, self.folded, self.type, self.country)


class Import(models.Model):
    """A file on its way into the records: staged, looked at by an officer, then taken in batch by batch."""

    class State(models.TextChoices):
        """How far it is."""

        STAGED = "staged"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file as it was given.")
    format = models.CharField(max_length=8)
    encoding = models.CharField(max_length=16, blank=True)
    headings = models.JSONField(help_text="Headings of the columns that were kept.")
    fields = models.JSONField(help_text="Field of each heading, empty for a column that is not used.")
    dropped_columns = models.PositiveIntegerField(default=0, help_text="Sensitive columns dropped (SG28).")
    kind = models.CharField(max_length=16, help_text="Kind of the rows that do not say theirs.")
    name_language = models.CharField(max_length=16, blank=True)
    source = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=200)
    register = models.CharField(max_length=32)
    handling = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=State.choices, default=State.STAGED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField(default=0, help_text="Of those done: on record word for word.")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    staged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}:{self.state}"


class ImportRow(models.Model):
    """A row that waits, or one that could not be taken; a row that was taken is erased here."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(help_text="Line of the file, the heading being 1.")
    cells = models.JSONField(default=list)
    error = models.CharField(max_length=64, blank=True, help_text="Code of what is wrong with it.")
    error_field = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="one_row_a_line")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line}"


class Look(models.Model):
    """Why an officer looked: the case, the purpose, what was searched for. Who saw what stands in the ledger."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="looks")
    deed = models.CharField(max_length=32, help_text="Kind of the leaf.")
    at = models.DateTimeField()
    purpose = models.CharField(max_length=32, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    asked = models.CharField(
        max_length=400, blank=True, help_text="What was searched for; kept for one year (SG23)."
    )
    persons = models.PositiveIntegerField(
        default=1, help_text="How many persons were searched for: a file of few counts for each."
    )
    leaf = models.ForeignKey("audit.Leaf", on_delete=models.PROTECT, related_name="+")
    retention_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["officer", "deed", "at"]), models.Index(fields=["retention_until"])]

    def __str__(self) -> str:
        return f"{self.deed} {self.pk}"


class QuotaLift(models.Model):
    """A supervisor let an officer search more than 60 persons within an hour (SG27)."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quota_lifts"
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["officer", "given_at"])]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.given_at:%Y-%m-%d %H:%M}"


class Protected(models.Model):
    """A protected person, sealed under the vault's own key (SG14, SG18). Nothing here can be read without it."""

    nonce = models.BinaryField()
    sealed = models.BinaryField()
    entered_at = models.DateTimeField()
    retention_until = models.DateField()

    def __str__(self) -> str:
        return f"protected {self.pk}"


class ProtectedToken(models.Model):
    """A blind index of the vault: HMAC of a name key or a number under the vault's key."""

    person = models.ForeignKey(Protected, on_delete=models.CASCADE, related_name="tokens")
    token = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


class Release(models.Model):
    """The protection desk lets the answer to one enquiry go (SG18, SG39)."""

    message_id = models.CharField(max_length=32, unique=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.message_id
