"""Names as national standards and library catalogues romanise them."""

from __future__ import annotations

import pytest

from lienlac.core.names import Gallery, compare, keys, readings
from lienlac.core.names.romanised import burmese

BURMESE = [
    ("wang:", "ဝင်း"),
    ("cin wang:", "စိန်ဝင်း"),
    ("cang wang:", "စင် ဝင်း"),
    ("rai: mrang.", "ရဲမြင့်"),
    ("Aung Krī:", "အောင်ကြီး"),
    ("aung hcan:", "အောင်ဆန်း"),
    ("hkyui", "ချို"),
    ("san: hrwe", "သန်းရွှေ"),
    ("hkang nywan.", "ခင်ညွန့်"),
    ("U: Nu.", "ဦးနု"),
    ("Caṅʻ Vaṅʻʺ", "စင်ဝင်း"),
    ("Ūʺ Nu", "ဦးနု"),
    ("ʼOṅʻ Chanʻʺ", "အောင်ဆန်း"),
    ("'On‘ Chan‘\"", "အောန်ဆန်း"),  # signs as people type them
    ("Sanʻʺ Rhve", "သန်းရွှေ"),
    ("Khaṅʻ Ññvanʻʹ", "ခင်ညွန့်"),
]


@pytest.mark.parametrize(("latin", "written"), BURMESE)
def test_a_standard_that_spells_burmese_letter_by_letter_is_read_back(latin: str, written: str) -> None:
    assert compare(latin, written).tier == compare(written, latin).tier == "likely"
    assert keys(latin) & keys(written)


@pytest.mark.parametrize(("latin", "written"), BURMESE)
def test_such_a_name_finds_the_burmese_one_and_is_found_by_it(latin: str, written: str) -> None:
    bare = written.replace(" ", "")
    others = [other for _, other in BURMESE if other.replace(" ", "") != bare] + ["Win Naing", "Cin Wan"]
    assert Gallery([*others, written]).search(latin)[0].name == written
    assert Gallery(["Win Naing", latin, "Hla Tun", "Aye Aye"]).search(written)[0].name == latin


@pytest.mark.parametrize(
    "name",
    [
        "Dr. Tin Win",
        "Ma. Theresa",
        "J. Tan",
        "O'Brien",
        "Win",
        "Htun Aung",
        "Nguyễn: An",
        "Hkun Sa",
        "Smith Jr.",
    ],
)
def test_other_names_are_in_no_such_standard(name: str) -> None:
    assert burmese(name.lower()) == ()


def test_the_readings_of_such_a_name_show_its_letters() -> None:
    shown = {reading.view: reading.text for reading in readings("htwan: hla.")}
    assert shown["burmese"] == "ထွန်းလှ"
    assert shown["sound"]


@pytest.mark.parametrize(
    ("latin", "written"),
    [
        ("Surī Wongsawat", "สุรี วงศ์สวัสดิ์"),
        ("Čhaidī Sombūn", "ใจดี สมบูรณ์"),
        ("Phetchaburī", "เพชรบุรี"),
        ("Dư̄an", "เดือน"),
        ("Chư̄n", "ชื่น"),
        ("Sư̄a", "เสือ"),
        ("Kǣo", "แก้ว"),
        ("Bāngkō̜k Yai", "บางกอกใหญ่"),
        ("Lœ̄t", "เลิศ"),
        ("Sīsawāt", "ສີສະຫວາດ"),
        ("Kǣobunmā", "ແກ້ວບຸນມາ"),
        ("Vīangchan", "ວຽງຈັນ"),
        ("Mư̄ang Sing", "ເມືອງສິງ"),
        ("Kâmpóng Cham", "កំពង់ចាម"),
        ("Stœ̆ng", "ស្ទឹង"),
        ("Bătdâmbâng", "បាត់ដំបង"),
        ("Siĕm Réab", "សៀមរាប"),
        ("Krâchéh", "ក្រចេះ"),
        ("Chănʹ Sŏphi", "ចាន់ សុភី"),
        ("Kyaukpyu", "ကျောက်ဖြူ"),
    ],
)
def test_marks_of_standards_that_follow_the_ear_do_not_hide_a_name(latin: str, written: str) -> None:
    assert compare(latin, written).tier == "likely"


def test_a_vietnamese_letter_is_no_mark_of_a_catalogue() -> None:
    assert compare("Trương Hưng", "Truong Hung").tier == "likely"
    assert compare("Trưong Hưng", "Truong Hung").tier == "likely"
