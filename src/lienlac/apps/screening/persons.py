"""A person or thing as screening compares it: the same shape for what was asked and for a record."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.apps.records import numbers
from lienlac.apps.records.models import Identifier, Record, RecordName
from lienlac.core.messages import canonical


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of one side. `names` holds (text, language); `numbers` (family, folded, as written)."""

    names: tuple[tuple[str, str], ...] = ()
    numbers: tuple[tuple[str, str, str], ...] = ()
    birth: str = ""
    sex: str = ""
    nationality: str = ""
    birth_place: str = ""


NUMBER_FIELDS: Mapping[str, str] = {
    "document_number": "document",
    "plate": "plate",
    "chassis_number": "chassis_number",
    "engine_number": "engine_number",
    "account": "account",
}
"""Field of a message -> family of the number."""

TELLING_FIELDS = ("subject_name", "subject_name_language", "aliases", "birth", "sex", "nationality",
                  "birth_place", *NUMBER_FIELDS)  # fmt: skip


def telling(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an enquiry that tell of the person or thing: no more is kept in this room."""
    return {name: body[name] for name in TELLING_FIELDS if body.get(name)}


def clarified(body: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known after a clarification: other names and numbers stand beside the first ones."""
    known, more = telling(body), telling(told)
    name = known.get("subject_name")
    if name and more.get("subject_name", name) != name:
        more["aliases"] = [*more.get("aliases", ()), name]
    for field in ("aliases", *NUMBER_FIELDS):
        both = [*_several(known.get(field)), *_several(more.get(field))]
        if both:
            more[field] = list(dict.fromkeys(both))
    return known | more


def corrected(body: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known after a correction: its values replace the old ones, `removed` fields fall away."""
    kept = {name: value for name, value in telling(body).items() if name not in told.get("removed", ())}
    return kept | telling(told)


def digest(body: Mapping[str, Any]) -> str:
    """Return what a refuted pair is known by: the same words about the same person, whoever asks again."""
    return hashlib.sha256(canonical.encode(telling(body))).hexdigest()


def asked(body: Mapping[str, Any]) -> Known:
    """Return what an enquiry tells."""
    language = str(body.get("subject_name_language", ""))
    texts = [str(body["subject_name"])] if body.get("subject_name") else []
    texts += [str(one) for one in body.get("aliases", ())]
    found = ((family, value) for name, family in NUMBER_FIELDS.items() for value in _several(body.get(name)))
    return Known(
        names=tuple((text, language) for text in texts),
        numbers=tuple(
            (family, folded, value) for family, value in found if (folded := numbers.fold(value, family))
        ),
        birth=str(body.get("birth", "")),
        sex=str(body.get("sex", "")),
        nationality=str(body.get("nationality", "")),
        birth_place=str(body.get("birth_place", "")),
    )


def _several(value: Any) -> list[str]:
    """Return a value, or those of a list, as texts: after a clarification a person may have two numbers."""
    several = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in several if one]


def recorded(record: Record) -> Known:
    """Return what a record tells; its names and identifiers are prefetched by whoever shows many."""
    return Known(
        names=tuple((one.text, one.language) for one in record.names.all()),
        numbers=tuple((numbers.family(one.type), one.folded, one.value) for one in record.identifiers.all()),
        birth=record.birth,
        sex=record.sex,
        nationality=record.nationality,
        birth_place=record.birth_place,
    )


def recorded_of(keys: Collection[int]) -> dict[int, Known]:
    """Return what `recorded` says of each of many records, read without the rest of their rows."""
    names, numbers_ = _names_of(keys), _numbers_of(keys)
    told = Record.objects.filter(pk__in=keys)
    return {
        key: Known(
            names=tuple(names[key]),
            numbers=tuple(numbers_[key]),
            birth=birth,
            sex=sex,
            nationality=nationality,
            birth_place=place,
        )
        for key, birth, sex, nationality, place in told.values_list(
            "pk", "birth", "sex", "nationality", "birth_place"
        )
    }


def _names_of(keys: Collection[int]) -> Mapping[int, list[tuple[str, str]]]:
    found = defaultdict(list)
    rows = RecordName.objects.filter(record__in=keys).order_by("pk")
    for key, text, language in rows.values_list("record", "text", "language"):
        found[key].append((text, language))
    return found


def _numbers_of(keys: Collection[int]) -> Mapping[int, list[tuple[str, str, str]]]:
    found = defaultdict(list)
    rows = Identifier.objects.filter(record__in=keys).order_by("pk")
    for key, type_, folded, value in rows.values_list("record", "type", "folded", "value"):
        found[key].append((numbers.family(type_), folded, value))
    return found
