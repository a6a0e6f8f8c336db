"""Nodes with their public keys, offices with their names and twins. Private keys are files: `keystore`."""

from __future__ import annotations

from django.db import models


class Node(models.Model):
    """A machine that speaks for one agency. Exactly one row is this node itself."""

    class Standing(models.TextChoices):
        """How far this node trusts that one."""

        SELF = "self"
        INTRODUCED = "introduced"  # keys are known, the fingerprint has not been compared by people
        TRUSTED = "trusted"
        PAUSED = "paused"
        REVOKED = "revoked"

    code = models.CharField(max_length=64, unique=True)
    country = models.CharField(max_length=2)
    standing = models.CharField(max_length=16, choices=Standing.choices)
    endpoint = models.CharField(
        max_length=200, blank=True, help_text="https://host:port of its peer door; empty: dials out only."
    )
    training = models.BooleanField(default=False)
    introduced_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["standing"], condition=models.Q(standing="self"), name="one_node_is_self"
            )
        ]

    def __str__(self) -> str:
        return self.code


class NodeKey(models.Model):
    """A public key of a node, for one use, within its days."""

    class Use(models.TextChoices):
        """What a key may be used for, and nothing else."""

        NODE = "node"  # signs envelopes, positions, greetings, checkpoints, R1
        AUTHOR = "author"  # signs messages for the agency
        SEAL = "seal"  # others seal to it
        TLS = "tls"  # SHA-256 of the SubjectPublicKeyInfo of the peer door

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="node_keys")
    use = models.CharField(max_length=8, choices=Use.choices)
    kid = models.CharField(max_length=80)
    public = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use", "kid"], name="one_key_one_kid")]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.use}:{self.kid}"


class Office(models.Model):
    """A liaison office, a police unit, a centre: what officers write to."""

    code = models.CharField(max_length=64, unique=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="offices")
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=32, help_text="Code of the list `agency_types`.")
    time_zone = models.CharField(max_length=64)
    languages = models.JSONField(default=list, help_text="Languages its officers read, best first.")
    names = models.JSONField(default=dict, help_text="{language: name}, each as the office itself gives it.")
    phone = models.CharField(max_length=40, blank=True)
    twins = models.ManyToManyField("self", blank=True, symmetrical=True)

    def __str__(self) -> str:
        return self.code
