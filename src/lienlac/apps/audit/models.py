"""Ledgers, their leaves, the hashes of their trees, their signed heads, and the salts that erasure destroys."""

from __future__ import annotations

from django.db import models

# `db_index=False`: a unique constraint begins with that column, and one index less is one write less for each leaf.


class Ledger(models.Model):
    """One tree. `partner` is a node's code for a pair ledger, empty for the house ledger."""

    partner = models.CharField(max_length=64, blank=True)
    epoch = models.CharField(
        max_length=64, help_text="A restored node opens a new epoch and never repairs the old."
    )
    size = models.PositiveBigIntegerField(default=0, help_text="Leaves that have a place.")
    current = models.BooleanField(default=True)
    restored = models.BooleanField(
        default=False, help_text="Began after a restore: what the lost life began is not known here by name."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "epoch"], name="one_ledger_an_epoch"),
            models.UniqueConstraint(
                fields=["partner"], condition=models.Q(current=True), name="one_current_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner or 'house'}/{self.epoch}"


class Leaf(models.Model):
    """The bytes of one leaf, written in the transaction of the deed; `place` is given later."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="leaves", db_index=False)
    place = models.PositiveBigIntegerField(null=True, blank=True)
    body = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "place"], name="one_leaf_one_place")]
        indexes = [models.Index(fields=["ledger"], condition=models.Q(place=None), name="leaf_without_place")]

    def __str__(self) -> str:
        return f"{self.ledger_id}:{self.place}"


class TreeNode(models.Model):
    """The hash of one perfect subtree (`core.ledger.tree.Node`); never changes."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="tree_nodes", db_index=False)
    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "level", "number"], name="one_hash_one_place")
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id}:{self.level}/{self.number}"


class Head(models.Model):
    """A signed checkpoint of a ledger (C2SP tlog-checkpoint), ours or a partner's that we hold."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="heads")
    size = models.PositiveBigIntegerField()
    note = models.BinaryField()
    cosigned = models.BinaryField(
        default=b"", help_text="The same note with the partner's cosignature, once he gave it in a receipt."
    )
    signed_at = models.DateTimeField()
    lasting = models.BooleanField(
        default=False, help_text="Bears the line of the node's lasting key too (core.ledger.lasting)."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "size"], name="one_head_a_size")]

    def __str__(self) -> str:
        return f"{self.ledger_id}@{self.size}"


class Commitment(models.Model):
    """What this node committed to on a day: a head of the house ledger, and the salt that opens it to an inspector."""

    day = models.DateField(unique=True, help_text="UTC.")
    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="commitments")
    salt = models.BinaryField()
    signed = models.BinaryField(help_text="What is given out: frames payload, key id, signature.")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day}"


class Opening(models.Model):
    """What opens one salted digest of a leaf in the house ledger: whom or what it names, and the salt.

    One row for each mention. Deleting the rows of a thing erases it from the ledger: the leaves stand and say nothing.
    """

    leaf = models.ForeignKey(Leaf, on_delete=models.PROTECT, related_name="openings")
    as_actor = models.BooleanField(help_text="The one who did it, not what it was done to.")
    list = models.CharField(max_length=64, help_text="Kind of thing: officer, enquiry, record …")
    key = models.CharField(max_length=150, help_text="Name of the thing in its list.")
    salt = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["list", "key", "leaf"], name="mentions_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.leaf_id} {self.list}"


class Statement(models.Model):
    """What somebody signed and a leaf's fact `signed` is the digest of: kept so that an export can show it.

    Positions of parcels and receipts only, which hold no personal data. Without a row an export says `gone`.
    """

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, related_name="statement")
    payload_type = models.CharField(max_length=80)
    signed = models.BinaryField(help_text="Frames payload, key id, signature.")

    def __str__(self) -> str:
        return f"{self.payload_type} {self.leaf_id}"


class HeldHead(models.Model):
    """A checkpoint that a partner signed and gave us: what he can no longer deny or change."""

    partner = models.CharField(max_length=64)
    origin = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    note = models.BinaryField()
    came_at = models.DateTimeField()
    proven = models.BooleanField(
        default=False, help_text="The first of its ledger, or shown to continue a proven one."
    )
    cosigned = models.BooleanField(default=False, help_text="Our cosignature went to him in a receipt.")
    asked_on = models.DateField(
        null=True, blank=True, help_text="The last day on which its proof was asked for."
    )
    asked_days = models.PositiveSmallIntegerField(default=0, help_text="On how many days that was.")
    disputed = models.BooleanField(
        default=False, help_text="People were told that its proof is not shown: once."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size"], name="one_held_head_a_size"),
            models.UniqueConstraint(
                fields=["origin"], condition=models.Q(proven=True), name="one_proven_head_a_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin}@{self.size}"


class StrangerHour(models.Model):
    """How many requests of strangers one hour brought; when the hour is over, one leaf of the house says so."""

    hour = models.DateTimeField(unique=True)
    count = models.PositiveBigIntegerField(default=0)
    leaf = models.ForeignKey(Leaf, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H} {self.count}"
