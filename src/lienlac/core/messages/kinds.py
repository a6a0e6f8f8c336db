"""The kinds of message: ONE table. Codes and classes are those of the list `kinds`.

Kinds without fields are codes alone: `open=False`, refused with RF20 at every door until their safeguards
are complete. That holds, within ADM, for the alerts and common warnings (they need clearance sentence by
sentence), and for PRE_NOTICE (it announces a handover).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lienlac.core.errors import NotUnderstood
from lienlac.core.messages.blocks import (
    DECISION,
    EVALUATION,
    MATTER,
    OF,
    OFFENCE,
    PAPER,
    PERSON,
    TEXT,
    VEHICLE,
    only,
    optional,
    required,
)
from lienlac.core.messages.fields import NUMBER_CHARS, Field, Kind, SeenBy, Type, Unless, When

HEAD_CHARS = 16_000  # a signed head with the second lines of three lasting keys; one takes 4,540
CLASSES = ("HUM", "ADM", "INF", "LOC", "COE")

_TAIL = (*EVALUATION, *TEXT, *PAPER)
_MATTER_OF_HUM = (
    *(field for field in MATTER if field.name in {"purpose", "urgency", "case_number"}),
    *OFFENCE,
)
_LOCATION = ("address", "workplace", "phone", "relatives", "hit_place")
HIT = When(field="response", values=frozenset({"HIT_CONFIRMED"}))

ANSWER_FIELDS: tuple[Field, ...] = (
    OF,
    Field(name="response", type=Type.CODE, code_list="responses", required=True, steers=True, group="answer"),
    Field(name="until", type=Type.MOMENT, group="answer",
          required=When(field="response", values=frozenset({"STATUS"}))),
    Field(name="extension_reason", type=Type.LINE, group="answer", folded=True),
    # Why the clock stands on both desks: a judge or prosecutor decides first (Directive (EU) 2023/977, Art. 5).
    Field(name="waiting_for", type=Type.CODE, code_list="clock_pauses", steers=True, group="answer"),
    Field(name="forwarded_to", type=Type.OFFICE, group="answer",
          required=When(field="response", values=frozenset({"FORWARDED"}))),
    Field(name="outward_ground", type=Type.CODE, code_list="refusal_grounds", steers=True, group="answer",
          required=When(field="response", values=frozenset({"REFUSED"}))),
    # SG, two grounds: what is stored here and what leaves are different fields, so they cannot be mixed up.
    Field(name="inside_ground", type=Type.CODE, code_list="refusal_grounds", steers=True, group="answer",
          seen_by=SeenBy.OWN_NODE),
    # Names of fields of the enquiry's kind: the asker reads them in his own language.
    Field(name="needed", type=Type.CODE, many=20, group="answer"),
    Field(name="duplicate_of", type=Type.MESSAGE_ID, group="answer",
          required=When(field="response", values=frozenset({"DUPLICATE_OF"}))),
    Field(name="identity_confirmed", type=Type.BOOLEAN, personal=True, group="person"),
    *optional(*PERSON),
    Field(name="located", type=Type.BOOLEAN, personal=True, group="whereabouts"),
    Field(name="write_to", type=Type.OFFICE, group="whereabouts"),
    Field(name="address", type=Type.LINE, personal=True, group="whereabouts", folded=True),
    Field(name="workplace", type=Type.LINE, personal=True, group="whereabouts", folded=True),
    Field(name="phone", type=Type.NUMBER, max_length=NUMBER_CHARS, personal=True, group="whereabouts",
          folded=True),
    Field(name="relatives", type=Type.NAME, many=10, personal=True, group="whereabouts", folded=True),
    Field(name="whereabouts_decision", type=Type.NUMBER, max_length=NUMBER_CHARS, group="whereabouts",
          folded=True),  # SG39: required by policy, which names the rule, as soon as one of the four is told
    # SG43: in every hit that is reported; "none known" is a warning's code too, silence is not.
    Field(name="danger", type=Type.CODE, code_list="dangers", required=HIT, personal=True, group="person",
          folded=True),
    Field(name="safety_warning", type=Type.LINE, personal=True, group="person", folded=True,
          required=When(field="danger", values=frozenset({"several"}))),
    # Facts of SIRENE's form G. The place tells where somebody is: SG39 holds it like an address.
    Field(name="hit_at", type=Type.MOMENT, personal=True, group="answer"),
    Field(name="hit_place", type=Type.LINE, personal=True, group="whereabouts"),
    Field(name="circumstances", type=Type.TEXT, max_length=1_000, personal=True, group="answer"),
    Field(name="action_taken", type=Type.LINE, group="answer",
          required=When(field="response", values=frozenset({"ACTION_DONE"}))),
    Field(name="action_hindrance", type=Type.LINE, group="answer",
          required=When(field="response", values=frozenset({"ACTION_IMPOSSIBLE"}))),
    *_TAIL,
)  # fmt: skip

CARD_CHARS = 400_000  # many offices with names in seven languages; an envelope holds twice that

WHEREABOUTS = _LOCATION
"""Fields of an answer that tell where a person is (SG39)."""

RECEIPTED_AT_ONCE = 100
"""Parcels of which one R1 speaks at most."""

RECEIPT_FIELDS: tuple[Field, ...] = (
    Field(name="stage", type=Type.CODE, code_list="receipts", required=True, steers=True),
    Field(name="of", type=Type.MESSAGE_ID, required=When(field="stage", values=frozenset({"R2", "R3"}))),
    Field(name="lane_class", type=Type.CODE, code_list="lane_classes", steers=True,
          required=When(field="stage", values=frozenset({"R1"}))),
    Field(name="epoch", type=Type.MESSAGE_ID, required=When(field="stage", values=frozenset({"R1"}))),
    # One R1 speaks of many parcels that came together: the n-th of each list belong together.
    Field(name="seqs", type=Type.INTEGER, many=RECEIPTED_AT_ONCE,
          required=When(field="stage", values=frozenset({"R1"}))),
    Field(name="envelopes", type=Type.DIGEST, many=RECEIPTED_AT_ONCE,
          required=When(field="stage", values=frozenset({"R1"}))),
    # What could not be opened has no id that its receiver knows: then position and digest name it.
    Field(name="messages", type=Type.MESSAGE_ID, many=RECEIPTED_AT_ONCE),
    Field(name="at", type=Type.MOMENT, required=True),
    Field(name="status", type=Type.CODE, code_list="receipt_status", required=True, steers=True),
    Field(name="outward_ground", type=Type.CODE, code_list="refusal_grounds", steers=True,
          required=When(field="status", values=frozenset({"refused"}))),
    Field(name="checkpoint", type=Type.TEXT, max_length=HEAD_CHARS),
    Field(name="cosigned", type=Type.TEXT, max_length=HEAD_CHARS),
)  # fmt: skip


def _closed(cls: str, *codes: str) -> tuple[Kind, ...]:
    """Give kinds that exist as codes alone; coercive ones are overseen."""
    return tuple(Kind(code=code, cls=cls, overseen=cls == "COE") for code in codes)


def _open(cls: str | None, code: str, *fields: Field, service: bool = False) -> Kind:
    return Kind(code=code, cls=cls, fields=fields, open=True, service=service)


def _service(cls: str | None, code: str, *fields: Field) -> Kind:
    return _open(cls, code, *fields, service=True)


HUM = (
    _open(
        "HUM", "LOCATE_MISSING", *PERSON,
        Field(name="reason_for_concern", type=Type.TEXT, max_length=1_000, personal=True),
        Field(name="last_seen_place", type=Type.LINE, personal=True),
        Field(name="last_seen", type=Type.PARTIAL_DATE, personal=True),
        Field(name="description", type=Type.TEXT, max_length=1_000, personal=True, group="person",
              folded=True),
        *_MATTER_OF_HUM, *_TAIL,
    ),
    *_closed("HUM", "IDENTIFY", "RESCUE", "RECEIVE_VICTIM", "AL_MISSING_ADULT", "AL_MISSING_CHILD",
             "AL_CHILD_RISK", "AL_BODY"),
)  # fmt: skip

_PERIOD = required(Field(name="period_from", type=Type.DATE), Field(name="period_to", type=Type.DATE))

ADM = (
    _open("ADM", "MEET", *required(Field(name="topic", type=Type.LINE)),
          Field(name="proposed_at", type=Type.MOMENT), Field(name="place", type=Type.LINE), *TEXT, *PAPER),
    _open("ADM", "STAT", *_PERIOD, Field(name="units_reporting", type=Type.INTEGER),
          Field(name="units_total", type=Type.INTEGER), *required(*only(TEXT, "text")),
          *only(TEXT, "text_language"), *PAPER),
    _open("ADM", "SITREP", *_PERIOD, Field(name="cases_opened", type=Type.INTEGER),
          Field(name="cases_cleared", type=Type.INTEGER), Field(name="persons_arrested", type=Type.INTEGER),
          *TEXT, *PAPER),
    _open("ADM", "HOTLINE_TEST", *required(Field(name="at", type=Type.MOMENT)), *TEXT),
    _open("ADM", "JOINT_PATROL", *required(Field(name="starts_at", type=Type.MOMENT),
          Field(name="ends_at", type=Type.MOMENT), Field(name="place", type=Type.LINE)), *TEXT, *PAPER),
    *_closed("ADM", "PRE_NOTICE", "AL_OBJECT", "AL_DOC_LOST", "CW_THB", "CW_SMUGGLING", "CW_DRUG_ROUTE",
             "CW_MO", "CW_SCAM", "CW_THREAT", "CW_NEW_SUBSTANCE"),
)  # fmt: skip

INF = (
    _open("INF", "VER_ID", *PERSON, *MATTER, *_TAIL),
    _open("INF", "VER_DOC", *required(*only(PERSON, "document_type", "document_number", "document_country")),
          *optional(*only(PERSON, "subject_name", "birth", "nationality")),
          *only(PERSON, "subject_name_language"), *MATTER, *_TAIL),
    _open("INF", "VER_VEH", *VEHICLE, *MATTER, *_TAIL),
    _open("INF", "VER_CRIM", *PERSON, *MATTER, *_TAIL),
    _open("INF", "VER_NATIONALITY", *PERSON,
          Field(name="claimed_home", type=Type.LINE, personal=True, group="person"), *MATTER, *_TAIL),
    _open("INF", "PRESERVE_DATA",
          *required(Field(name="account", type=Type.LINE, personal=True, group="object"),
                    Field(name="provider", type=Type.LINE, group="object"),
                    Field(name="period_from", type=Type.DATE, group="object"),
                    Field(name="period_to", type=Type.DATE, group="object")), *MATTER, *_TAIL),
    _open("INF", "COMPOUND_VERIFY",
          *required(Field(name="compound_place", type=Type.LINE, group="object")),
          Field(name="compound_name", type=Type.LINE, group="object"),
          Field(name="persons_held", type=Type.INTEGER, group="object"), *MATTER, *_TAIL),
    _open("INF", "INFO", *optional(*PERSON), *MATTER, *EVALUATION, *required(*TEXT), *PAPER),
)  # fmt: skip

LOC = (
    _open("LOC", "LOCATE", *PERSON, *DECISION, *MATTER, *_TAIL),
    # AL_UNKNOWN_OFFENDER stands in no class of the facts: it asks who and where somebody is.
    *_closed("LOC", "VER_ADDR", "VER_PHONE", "VER_ENTRY", "SURV_DISCREET", "AL_LOCATE", "AL_DISCREET",
             "AL_UNKNOWN_OFFENDER"),
)  # fmt: skip

COE = _closed("COE", "ARREST", "HANDOVER", "FREEZE_ASSET", "CTRL_DELIV", "SAMPLE", "INV_ASSIST", "JOINT_CASE",
              "AL_WANTED")  # fmt: skip

# cls None: of the class of the message that it is about, so that an answer cannot slip under its rules.
SERVICE = (
    _service("ADM", "RECEIPT", *RECEIPT_FIELDS),
    _service("ADM", "CHUNK", OF, *required(Field(name="chunk", type=Type.DIGEST))),
    # The card of a node whose keys are others than on the card that its partner holds, in base64.
    _service("ADM", "KEYS", *required(Field(name="card", type=Type.TEXT, max_length=CARD_CHARS))),
    _service(None, "ANSWER", *ANSWER_FIELDS),
    _service(None, "CLARIFICATION", OF, *optional(*PERSON), *TEXT, *PAPER),
    # What replaces earlier values, field by field; `removed` names fields whose value falls away.
    _service(None, "CORRECTION", OF, *optional(*PERSON), *optional(*only(MATTER, "place", "matter_date",
             "case_number", "urgency")), Field(name="removed", type=Type.CODE, many=20, group="answer"),
             *TEXT, *PAPER),
    _service("ADM", "REMINDER", OF, Field(name="number", type=Type.INTEGER, group="answer"), *TEXT, *PAPER),
    # Asks the question once more: under every rule of its class.
    _service(None, "REOPENING", OF, *required(*TEXT), *PAPER),
    _service("ADM", "WITHDRAWAL", OF, *TEXT, *PAPER),
    _service("ADM", "FEEDBACK", OF,
             Field(name="outcome", type=Type.CODE, code_list="outcomes", required=True, steers=True,
                   group="answer"), *TEXT, *PAPER),
    _service("ADM", "TEST", *required(Field(name="at", type=Type.MOMENT)),
             Field(name="number", type=Type.NUMBER, max_length=NUMBER_CHARS,
                   required=Unless(fields=("text",))), *TEXT),
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.code: kind for kind in (*HUM, *ADM, *INF, *LOC, *COE, *SERVICE)}
)
"""Every kind that exists as a code."""


def is_overseen(code: str) -> bool:
    """Say whether messages of this kind are sealed to the oversight of the state that is asked, too."""
    return code in KINDS and KINDS[code].overseen


def kind(code: str, version: int | None = None) -> Kind:
    """Give the kind `code`; with a `version`, only if this node knows that version.

    Raise NotUnderstood `unknown_kind` or `newer_version`: such a message is kept sealed until an upgrade.
    """
    found = KINDS.get(code)
    if found is None:
        raise NotUnderstood("unknown_kind", kind=code)
    if version is not None and version > found.version:
        raise NotUnderstood("newer_version", kind=code, version=version, known=found.version)
    return found


def askable() -> tuple[Kind, ...]:
    """Give the open kinds that an officer may choose from, in the order of the table."""
    return tuple(kind for kind in KINDS.values() if kind.open and not kind.service)


def travelling_body(code: str, body: Mapping[str, object]) -> dict[str, object]:
    """Give `body` without the fields that only the own node may see and without empty ones."""
    return {
        field.name: body[field.name]
        for field in kind(code).travelling()
        if body.get(field.name) not in (None, "", [], ())
    }
