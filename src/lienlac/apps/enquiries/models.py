"""An enquiry, the offices it went to with their progress, their answers, and every step that was taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Enquiry(models.Model):
    """One enquiry as it was written; what the addressees did with it stands in `Addressee`."""

    class Side(models.TextChoices):
        """Where this node stands."""

        ASKED = "asked"
        RECEIVED = "received"

    message_id = models.CharField(max_length=32, unique=True)
    side = models.CharField(max_length=8, choices=Side.choices)
    number = models.CharField(max_length=64, db_index=True, help_text="This node's own number for it.")
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    urgency = models.CharField(max_length=8)
    from_office = models.CharField(max_length=64)
    agreement = models.CharField(max_length=128, blank=True)
    handling = models.JSONField(default=list)
    body = models.JSONField(help_text="The coded fields as they travel.")
    own_body = models.JSONField(default=dict, help_text="Fields that never leave this node.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["side", "-created_at"])]

    def __str__(self) -> str:
        return self.number


class Addressee(models.Model):
    """One office that was asked: its state in the journey and its clock.

    At the asking node there is one row for each office asked; at a node that was asked, one for its own.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="addressees")
    office = models.CharField(max_length=64)
    state = models.CharField(max_length=32)
    open = models.BooleanField(
        default=True, help_text="Somebody still owes something; keeps the desk's lists short."
    )
    received_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True, help_text="What came of it: code of the list `outcomes`.")
    clock = models.JSONField(
        default=dict, help_text="Start, stops and end (`clocks`); the deadlines below follow from it."
    )
    clock_stopped_for = models.CharField(max_length=32, blank=True)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    first_answer_by = models.DateTimeField(null=True, blank=True)
    final_answer_by = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="taken"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enquiry", "office"], name="one_row_one_addressee")]
        indexes = [models.Index(fields=["open", "final_answer_by"])]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.office} {self.state}"


class Answer(models.Model):
    """An answer, given here or come from there. An enquiry may have several; none is overwritten."""

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="answers")
    message_id = models.CharField(max_length=32, unique=True)
    response = models.CharField(max_length=32)
    body = models.JSONField()
    own_body = models.JSONField(default=dict)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.response} {self.message_id}"


class Step(models.Model):
    """One step of an addressee's journey: what happened, when, by whom or by which message."""

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=32)
    to_state = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    message_id = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"{self.event}: {self.from_state} -> {self.to_state}"


class Number(models.Model):
    """The last number given in an office's book of a year, so that two officers never get the same."""

    office = models.CharField(max_length=64)
    book = models.CharField(max_length=8)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "book", "year"], name="one_counter_a_book")]

    def __str__(self) -> str:
        return f"{self.office} {self.book} {self.year}"


class Draft(models.Model):
    """What an officer has typed and not sent. It is his alone, and goes when it is sent or a week old."""

    key = models.CharField(max_length=32, unique=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    fields = models.JSONField(help_text="The form's fields as typed.")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class SearchToken(models.Model):
    """What an enquiry is found by: words and pairs of its texts (`core.tokens`), keys of its names (`core.names`).

    Names in pieces are personal data: the rows go with their enquiry.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="search_tokens")
    token = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "enquiry"], name="one_token_once")]

    def __str__(self) -> str:
        return self.token
