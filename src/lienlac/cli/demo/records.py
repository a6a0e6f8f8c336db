"""What Jingxi holds in the demo: one person who is asked about, his namesake, and others. Everybody is invented."""

from __future__ import annotations

from datetime import datetime

from lienlac.cli.demo.cast import Player

NODE, OFFICER = "cn-jingxi", "qin"
SOURCE = "演练通缉名单"  # a list for training
PERSONS = (
    # kind, name, alias, birth, sex, place of birth, passport, reference
    ("wanted", "谭庆远", "阿远", "1987-03-12", "male", "靖西", "E88001234", "TQ-2025-017"),
    ("wanted", "谭庆远", "", "1962", "male", "南宁", "", "TQ-2019-204"),
    ("wanted", "陆建国", "", "1979-08-30", "male", "百色", "E88005678", "TQ-2024-311"),
    ("wanted", "黄德昌", "昌哥", "1984", "male", "崇左", "", "TQ-2024-402"),
    ("missing", "农秀英", "", "2004-05-17", "female", "靖西", "", "SZ-2026-008"),
    ("missing", "李金花", "", "1999", "female", "那坡", "E88009012", "SZ-2026-011"),
)
THINGS = (
    # kind, type of number, number, reference
    ("vehicle", "plate", "桂L·7K321", "CL-2026-031"),
    ("document", "passport_ordinary", "E88777001", "ZJ-2026-002"),
    ("phone", "phone", "+86 138 0000 4321", "DH-2026-019"),
    ("wallet", "wallet", "TDemo7xQmW3kZs9LrPa5uYb1Vn8cEf2Gh", "QB-2026-003"),
)


def fill(player: Player, now: datetime) -> None:
    """Enter the records of the demo, if this is the node that has them; its officer is there already."""
    if player.code != NODE:
        return
    from lienlac.apps.accounts.queries import find
    from lienlac.apps.records import actions
    from lienlac.apps.records.drafts import Draft, Name, Number

    officer = find(OFFICER)
    assert officer is not None  # of the cast
    for kind, name, alias, birth, sex, place, passport, reference in PERSONS:
        texts = [Name(text=name, language="zh-hans")]
        texts += [Name(text=alias, language="zh-hans", type="alias")] if alias else []
        draft = Draft(
            kind=kind,
            source=SOURCE,
            reference=reference,
            names=tuple(texts),
            numbers=(Number(type="passport_ordinary", value=passport, country="CN"),) if passport else (),
            birth=birth,
            sex=sex,
            nationality="CN",
            birth_place=place,
        )
        actions.enter(officer, draft, now=now)
    for kind, type_, value, reference in THINGS:
        numbers = (Number(type=type_, value=value, country="CN"),)
        actions.enter(officer, Draft(kind=kind, source=SOURCE, reference=reference, numbers=numbers), now=now)
