"""Nodes with their public keys, offices with their names, desks and twins, roots of states and lists of these.

Private keys are files: `keystore`. What a node or an office was before stands in `OfficeVersion` and in the ledger.
"""

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

    class Transport(models.TextChoices):
        """By which way this node's post to that one travels (list `transports`)."""

        HTTPS = "https"
        RELAY = "relay"
        NATS = "nats"
        BUNDLE = "bundle"

    code = models.CharField(max_length=64, unique=True)
    country = models.CharField(max_length=2)
    standing = models.CharField(max_length=16, choices=Standing.choices)
    endpoint = models.CharField(
        max_length=200, blank=True, help_text="https://host:port of its peer door; empty: dials out only."
    )
    transport = models.CharField(
        max_length=8,
        choices=Transport.choices,
        default=Transport.HTTPS,
        help_text="Decided here, for what leaves here: the other side decides for its own.",
    )
    training = models.BooleanField(default=False)
    introduced_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True, blank=True)
    card_issued_at = models.DateTimeField(
        null=True, blank=True, help_text="When it signed the card that is held: an older one changes nothing."
    )
    last_card_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Of this node itself: the moment on its last card; the next says a later one.",
    )
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="When people compared its fingerprint: the ceremony."
    )
    vouched_at = models.DateTimeField(
        null=True, blank=True, help_text="When a directory of its state last named it with these keys."
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_for = models.CharField(
        max_length=32, blank=True, help_text="Code of the list `revocation_reasons`."
    )
    last_trusted_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when what it signed is to be believed."
    )

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
        LASTING = "lasting"  # signs one head of a ledger a day, and what is exported, for decades
        OVERSIGHT = (
            "oversight"  # its state's oversight keeps the private half: coercive matters are sealed to it too
        )

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="node_keys")
    use = models.CharField(max_length=16, choices=Use.choices)
    kid = models.CharField(max_length=80)
    public = models.BinaryField()
    valid_from = models.DateTimeField(
        help_text="`core.trust.moments.NOT_YET`: announced, used for nothing yet."
    )
    valid_to = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(
        help_text="When it became known here, before anything was signed with it."
    )
    told_by = models.CharField(
        max_length=32,
        blank=True,
        help_text="Id of the message by which its node itself told it; none: it came by people, or by its state.",
    )
    revoked_at = models.DateTimeField(
        null=True, blank=True, help_text="From when on it counts for nothing new."
    )
    revoked_for = models.CharField(
        max_length=32,
        blank=True,
        help_text="Code of the list `revocation_reasons`; none: another key followed it.",
    )
    trusted_epoch = models.CharField(
        max_length=64, blank=True, help_text="Of the pair ledger in which it was still to be believed …"
    )
    trusted_size = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="… up to this size; what came later is not."
    )

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
    places = models.JSONField(default=dict, help_text="{language: name of the place where it stands}.")
    aliases = models.JSONField(default=list, help_text="[[language, former name or name in another script]].")
    status = models.CharField(max_length=16, default="open", help_text="Code of the list `office_statuses`.")
    successor = models.CharField(
        max_length=64, blank=True, help_text="Code of the office that took over from a closed one."
    )
    since = models.DateField(null=True, blank=True, help_text="From which day all this holds.")
    desks = models.JSONField(
        default=list, help_text="`core.competence.Desk` as JSON; none: takes everything."
    )
    twins = models.ManyToManyField("self", blank=True, symmetrical=True)

    def __str__(self) -> str:
        return self.code


class OfficeVersion(models.Model):
    """What an office was, as it stood on its card, from the moment it was entered here until the next version."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="versions")
    entered_at = models.DateTimeField()
    value = models.JSONField(help_text="`core.trust.cards.OfficeOnCard` as JSON.")

    def __str__(self) -> str:
        return f"{self.office_id} {self.entered_at:%Y-%m-%d}"


class StateRoot(models.Model):
    """The key that speaks for a country, and the last directory that it signed."""

    class Standing(models.TextChoices):
        """How far this node trusts it."""

        INTRODUCED = "introduced"
        TRUSTED = "trusted"
        RETIRED = "retired"  # the list of roots names it no longer: what it signed stays, no more is taken
        REVOKED = "revoked"

    country = models.CharField(max_length=2)
    kid = models.CharField(max_length=32, unique=True)
    public = models.BinaryField()
    standing = models.CharField(max_length=16, choices=Standing.choices)
    introduced_at = models.DateTimeField()
    compared_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When people compared its fingerprint; none: the list of roots names it.",
    )
    number = models.PositiveBigIntegerField(default=0, help_text="Of the last directory; 0 before the first.")
    digest = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    signed = models.BinaryField(default=b"", help_text="The last directory as it was signed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country"], condition=models.Q(standing="trusted"), name="one_trusted_root_a_country"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.kid}"


class RootsTaken(models.Model):
    """A list of the states' roots that this node took; the one of the highest number is held."""

    number = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="When people compared its words; none: the list before bore it."
    )
    signed = models.BinaryField(help_text="The list as it came, with its signatures.")

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:8]}"
