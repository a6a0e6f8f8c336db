"""Who plays in the demo. Offices are real places of the region; every person is invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from lienlac.core.competence import Desk

PASSWORD = "border-post-demo-2026"  # noqa: S105  (printed on the screen; training nodes only)


@dataclass(frozen=True, kw_only=True)
class Person:
    """An officer who may sign in."""

    username: str
    full_name: str
    role: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Player:
    """A node of the demo with its one office."""

    code: str
    subdomain: str
    country: str
    kind: str
    time_zone: str
    languages: tuple[str, ...]
    names: dict[str, str]
    phone: str
    people: tuple[Person, ...]
    places: dict[str, str] = field(default_factory=dict)
    aliases: tuple[tuple[str, str], ...] = ()
    desks: tuple[Desk, ...] = ()


_DRUGS = {"vi": "Ma túy", "zh-hans": "禁毒", "lo": "ຢາເສບຕິດ", "en": "Drugs"}
_PEOPLE = {
    "vi": "Mua bán người, mất tích",
    "zh-hans": "打拐与失踪人员",
    "lo": "ຄ້າມະນຸດ ແລະ ຜູ້ສູນຫາຍ",
    "en": "Trafficking, missing persons",
}
DUTY = {"vi": "Trực ban", "zh-hans": "值班室", "lo": "ປະຈຳການ", "en": "Duty desk"}
DESKS = (
    Desk(code="duty", competences=frozenset({"general"}), names=DUTY),
    Desk(code="drugs", competences=frozenset({"drugs"}), names=_DRUGS),
    Desk(code="people", competences=frozenset({"trafficking", "missing"}), names=_PEOPLE),
)

# Country XR (a code that ISO 3166-1 leaves to its users): an office that belongs to no state.
PLAYERS: tuple[Player, ...] = (
    Player(
        code="vn-tra-linh",
        subdomain="tralinh",
        country="VN",
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi", "en"),
        names={
            "vi": "Văn phòng liên lạc Trà Lĩnh",
            "zh-hans": "茶岭边境联络官办公室",
            "lo": "ຫ້ອງການປະສານງານຊາຍແດນ ຈ່າລິງ",
            "en": "Trà Lĩnh liaison office",
        },
        phone="+84 206 000 0001",
        places={"vi": "Trà Lĩnh", "zh-hans": "茶岭", "lo": "ຈ່າລິງ", "en": "Trà Lĩnh"},
        aliases=(("vi", "Đồn cửa khẩu Trà Lĩnh"), ("zh-hans", "茶灵")),
        desks=DESKS,
        people=(
            Person(username="linh", full_name="Nông Thùy Linh", role="duty_officer", language="vi"),
            Person(username="bang", full_name="Hoàng Hải Bằng", role="supervisor", language="vi"),
            Person(username="sen", full_name="Lục Thị Sen", role="leader", language="vi"),
            Person(username="khue", full_name="Đặng Minh Khuê", role="administrator", language="vi"),
            Person(username="thao", full_name="Phùng Đức Thảo", role="inspector", language="vi"),
        ),
    ),
    Player(
        code="cn-jingxi",
        subdomain="jingxi",
        country="CN",
        kind="liaison_office",
        time_zone="Asia/Shanghai",
        languages=("zh-hans", "en"),
        names={
            "zh-hans": "靖西边境联络官办公室",
            "vi": "Văn phòng liên lạc Tịnh Tây",
            "lo": "ຫ້ອງການປະສານງານຊາຍແດນ ຈິງຊີ",
            "en": "Jingxi liaison office",
        },
        phone="+86 776 000 0002",
        places={"zh-hans": "靖西", "vi": "Tịnh Tây", "lo": "ຈິງຊີ", "en": "Jingxi"},
        aliases=(("en", "Longbang"), ("zh-hans", "龙邦"), ("vi", "Long Bang")),
        desks=DESKS,
        people=(
            Person(username="qin", full_name="覃远川", role="duty_officer", language="zh-hans"),
            Person(username="wei", full_name="韦明霞", role="supervisor", language="zh-hans"),
            Person(username="rong", full_name="蓝荣生", role="administrator", language="zh-hans"),
        ),
    ),
    Player(
        code="xr-lmlecc",
        subdomain="centre",
        country="XR",
        kind="regional_centre",
        time_zone="Asia/Shanghai",
        languages=("en", "zh-hans"),
        names={
            "en": "Lancang-Mekong Integrated Law Enforcement and Security Cooperation Center",
            "zh-hans": "澜沧江—湄公河综合执法安全合作中心",
            "vi": "Trung tâm Hợp tác an ninh và thực thi pháp luật Mekong - Lan Thương",
            "lo": "ສູນຮ່ວມມືບັງຄັບໃຊ້ກົດໝາຍ ແລະ ຄວາມໝັ້ນຄົງ ລ້ານຊ້າງ-ແມ່ນ້ຳຂອງ",
        },
        phone="+86 871 000 0003",
        people=(Person(username="noy", full_name="Noy Vilaythong", role="duty_officer", language="en"),),
    ),
)
