"""Schemas of bodies, made from the table of coded fields (`core.messages.kinds`): one row there is one field here.

A body is documented field by field and checked by the core alone, so that an error has the same code and the
same words as at the desk, whatever door it came through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import WithJsonSchema

from lienlac import wording
from lienlac.api.door import NotThere, language_of
from lienlac.core import codes
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Field, Kind, SeenBy, Type

LONGEST_LIST = 400  # codes of a longer list are looked up in it, not repeated in every schema

_TEXT = {"type": "string"}
_OF_TYPE: dict[Type, dict[str, Any]] = {
    Type.PARTIAL_DATE: {**_TEXT, "examples": ["1988", "1988-04", "1988-04-12", "1988~", "1986/1990"]},
    Type.DATE: {**_TEXT, "format": "date"},
    Type.MOMENT: {**_TEXT, "format": "date-time"},
    Type.INTEGER: {"type": "integer"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.MESSAGE_ID: {**_TEXT, "pattern": "^[0-9a-f]{32}$"},
    Type.DIGEST: {**_TEXT, "pattern": "^[0-9a-f]{64}$"},
}


def of_field(field: Field) -> dict[str, Any]:
    """Return the JSON schema of one coded field."""
    schema = dict(_OF_TYPE.get(field.type, {**_TEXT, "maxLength": field.max_length}))
    if field.code_list:
        listed = list(codes.load(field.code_list))
        schema = {**_TEXT, "x-code-list": field.code_list}
        if len(listed) <= LONGEST_LIST:
            schema["enum"] = listed
    if field.many > 1:
        schema = {"type": "array", "items": schema, "maxItems": field.many}
    return schema | {"title": field.name}


def of_kind(kind: Kind, fields: Iterable[Field] | None = None) -> dict[str, Any]:
    """Return the JSON schema of the body of one kind; a condition on a field is told in its description."""
    rows = kind.fields if fields is None else tuple(fields)
    return {
        "title": kind.code,
        "type": "object",
        "properties": {field.name: of_field(field) | _conditions(field) for field in rows},
        "required": [field.name for field in rows if field.required is True],
        "additionalProperties": False,
    }


def _conditions(field: Field) -> dict[str, str]:
    said = [] if isinstance(field.required, bool) else [f"Required: {field.required}."]
    if field.seen_by is SeenBy.OWN_NODE:
        said.append("Never leaves this node.")
    return {"description": " ".join(said)} if said else {}


BODY: dict[str, Any] = {"oneOf": [of_kind(kind) for kind in kinds.askable()], "title": "Body"}
ANSWER_BODY = of_kind(
    kinds.kind("ANSWER"),
    (field for field in kinds.kind("ANSWER").fields if field.name not in ("of", "response")),
)
EnquiryBody = Annotated[dict[str, Any], WithJsonSchema(BODY)]
AnswerBody = Annotated[dict[str, Any], WithJsonSchema(ANSWER_BODY)]


class FieldOut(Schema):
    """One coded field of a kind."""

    name: str
    label: str
    type: str
    code_list: str = ""
    required: bool
    many: int
    max_length: int
    travels: bool
    shape: dict[str, Any]


class KindOut(Schema):
    """One kind of enquiry."""

    code: str
    label: str
    cls: str
    version: int
    fields: list[FieldOut]


class CodeOut(Schema):
    """One code of a list with its label."""

    code: str
    label: str


router = Router(tags=["kinds and codes"])


@router.get("/kinds", response=list[KindOut], summary="What can be asked, with its coded fields")
def list_kinds(request: HttpRequest) -> list[KindOut]:
    """Give the open kinds; labels are in the language of the call."""
    return [_kind_out(kind, language_of(request)) for kind in kinds.askable()]


@router.get("/codes/{name}", response=list[CodeOut], summary="A code list with labels")
def list_codes(request: HttpRequest, name: str) -> list[CodeOut]:
    """Give a code list in its order; labels are in the language of the call."""
    if name not in codes.names():
        raise NotThere("not_there", name=name)
    language = language_of(request)
    return [CodeOut(code=code, label=wording.label(name, code, language)) for code in codes.load(name)]


def _kind_out(kind: Kind, language: str) -> KindOut:
    return KindOut(
        code=kind.code,
        label=wording.label("kinds", kind.code, language),
        cls=kind.cls or "",
        version=kind.version,
        fields=[_field_out(field, language) for field in kind.fields],
    )


def _field_out(field: Field, language: str) -> FieldOut:
    return FieldOut(
        name=field.name,
        label=wording.field(field.name, language),
        type=str(field.type),
        code_list=field.code_list or "",
        required=field.required is True,
        many=field.many,
        max_length=field.max_length,
        travels=field.seen_by is not SeenBy.OWN_NODE,
        shape=of_field(field),
    )
