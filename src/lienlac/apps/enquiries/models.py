"""An enquiry, the offices it went to with their progress, what was said about it, and every step that was taken."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from lienlac.apps.enquiries.waiting_models import EarlierText as EarlierText
from lienlac.apps.enquiries.waiting_models import Release as Release
from lienlac.apps.enquiries.waiting_models import ReleaseChain as ReleaseChain
from lienlac.apps.enquiries.waiting_models import Review as Review
from lienlac.apps.enquiries.waiting_models import SampleCount as SampleCount
from lienlac.apps.enquiries.waiting_models import Scan as Scan


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
    by_phone = models.BooleanField(
        default=False, help_text="They asked by telephone and this desk wrote it down: nothing travels."
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    created_at = models.DateTimeField()
    kept_until = models.DateField(
        null=True, blank=True, help_text="Last day it is kept where somebody decided for longer (SG23)."
    )
    kept_because = models.CharField(
        max_length=500, blank=True, help_text="Why longer: a reason of this enquiry alone."
    )
    warned = models.PositiveSmallIntegerField(
        default=0,
        help_text="How many notices its owner had that its time is nearly over: two at most (SG23).",
    )

    class Meta:
        indexes = [
            models.Index(fields=["side", "-created_at"]),
            models.Index(fields=["kind"]),
            models.Index(fields=["created_at"], name="enquiries_by_age"),
        ]

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
    outcome = models.CharField(
        max_length=32, blank=True, help_text="What came of it: code of the list `outcomes`."
    )
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
    passed_to = models.CharField(
        max_length=64, blank=True, help_text="The office it was passed to: if it is ours, it works on it too."
    )
    desk = models.CharField(
        max_length=32,
        blank=True,
        help_text="The desk of the asked office on which it lies, by the office's own code; none where it names none.",
    )
    leaves_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the silent refusal that was decided leaves; inner to this node.",
    )

    side = models.CharField(
        max_length=8,
        choices=Enquiry.Side.choices,
        help_text="The enquiry's, kept here too: the lists of a desk are found by an index of one table.",
    )
    asked_by = models.CharField(max_length=64, help_text="The enquiry's from_office, for the same reason.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enquiry", "office"], name="one_row_one_addressee")]
        indexes = [
            # What is open is found by its deadline or its state; all that an office may see is counted in an index.
            models.Index(
                fields=["side", "final_answer_by"], condition=models.Q(open=True), name="open_by_deadline"
            ),
            models.Index(fields=["side", "state"], condition=models.Q(open=True), name="open_by_state"),
            models.Index(fields=["side", "asked_by", "office", "passed_to"], name="whose"),
            models.Index(
                fields=["leaves_at"], condition=models.Q(leaves_at__isnull=False), name="silent_refusals"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.office} {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new row takes its side and its asker from the enquiry."""
        if self._state.adding:
            self.side, self.asked_by = self.enquiry.side, self.enquiry.from_office
        super().save(*args, **kwargs)


class Answer(models.Model):
    """An answer, given here or come from there. An enquiry may have several; none is overwritten.

    One given here may wait before it is sent: for a second person (SG34), or for its hour (a silent refusal).
    """

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="answers")
    message_id = models.CharField(max_length=32, unique=True)
    response = models.CharField(max_length=32)
    body = models.JSONField()
    own_body = models.JSONField(default=dict)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    at = models.DateTimeField()
    sent = models.BooleanField(
        default=True, help_text="False: waits at this node, nobody outside knows of it."
    )
    returned_at = models.DateTimeField(
        null=True, blank=True, help_text="Somebody gave it back to its author: it is never sent."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["addressee"],
                condition=models.Q(sent=False, returned_at=None),
                name="one_answer_waits_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.response} {self.message_id}"


class FollowUp(models.Model):
    """What was said later: the asker's clarification, correction, reminder, outcome …, the answerer's correction.

    Like an answer, a clarification or a correction may wait before it is sent.
    """

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="follow_ups")
    message_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    body = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    at = models.DateTimeField()
    said_by = models.CharField(
        max_length=64, blank=True, help_text="The office that says it; empty: the asker."
    )
    sent = models.BooleanField(
        default=True, help_text="False: waits at this node, nobody outside knows of it."
    )
    returned_at = models.DateTimeField(
        null=True, blank=True, help_text="Somebody gave it back to its author: it is never sent."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["addressee", "message_id"], name="one_follow_up_once"),
            models.UniqueConstraint(
                fields=["addressee"],
                condition=models.Q(sent=False, returned_at=None),
                name="one_follow_up_waits_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Approval(models.Model):
    """A second person's consent to one text (SG34), bound to it by its digest: a changed text has none."""

    message_id = models.CharField(max_length=32, db_index=True, help_text="Of the enquiry or the answer.")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="approvals")
    unit = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=32)
    certified_to = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id", "by"], name="one_approval_a_person")]

    def __str__(self) -> str:
        return f"approval of {self.message_id}"


class Note(models.Model):
    """A note of this node about an enquiry. It never travels."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class View(models.Model):
    """A view of the inbox that an officer kept under a name: the query of its address."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "name"], name="one_view_a_name")]

    def __str__(self) -> str:
        return self.name


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
