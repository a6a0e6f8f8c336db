"""Blocks of fields that several kinds of message share: the person, the matter, the decision, the text.

Each block is a tuple of rows for the table in `kinds`. A block says what CAN be told; what must be told
before something may be asked is for `lienlac.core.policy` (SG07 and others), because it depends on the
class of the kind, the agreement and the life clause.
"""

from __future__ import annotations

from dataclasses import replace

from lienlac.core.messages.fields import (
    NAME_CHARS,
    NUMBER_CHARS,
    TEXT_CHARS,
    Field,
    SeenBy,
    Type,
    Unless,
    With,
)

OF = Field(name="of", type=Type.MESSAGE_ID, required=True, steers=True, group="answer")
"""The message that this one is about."""

PERSON: tuple[Field, ...] = (
    Field(name="subject_name", type=Type.NAME, max_length=NAME_CHARS, personal=True, group="person",
          required=Unless(fields=("document_number",))),
    # The language tells how to read the letters: the same Latin letters are Vietnamese or pinyin.
    Field(name="subject_name_language", type=Type.LANGUAGE, code_list="languages", group="person",
          required=With(fields=("subject_name",))),
    Field(name="aliases", type=Type.NAME, max_length=NAME_CHARS, many=10, personal=True, group="person",
          folded=True),
    Field(name="sex", type=Type.CODE, code_list="genders", personal=True, group="person"),
    Field(name="birth", type=Type.PARTIAL_DATE, personal=True, group="person"),
    Field(name="birth_place", type=Type.LINE, personal=True, group="person", folded=True),
    Field(name="nationality", type=Type.COUNTRY, code_list="nationalities", personal=True, group="person"),
    Field(name="document_type", type=Type.CODE, code_list="document_types", group="person", folded=True),
    Field(name="document_number", type=Type.NUMBER, max_length=NUMBER_CHARS, personal=True, group="person",
          folded=True, required=Unless(fields=("subject_name",))),
    Field(name="document_country", type=Type.COUNTRY, code_list="nationalities", personal=True,
          group="person", folded=True),
)  # fmt: skip


def optional(*fields: Field) -> tuple[Field, ...]:
    """Give the same fields, none of them required."""
    return tuple(replace(field, required=False) for field in fields)


def required(*fields: Field) -> tuple[Field, ...]:
    """Give the same fields, each of them required and none folded away."""
    return tuple(replace(field, required=True, folded=False) for field in fields)


def only(block: tuple[Field, ...], *names: str) -> tuple[Field, ...]:
    """Give the fields of `block` with these names, in the block's order."""
    return tuple(field for field in block if field.name in names)


OFFENCE: tuple[Field, ...] = (
    Field(name="offence", type=Type.CODE, code_list="offences", steers=True),
    Field(name="offence_country", type=Type.COUNTRY, code_list="nationalities", steers=True, folded=True),
    # Which law the article is of: PC penal code (CL in China), or the short name of another act.
    Field(name="offence_law", type=Type.NUMBER, max_length=NUMBER_CHARS, folded=True, default="PC"),
    Field(name="offence_article", type=Type.NUMBER, max_length=NUMBER_CHARS, folded=True),
)  # fmt: skip

MATTER: tuple[Field, ...] = (
    Field(name="purpose", type=Type.CODE, code_list="purposes", required=True, steers=True),
    *OFFENCE,
    Field(name="place", type=Type.LINE),
    Field(name="matter_date", type=Type.PARTIAL_DATE),
    Field(name="why_there", type=Type.CODE, code_list="why_there"),  # why the other side should have it
    Field(name="link", type=Type.CODE, code_list="relations", steers=True),  # of the person to the purpose
    Field(name="case_number", type=Type.NUMBER, max_length=NUMBER_CHARS),
    Field(name="urgency", type=Type.CODE, code_list="urgency", required=True, steers=True, default="U4"),
)  # fmt: skip

EVALUATION: tuple[Field, ...] = (
    Field(name="evaluation_source", type=Type.CODE, code_list="evaluation_source", steers=True,
          group="evaluation", folded=True),
    Field(name="evaluation_information", type=Type.CODE, code_list="evaluation_information", steers=True,
          group="evaluation", folded=True),
)  # fmt: skip

TEXT: tuple[Field, ...] = (
    Field(name="text", type=Type.TEXT, max_length=TEXT_CHARS, personal=True, group="text"),
    Field(name="text_language", type=Type.LANGUAGE, code_list="languages", group="text",
          required=With(fields=("text",))),
)  # fmt: skip

PAPER: tuple[Field, ...] = (
    # The agency's own number and book (sổ công văn, 发文字号) and who signs for it.
    Field(name="official_number", type=Type.NUMBER, max_length=NUMBER_CHARS, group="paper", folded=True),
    Field(name="signatory", type=Type.NAME, max_length=NAME_CHARS, personal=True, group="paper", folded=True),
    Field(name="note_to_file", type=Type.TEXT, max_length=TEXT_CHARS, personal=True, group="paper",
          folded=True, seen_by=SeenBy.OWN_NODE),
)  # fmt: skip

DECISION: tuple[Field, ...] = (  # SG03, SG04, SG42: the judicial or statutory decision behind coercion
    Field(name="decision_authority", type=Type.LINE, group="decision"),
    Field(name="decision_number", type=Type.NUMBER, max_length=NUMBER_CHARS, group="decision"),
    Field(name="decision_date", type=Type.DATE, group="decision"),
    Field(name="decision_expires_on", type=Type.DATE, group="decision"),
    Field(name="decision_copy", type=Type.DIGEST, group="decision"),
    Field(name="penalty_years", type=Type.INTEGER, group="decision"),  # maximum of the law, prosecution
    Field(name="sentence_months_left", type=Type.INTEGER, group="decision"),  # execution of a sentence
    Field(name="refused_elsewhere", type=Type.BOOLEAN, group="decision"),
)  # fmt: skip

VEHICLE: tuple[Field, ...] = (
    Field(name="plate", type=Type.NUMBER, max_length=NUMBER_CHARS, personal=True, group="object",
          required=Unless(fields=("chassis_number", "engine_number"))),
    Field(name="plate_country", type=Type.COUNTRY, code_list="nationalities", group="object",
          required=With(fields=("plate",))),
    Field(name="chassis_number", type=Type.NUMBER, max_length=NUMBER_CHARS, personal=True, group="object",
          folded=True),
    Field(name="engine_number", type=Type.NUMBER, max_length=NUMBER_CHARS, personal=True, group="object",
          folded=True),
    Field(name="vehicle_description", type=Type.LINE, group="object", folded=True),
)  # fmt: skip
