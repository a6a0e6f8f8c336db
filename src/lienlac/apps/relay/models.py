"""A letter that lies here until its addressee takes it. Its columns are all that a hub may see (SG26)."""

from __future__ import annotations

from django.db import models

from lienlac.apps.directory.models import Node


class Letter(models.Model):
    """Sealed by one node for one other; this node can open none of them.

    `number` grows within a pair, and is a moment (microseconds of Unix time) so that nothing need be kept of a pair
    whose letters are gone.
    """

    sender = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="letters_left")
    addressee = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="letters_waiting")
    number = models.BigIntegerField()
    read = models.BigIntegerField(
        help_text="The last letter of the addressee that the sender took from here, as he says: for flow alone."
    )
    sealed = models.BinaryField()
    size = models.IntegerField(help_text="Bytes of `sealed`, padded to steps of 4 KiB before it was sealed.")
    left_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not given before: the addressee asked for it later.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["addressee", "sender", "number"], name="one_letter_a_number")
        ]
        # What is asked of many letters is answered by these alone: a row of SQLite is a chain of a thousand pages.
        indexes = [
            models.Index(fields=["sender", "addressee", "size"]),
            models.Index(fields=["addressee", "left_at", "due_at", "size"]),
            models.Index(fields=["left_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id} {self.addressee_id} {self.number}"
