"""What waits at this node and what became of it: the release chain, its papers, earlier texts, reviews."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ReleaseChain(models.Model):
    """Which units outside the node release what an office says about a class of kind, in their order (0–3)."""

    class Says(models.TextChoices):
        """What is released: codes of `core.policy.releases`."""

        ASK = "ask"
        ANSWER = "answer"

    office = models.CharField(max_length=64)
    cls = models.CharField(max_length=8, help_text="Code of the list `classes`.")
    says = models.CharField(max_length=8, choices=Says.choices)
    units = models.JSONField(default=list, help_text="Names of units, as they stand in officers' accounts.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "cls", "says"], name="one_chain_a_class_and_direction")
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.cls} {self.says}"


class Release(models.Model):
    """One link of the chain of one text: a unit outside the node, and what it decided. Links are never deleted."""

    addressee = models.ForeignKey("enquiries.Addressee", on_delete=models.PROTECT, related_name="releases")
    message_id = models.CharField(max_length=32, help_text="Of the enquiry, the answer or the follow-up.")
    round = models.PositiveIntegerField(help_text="A text that was changed begins its chain anew.")
    place = models.PositiveIntegerField(help_text="From 1; each after the one before.")
    unit = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="Of the text that the unit is asked about.")
    decision = models.CharField(
        max_length=16, default="pending", help_text="Code of the list `approval_decisions`."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )
    signatory = models.CharField(max_length=200, blank=True, help_text="Who signed, where it was on paper.")
    number = models.CharField(max_length=64, blank=True, help_text="The paper's own document number.")
    signed_on = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "round", "place"], name="one_link_a_place_in_the_chain"
            )
        ]
        indexes = [
            models.Index(fields=["unit"], condition=models.Q(decision="pending"), name="waits_for_release_by")
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.decision}"


class Scan(models.Model):
    """The page that came back signed, as it was scanned. It is kept at this node and never sent."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="scan")
    media_type = models.CharField(max_length=32)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    signatory = models.CharField(max_length=200)
    number = models.CharField(max_length=64)
    signed_on = models.DateField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="filed_scans"
    )
    filed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scan {self.number}"


class EarlierText(models.Model):
    """An enquiry as it stood before its author changed it. It was never sent; nobody outside knows of it."""

    enquiry = models.ForeignKey("enquiries.Enquiry", on_delete=models.PROTECT, related_name="earlier")
    body = models.JSONField()
    own_body = models.JSONField(default=dict)
    to_offices = models.JSONField()
    agreement = models.CharField(max_length=128, blank=True)
    handling = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="earlier_texts")
    at = models.DateTimeField(help_text="When it was changed.")

    def __str__(self) -> str:
        return f"earlier text of {self.enquiry_id}"


class Review(models.Model):
    """A text left on one officer's word: somebody else judges in time whether it was right (SG34, the life clause)."""

    message_id = models.CharField(max_length=32, unique=True)
    addressee = models.ForeignKey("enquiries.Addressee", on_delete=models.PROTECT, related_name="reviews")
    reason = models.CharField(
        max_length=16, help_text="Code of the list `review_reasons`: flash, harm or sample."
    )
    flags = models.JSONField(
        default=list, help_text="What it touches that may be told: codes of the same list."
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="texts_to_review"
    )
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    verdict = models.CharField(max_length=16, blank=True, help_text="Code of the list `review_verdicts`.")
    words = models.CharField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews_given",
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    overdue_noted = models.BooleanField(default=False, help_text="The incident was entered.")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(reviewed_at=None), name="texts_to_review")
        ]

    def __str__(self) -> str:
        return f"review of {self.message_id}"


class SampleCount(models.Model):
    """How many texts of an office passed since the lot last fell on one: none after nine (SG34)."""

    office = models.CharField(max_length=64, unique=True)
    passed = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.office}: {self.passed}"
