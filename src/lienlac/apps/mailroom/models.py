"""What the mailroom keeps: messages (content), parcels (outgoing), arrivals (incoming), lanes and receipts.

The tables are the queue: attempts and errors are shown to officers as they stand here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lienlac.apps.directory.models import Node
from lienlac.core.policy.grounds import KEY_GONE

# `db_index=False`: a unique constraint begins with that column, and one index less is one write less for each letter.

CLASSES = [("urgent", "urgent"), ("normal", "normal"), ("bulk", "bulk")]


class Message(models.Model):
    """A signed message as its author signed it, sent or received. The bytes are never changed, and erased in time."""

    message_id = models.CharField(max_length=32, unique=True)
    outbound = models.BooleanField()
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    from_office = models.CharField(max_length=64)
    to_offices = models.JSONField()
    in_reply_to = models.CharField(max_length=32, blank=True, db_index=True)
    created_at = models.DateTimeField()
    signed = models.BinaryField(help_text="As its author signed it; once erased, the SHA-256 of that.")
    envelope_digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When its words were erased; its id stays taken."
    )

    class Meta:
        indexes = [
            models.Index(  # their parcels are deleted: so we know, among a million, whether one was ours
                fields=["envelope_digest"],
                condition=models.Q(kind="RECEIPT", outbound=True),
                name="own_receipt_by_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Lane(models.Model):
    """One direction of one class between this node and a partner; `state` is the engine's, as JSON."""

    class Direction(models.TextChoices):
        """Seen from this node."""

        OUT = "out"
        IN = "in"

    partner = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="lanes")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    lane_class = models.CharField(max_length=8, choices=CLASSES)
    state = models.JSONField()
    frozen = models.BooleanField(default=False)
    owing = models.BooleanField(
        default=False, help_text="Outgoing: a place was given that the partner has not acknowledged."
    )
    last_head = models.BinaryField(
        default=b"", help_text="Incoming: the checkpoint that the last R1 in this epoch brought."
    )
    outbox_parcels = models.BigIntegerField(
        default=0,
        help_text="Outgoing: what lies in the outbox until a receipt comes; counted with each change.",
    )
    outbox_size = models.BigIntegerField(default=0, help_text="Bytes of their envelopes.")
    anew = models.PositiveIntegerField(
        default=0,
        help_text="Outgoing: how often it began anew on the partner's word in the hour since `anew_since`.",
    )
    anew_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "direction", "lane_class"], name="one_lane_each")
        ]
        indexes = [  # looked through at each ring
            models.Index(fields=["partner"], condition=models.Q(owing=True), name="lanes_that_owe")
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.partner_id} {self.lane_class}"


class Parcel(models.Model):
    """An envelope at its place in an outgoing lane: the outbox, and afterwards the record of the delivery.

    A message's row stays when its bytes have left the outbox; a receipt's row is deleted then, since a receipt
    needs no receipt.
    """

    class State(models.TextChoices):
        """How far it came; `received` and `refused` rest on the partner's signature, nothing less."""

        WAITING = "waiting"
        SENT = "sent"  # the partner's node answered (transport); not a receipt
        RECEIVED = "received"
        NOT_UNDERSTOOD = "not_understood"  # kept sealed at the partner until his upgrade
        REFUSED = "refused"

    class Proof(models.TextChoices):
        """Whether the partner's ledger was shown to hold its arrival (`ArrivalProof`); asked for once R1 is here."""

        DUE = "due"
        HELD = "held"
        NONE = "none"  # the partner could give none: an incident says so

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="parcels")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="parcels")
    epoch = models.CharField(max_length=32)
    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    position = models.BinaryField(help_text="The signed position in the lane.")
    size = models.PositiveIntegerField()
    until = models.CharField(
        max_length=8, help_text="receipt or ack: what it waits for (core.lane.events.Until)."
    )
    in_outbox = models.BooleanField(default=True)
    settled = models.BooleanField(default=False, help_text="Its signed receipt or refusal is here.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    proof = models.CharField(max_length=4, choices=Proof.choices, default=Proof.DUE)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # The last column: whoever reads one behind it has SQLite walk through the pages that it overflows to.
    envelope = models.BinaryField(help_text="Sealed bytes; emptied when they leave the outbox.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "epoch", "seq"], name="one_parcel_one_place"),
            models.UniqueConstraint(fields=["lane", "message"], name="one_parcel_a_message"),
        ]
        indexes = [
            models.Index(fields=["lane", "epoch", "seq"], condition=models.Q(in_outbox=True), name="outbox"),
            models.Index(  # all that the state of a line is counted from: the rows, with envelopes, stay unread
                fields=["lane", "state", "queued_at", "in_outbox", "until", "settled"],
                condition=models.Q(in_outbox=True),
                name="waiting_by_lane",
            ),
            models.Index(fields=["digest"], name="parcel_by_digest"),  # how an R1 finds it, among a million
            models.Index(
                fields=["lane", "id"],
                condition=models.Q(settled=True, until="receipt", proof="due"),
                name="arrival_unproven",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane_id}/{self.epoch[:8]}/{self.seq}"


class ArrivalProof(models.Model):
    """What the partner's own ledger says of the arrival of a parcel of ours, proven against a head that he signed.

    With it an inspector needs nobody's word: not ours, nor, from then on, the partner's.
    """

    parcel = models.OneToOneField(Parcel, on_delete=models.PROTECT, related_name="arrival_proof")
    note = models.BinaryField(help_text="The signed head of his ledger that the proof leads to.")
    index = models.PositiveBigIntegerField()
    leaf = models.BinaryField()
    hashes = models.BinaryField(help_text="Of 32 bytes each, from the leaf upwards.")
    came_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.parcel_id}@{self.index}"


class Line(models.Model):
    """What is known of the line to a partner: the last success, the last failure in a code, when to try again."""

    partner = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="line")
    last_through_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=40, blank=True, help_text="Code of the list `errors`.")

    def __str__(self) -> str:
        return f"line {self.partner_id}"


class Arrival(models.Model):
    """A parcel that came in, at its place for ever: what makes a repetition recognisable without a clock."""

    class State(models.TextChoices):
        """What this node made of it: the status that its receipt R1 tells (core.lane.events.Status)."""

        STORED = "stored"
        NOT_UNDERSTOOD = (
            "not_understood"  # kept sealed, tried again after an upgrade, refused when that is late
        )
        REFUSED = "refused"

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="arrivals", db_index=False)
    epoch = models.CharField(max_length=32)
    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    position = models.BinaryField()
    kept = models.PositiveIntegerField(
        default=0, help_text="Bytes of the envelope while it is kept sealed: refused, or not understood."
    )
    frame = models.JSONField(
        null=True,
        blank=True,
        help_text="Of what is not understood: who to whom, kind, version, as far as they could be read.",
    )
    envelope = models.BinaryField(
        help_text="Emptied when its message is stored, which keeps the author's bytes, but for what a state's "
        "oversight may open; of a refused one in time."
    )
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="arrivals"
    )
    state = models.CharField(max_length=16, choices=State.choices)
    reason = models.CharField(
        max_length=40, blank=True, help_text="Why, inside; only the outward ground leaves."
    )
    outward_ground = models.CharField(max_length=8, blank=True)
    arrived_at = models.DateTimeField()
    leaf = models.ForeignKey("audit.Leaf", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receipt_due = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "epoch", "seq"], name="one_arrival_one_place")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(receipt_due=True), name="receipts_due"),
            models.Index(fields=["digest"], name="arrival_by_digest"),  # how its sender asks for its proof
            models.Index(
                fields=["state", "arrived_at"], condition=models.Q(kept__gt=0), name="sealed_by_age"
            ),
            models.Index(
                fields=["lane", "state", "kept"], condition=models.Q(kept__gt=0), name="sealed_by_lane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane_id}/{self.epoch[:8]}/{self.seq}"


class Receipt(models.Model):
    """A partner's signed word about a message of ours: R1 stored, R2 opened, R3 acted on, or a refusal."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    partner = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="receipts")
    stage = models.CharField(max_length=2)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(help_text="As the partner's clock says; never used for order.")
    came_at = models.DateTimeField()
    word = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The receipt as it was signed; one R1 speaks of many messages.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "partner", "stage"], name="one_receipt_a_stage")
        ]
        indexes = [  # looked for each minute, among all receipts that ever came
            models.Index(fields=["partner"], condition=models.Q(reason=KEY_GONE), name="refused_for_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.message_id}"


class Incident(models.Model):
    """Something on a lane that an operator must see; the code's words and cure are in `wording`."""

    partner = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="incidents")
    code = models.CharField(max_length=40, help_text="Code of the list `lane_incidents`.")
    facts = models.JSONField(default=dict)
    evidence = models.BinaryField(
        blank=True, default=b"", help_text="Frames: the signed bytes that contradict each other."
    )
    count = models.PositiveIntegerField(default=1, help_text="How often it was met while it stood open.")
    at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_with = models.CharField(
        max_length=500, blank=True, help_text="What was found and done, in the words of whoever closed it."
    )

    def __str__(self) -> str:
        return f"{self.code} {self.partner_id}"


class Chunk(models.Model):
    """A sealed chunk of a file, under its name; what opens it stands in the message `of`, nowhere else.

    Chunks are rows and not files beside the database: they commit with their parcel, and every copy has them.
    """

    origin = models.CharField(max_length=64, help_text="The node whose message it belongs to; ours too.")
    of = models.CharField(max_length=32, help_text="That message, or a tray of files that were not sent yet.")
    digest = models.CharField(max_length=64)
    raw = models.BinaryField()
    named = models.BooleanField(help_text="A message that is here names it, or it is ours.")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "origin", "digest"], name="one_chunk_once")]
        indexes = [
            models.Index(fields=["origin"], condition=models.Q(named=False), name="chunks_unnamed"),
        ]

    def __str__(self) -> str:
        return self.digest


class Remnant(models.Model):
    """Chunks of a file that was forgotten, to be deleted some at a time: its key is gone, and nothing names them.

    It commits with the deletion of the file's row, so that no crash forgets them.
    """

    of = models.CharField(max_length=32)
    origin = models.CharField(max_length=64)
    digests = models.JSONField(help_text="Names of the chunks that may still be here.")

    def __str__(self) -> str:
        return f"{self.of} {self.origin}"


class File(models.Model):
    """A file of a message, as its manifest says; or one in a tray, that an officer has not sent yet.

    The row of a file that came is there with its message, before its chunks are.
    """

    of = models.CharField(max_length=32, help_text="The message, or the tray.")
    origin = models.CharField(max_length=64, help_text="The node whose message it belongs to; ours too.")
    place = models.PositiveSmallIntegerField(help_text="Its number in the message, from 0.")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=64, help_text="Opens its chunks; a file without this row stays closed.")
    suite = models.PositiveIntegerField()
    chunks = models.JSONField(help_text="Names of its chunks, in order.")
    preview = models.CharField(
        max_length=64,
        blank=True,
        help_text="Name of the chunk with a small picture of it; none where there is none.",
    )
    preview_state = models.CharField(
        max_length=8, blank=True, help_text="What became of a preview that came: empty until it is here."
    )
    preview_scanned_at = models.DateTimeField(
        null=True, blank=True, help_text="When the scanner let the preview pass."
    )
    unsent = models.PositiveIntegerField(
        default=0, help_text="Of its chunks so many, the last ones, have still to be put on the bulk lane."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="files"
    )
    in_tray = models.BooleanField(default=False, help_text="Not sent yet: it is its owner's alone.")
    put_at = models.DateTimeField()
    whole_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When all of it was here, agreed with its digest, and was of its type.",
    )
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="When the scanner let it pass.")

    @property
    def pieces(self) -> list[str]:
        """Names of all its chunks, the preview's first."""
        return [self.preview, *self.chunks] if self.preview else list(self.chunks)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "origin", "place"], name="one_file_one_place")]
        indexes = [
            models.Index(fields=["put_at"], condition=models.Q(in_tray=True), name="trays_by_age"),
            models.Index(fields=["id"], condition=models.Q(unsent__gt=0), name="files_unsent"),
        ]

    def __str__(self) -> str:
        return self.sha256
