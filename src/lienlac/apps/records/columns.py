"""What the columns of a file mean, and how its cells become a draft: headings and cells are read from tables."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from lienlac.apps.records.drafts import Draft, Name, Number, told_of_date
from lienlac.apps.records.files.table import why_broken
from lienlac.apps.records.numbers import known_type
from lienlac.core import calendars, codes
from lienlac.core.errors import Malformed
from lienlac.core.messages.check import tidy
from lienlac.core.names import zawgyi

SEVERAL = re.compile(r"\s*[;；|、\n]\s*")
PLAIN = ("kind", "reference", "name", "alias", "name_language", "birth", "sex", "nationality", "birth_place",
         "offence", "text")  # fmt: skip
NUMBERS = ("document", "passport_ordinary", "national_id", "plate", "chassis_number", "engine_number",
           "registration_number", "phone", "account", "wallet")  # fmt: skip
FIELDS = (*PLAIN, *NUMBERS)
"""What a column may mean, in the order of the preview's choices."""

COUNTRY_OF_LANGUAGE = {"vi": "VN", "lo": "LA", "zh-hans": "CN", "km": "KH", "th": "TH", "my": "MM"}
_SEXES: Mapping[str, tuple[str, ...]] = {
    "male": ("m", "male", "nam", "男", "ຊາຍ", "ชาย", "ប្រុស", "ကျား"),
    "female": ("f", "female", "nữ", "nu", "女", "ຍິງ", "หญิง", "ស្រី", "မ"),
    "other": ("x", "other", "khác", "其他"),
    "unknown": ("u", "unknown", "<", "不详"),
}
_SEX_OF = {word: code for code, words in _SEXES.items() for word in words}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What is said of a whole file: for every row that does not say it itself."""

    kind: str
    source: str
    name_language: str = ""
    handling: tuple[str, ...] = field(default=())


def guess(headings: Sequence[str]) -> list[str]:
    """Return the field that each heading means, `""` where none is known; the first column of a field wins."""
    found: list[str] = []
    for heading in headings:
        meant = _meanings().get(_folded(heading), "")
        found.append("" if meant in PLAIN and meant != "alias" and meant in found else meant)
    return found


@cache
def _meanings() -> Mapping[str, str]:
    table = (files("lienlac.apps.records") / "data" / "headings.csv").read_text(encoding="utf-8")
    return {_folded(row["heading"]): row["field"] for row in csv.DictReader(table.splitlines(), strict=True)}


def _folded(heading: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", heading).casefold().strip(" :*#"))


def draft(fields: Sequence[str], cells: Sequence[str], whole: Whole) -> Draft:
    """Make a draft of a row; Malformed names the `field` whose cell cannot be read."""
    if code := why_broken(list(cells)):
        raise Malformed(code, field="")
    at: dict[str, list[str]] = {}
    for name, cell in zip(fields, cells, strict=False):
        if name and cell:
            at.setdefault(name, []).append(_readable(cell))
    value = {name: texts[0] for name, texts in at.items()}
    language = value.get("name_language", whole.name_language)
    return Draft(
        kind=_kind(value.get("kind", ""), whole),
        source=whole.source,
        reference=value.get("reference", ""),
        names=tuple(_names(at, language)),
        numbers=tuple(_numbers(at)),
        birth=birth(value.get("birth", ""), COUNTRY_OF_LANGUAGE.get(language, "")),
        sex=_sex(value.get("sex", "")),
        nationality=_nationality(value.get("nationality", "")),
        birth_place=value.get("birth_place", ""),
        offence=value.get("offence", ""),
        text="\n".join(at.get("text", ())),
        handling=whole.handling,
    )


def _readable(cell: str) -> str:
    """Return a cell as it is shown and sent: Burmese typed for the Zawgyi font in Unicode order."""
    text = tidy(cell)
    return zawgyi.to_unicode(text) if zawgyi.is_zawgyi(text) else text


def _kind(cell: str, whole: Whole) -> str:
    return cell.casefold() if cell.casefold() in codes.load("record_kinds") else cell or whole.kind


def _names(at: Mapping[str, list[str]], language: str) -> Iterator[Name]:
    seen: set[str] = set()
    for name in ("name", "alias"):
        for text in (part for cell in at.get(name, ()) for part in SEVERAL.split(cell)):
            if text and text not in seen:
                yield Name(text=text, language=language, type="official" if not seen else "alias")
                seen.add(text)


def _numbers(at: Mapping[str, list[str]]) -> Iterator[Number]:
    for name in NUMBERS:
        for value in (part for cell in at.get(name, ()) for part in SEVERAL.split(cell)):
            if value and known_type(name):
                yield Number(type=name, value=value)


def birth(cell: str, country: str = "") -> str:
    """Return a date of birth as EDTF, however officers write it (`core.calendars.read`); the first of several.

    `country` says whose eras to expect. Malformed(…, field=`birth`): `date_impossible` for a day that the calendar
    has not, `date_unreadable` for what is no date.
    """
    first = SEVERAL.split(cell.strip())[0]
    if not first:
        return ""
    try:
        return calendars.read(first, country=country).edtf
    except Malformed as error:
        raise Malformed(told_of_date(error), field="birth") from error


def _sex(cell: str) -> str:
    return _SEX_OF.get(cell.casefold(), cell)


def _nationality(cell: str) -> str:
    """Return ISO 3166-1 alpha-2; a file that puts the name of a country there is refused row by row."""
    first = SEVERAL.split(cell)[0]
    return first.upper() if len(first) == 2 and first.isascii() else _COUNTRIES.get(first.casefold(), first)


_COUNTRIES = {
    word: code
    for code, words in {
        "VN": ("vietnam", "viet nam", "việt nam", "越南", "ຫວຽດນາມ", "เวียดนาม"),
        "LA": ("laos", "lao pdr", "lào", "老挝", "ລາວ", "ลาว"),
        "CN": ("china", "trung quốc", "中国", "ຈີນ", "จีน"),
        "KH": ("cambodia", "campuchia", "柬埔寨", "ກຳປູເຈຍ", "กัมพูชา", "កម្ពុជា"),
        "TH": ("thailand", "thái lan", "泰国", "ໄທ", "ไทย"),
        "MM": ("myanmar", "burma", "mi-an-ma", "缅甸", "ມຽນມາ", "เมียนมา", "မြန်မာ"),
    }.items()
    for word in words
}
