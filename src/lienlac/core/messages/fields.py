"""What a coded field is: its shape, who sees it, when it must be filled in.

Form, API schema, printed page and reader's view are made from these values, so that a new coded
field is one row in `kinds`, its label in seven languages and its test. No labels here, and no rules
of policy: whether a well-made body may be asked or sent is for `lienlac.core.policy`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lienlac.core.errors import Malformed

NAME_CHARS = 200  # longest registered names (Thai, Burmese with titles) stay under 120 code points
LINE_CHARS = 200
TEXT_CHARS = 4_000  # two printed pages; longer things are attachments
NUMBER_CHARS = 64


class Type(StrEnum):
    """The shape of one value on the wire; `check` holds one function for each."""

    NAME = "name"  # a name as it is known, in any script
    LINE = "line"  # one line of free text
    TEXT = "text"  # free text with line breaks, original language, never overwritten
    NUMBER = "number"  # number of a document, plate, case file: no line breaks, kept as written
    CODE = "code"  # a code of the list named in `code_list`
    COUNTRY = "country"  # ISO 3166-1 alpha-2, upper case
    LANGUAGE = "language"  # code of the list `languages`, or another BCP 47 tag
    OFFICE = "office"  # id of an office in the directory, [a-z0-9.-]
    PARTIAL_DATE = "partial_date"  # EDTF: 1988, 1988-04, 1988-04-12, with ~ for about; 1986/1990
    DATE = "date"  # YYYY-MM-DD, Gregorian
    MOMENT = "moment"  # YYYY-MM-DDTHH:MM:SS[.mmm]Z
    INTEGER = "integer"  # within ±(2^53-1), what every JSON reader keeps exactly
    BOOLEAN = "boolean"
    MESSAGE_ID = "message_id"  # 32 hex digits
    DIGEST = "digest"  # SHA-256, 64 hex digits


class SeenBy(StrEnum):
    """Who may ever see a field: the addressee too, or the own node alone (it never travels)."""

    RECEIVER = "receiver"
    OWN_NODE = "own_node"


@dataclass(frozen=True, kw_only=True)
class When:
    """A field is required when another field has one of these values."""

    field: str
    values: frozenset[object]

    def holds(self, body: Mapping[str, object]) -> bool:
        """Say whether the condition is met in `body`."""
        value = body.get(self.field)
        return isinstance(value, str | bool) and value in self.values


@dataclass(frozen=True, kw_only=True)
class Unless:
    """A field is required when none of the other fields is filled in."""

    fields: tuple[str, ...]

    def holds(self, body: Mapping[str, object]) -> bool:
        """Say whether the condition is met in `body`."""
        return not any(filled(body.get(name)) for name in self.fields)


@dataclass(frozen=True, kw_only=True)
class With:
    """A field is required as soon as one of the other fields is filled in."""

    fields: tuple[str, ...]

    def holds(self, body: Mapping[str, object]) -> bool:
        """Say whether the condition is met in `body`."""
        return any(filled(body.get(name)) for name in self.fields)


Required = bool | When | Unless | With


@dataclass(frozen=True, kw_only=True)
class Field:
    """One coded field of a kind of message.

    `many` > 1 makes it a list of up to so many values. `personal` fields are digested with a salt in the
    ledger and erased with their record; `sensitive` fields fall under SG28. `steers` marks codes on which
    a rule or a journey branches: an unknown one there means that the message is not understood, while an
    unknown code elsewhere is kept and shown raw. `group` and `folded` tell the form and the printed page
    where the field stands; `default` is what an empty form shows.
    """

    name: str
    type: Type
    code_list: str | None = None
    required: Required = False
    seen_by: SeenBy = SeenBy.RECEIVER
    max_length: int = LINE_CHARS
    many: int = 1
    personal: bool = False
    sensitive: bool = False
    steers: bool = False
    group: str = "matter"
    folded: bool = False
    default: str | None = None

    def is_required(self, body: Mapping[str, object]) -> bool:
        """Say whether `body` must have this field filled in."""
        return self.required if isinstance(self.required, bool) else self.required.holds(body)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message, in one version of its fields.

    `cls` is the class that the safeguards apply to (HUM, ADM, INF, LOC, COE), or None for what answers
    another message and takes that message's class. `open` is False while its safeguards are not complete:
    such a kind exists as a code and is refused with RF20 at every door. `service` kinds belong to the
    exchange itself: nobody chooses them from the list of things one can ask. `overseen` kinds ask a state to use
    force or to hand over: they are sealed to the key of its oversight too, where its card names one.
    """

    code: str
    cls: str | None
    version: int = 1
    fields: tuple[Field, ...] = ()
    open: bool = False
    service: bool = False
    overseen: bool = False

    def field(self, name: str) -> Field:
        """Give the field called `name`; raise Malformed when this kind has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise Malformed("field_unknown", kind=self.code, field=name)

    def travelling(self) -> tuple[Field, ...]:
        """Give the fields that the addressee sees."""
        return tuple(field for field in self.fields if field.seen_by is SeenBy.RECEIVER)


def filled(value: object) -> bool:
    """Say whether a field's value counts as filled in.

    0 and False do; blanks, empty lists and a text of joiners alone, which shows nothing, don't.
    """
    if isinstance(value, str):
        return any(not char.isspace() and unicodedata.category(char) != "Cf" for char in value)
    return value is not None and value != [] and value != ()
