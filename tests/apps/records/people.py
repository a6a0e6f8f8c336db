"""Who plays in the tests of records: Linh on duty, Bằng her supervisor, Hà of protection, Mara who may see nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from lienlac.apps.accounts.models import User
from lienlac.apps.records import actions
from lienlac.apps.records.drafts import Draft, Name, Number
from lienlac.apps.records.models import Record

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
OFFICE = "vn-tra-linh"


def officer(
    username: str, role: str = "duty_officer", *, certified: bool = True, office: str = OFFICE
) -> User:
    return User.objects.create(
        username=username,
        full_name=username.title(),
        role=role,
        office=office,
        unit=f"unit of {username}",
        language="vi",
        certified_to=date(2027, 6, 30) if certified else None,
    )


def linh() -> User:
    return officer("linh")


def draft(name: str = "谭庆远", language: str = "zh-hans", *, kind: str = "wanted", **more: Any) -> Draft:
    numbers = tuple(Number(type=type_, value=value) for type_, value in more.pop("numbers", ()))
    aliases = tuple(Name(text=text, language=lang, type="alias") for text, lang in more.pop("aliases", ()))
    return Draft(
        kind=kind,
        source=more.pop("source", "通缉名单"),
        names=(*((Name(text=name, language=language),) if name else ()), *aliases),
        numbers=numbers,
        **more,
    )


def record(by: User, *args: Any, **more: Any) -> Record:
    return actions.enter(by, draft(*args, **more), now=NOW)
