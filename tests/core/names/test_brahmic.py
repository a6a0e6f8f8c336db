from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.names import brahmic, compare, scripts


def spoken(word: str, script: str) -> str:
    return "-".join(one.sound for one in brahmic.syllables(word, script))


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("โคกสลุง", "Kok-sa-luN"),
        ("เทพสถิต", "Tep-sa-Tit"),
        ("โพนสวรรค์", "Pon-sa-wan"),
        ("วัดอรุณ", "wat-a-run"),
        ("หนองอ้อ", "nON-O"),
        ("สาคร", "sa-Kon"),
        ("พนม", "Pa-nom"),
        ("กรม", "krom"),
        ("ยิ่งลักษณ์", "yiN-lak"),
        ("แก้ว", "kEw"),
        ("แกว่ง", "kwEN"),
        ("สุดารัตน์", "su-da-rat"),
    ],
)
def test_a_thai_consonant_ends_a_syllable_begins_one_or_is_one(word: str, sounds: str) -> None:
    assert spoken(word, scripts.THAI) == sounds


@pytest.mark.parametrize(("word", "sounds"), [("แสวงหา", "sawEN-ha"), ("เขมร", "Kamen"), ("เจริญ", "car@n")])
def test_a_thai_vowel_is_spoken_after_the_second_of_two_consonants(word: str, sounds: str) -> None:
    assert spoken(word, scripts.THAI) == sounds


def test_a_thai_tone_tells_that_no_stop_ends_the_syllable() -> None:
    assert spoken("ท่าพยา", scripts.THAI) == "Ta-Pa-ya"
    assert spoken("ทาพยา", scripts.THAI) == "Tap-ya"


def test_a_thai_word_is_respelled_unless_a_vowel_makes_another_of_it() -> None:
    assert spoken("จักรพันธ์", scripts.THAI) == "cak-Pan"
    assert spoken("จักราช", scripts.THAI) == "cak-rat"


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("លាប់", "loab"),  # bantak: short
        ("មាក់", "meak"),  # but not before a velar
        ("ប៉ៃលិន", "pay-lin"),  # ba under muusikatoan is pa
        ("ប្រាសាទ", "pra-sat"),  # and before a letter below
        ("មិត្រ", "mit"),  # a stack at the end: its first letter alone
        ("កាចក់", "ka-cak"),
        ("វត្ដស្វាយ", "wot-sway"),
        ("ពោធិកណ្តាល", "po-Ti-kan-tal"),
    ],
)
def test_khmer_finals_and_short_vowels(word: str, sounds: str) -> None:
    assert spoken(word, scripts.KHMER) == sounds


def test_lao_so_tam_and_so_sung_are_told_apart() -> None:
    assert spoken("ຊອນ", scripts.LAO) == "SOn"
    assert spoken("ສອນ", scripts.LAO) == "sOn"


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("ແກ້ວ", "kEw"),
        ("ບຸນແກ້ວ", "bun-kEw"),
        ("ແຫ້ງ", "hEN"),
        ("ຫ້ວຍ", "huay"),
        ("ສີກ້ວຍ", "si-kuay"),
        ("ແກວ່ງ", "kwEN"),
        ("ກວ້າງ", "kwaN"),
        ("ແຂວງ", "KwEN"),
        ("ແຫວນ", "wEn"),
        ("ຫງ້າ", "Na"),
        ("ເຫຼົ້າ", "law"),
    ],
)
def test_a_lao_tone_says_which_letter_begins_a_syllable_alone(word: str, sounds: str) -> None:
    assert spoken(word, scripts.LAO) == sounds


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("ສມພອນ", "som-POn"),
        ("ວຽງຈນ", "wiaN-con"),
        ("ອນງ", "a-noN"),
        ("ມານພ", "ma-nop"),
        ("ພຣ", "POn"),
        ("ນຄອນ", "na-KOn"),
        ("ບລິບູນ", "bO-li-bun"),
        ("ຈັນທ໌", "can"),
        ("ສັກດິ໌", "sak"),
        ("ພຣະຍາ", "Pa-Ja"),
    ],
)
def test_lao_in_old_spelling_is_read(word: str, sounds: str) -> None:
    assert spoken(word, scripts.LAO) == sounds


@pytest.mark.parametrize(
    ("script", "low", "high"),
    [(scripts.LAO, 0xE81, 0xEDF), (scripts.THAI, 0xE01, 0xE5B), (scripts.KHMER, 0x1780, 0x17DD)],
)
def test_no_text_makes_it_raise(script: str, low: int, high: int) -> None:
    @given(st.text(alphabet=st.characters(min_codepoint=low, max_codepoint=high), max_size=12))
    def read(text: str) -> None:
        assert all(one.written for one in brahmic.syllables(text, script))

    read()


@pytest.mark.parametrize(
    ("thai", "passport"),
    [
        ("สมชาย ใจดี", "Somchai Jaidee"),
        ("สุรี", "Suree"),
        ("วิชัย ศรีสุข", "Vichai Srisook"),
        ("บุญมี แก้วใส", "Boonmee Kaewsai"),
        ("สุดารัตน์", "Sudarat"),
    ],
)
def test_a_thai_name_is_known_as_clerks_write_it(thai: str, passport: str) -> None:
    assert compare(thai, passport).tier == "likely"


@pytest.mark.parametrize(("thai", "other"), [("สุรี", "Siri"), ("สมชาย", "Somchit"), ("บุญมี", "Boonma")])
def test_habits_make_no_other_name_of_it(thai: str, other: str) -> None:
    assert compare(thai, other).tier == "different"


@pytest.mark.parametrize(
    ("khmer", "passport"),
    [
        ("ចាន់ បុប្ផា", "Chan Bopha"),
        ("ចាន់ បុប្ផា", "Chan Boppha"),
        ("ហោ វិជ្ជា", "Hor Vichea"),
        ("ហ៊ុន រិទ្ធី", "Hun Rithy"),
        ("ណុប សុធា", "Nop Sothea"),
        ("សុភី", "Sophy"),
    ],
)
def test_a_khmer_name_is_known_as_clerks_write_it(khmer: str, passport: str) -> None:
    assert compare(khmer, passport).tier == "likely"


@pytest.mark.parametrize(
    ("khmer", "other"), [("ចាន់", "Chin"), ("គឹម", "Kam"), ("វិជ្ជា", "Vicheth"), ("ហ៊ុន", "Hean")]
)
def test_habits_make_no_other_khmer_name_of_it(khmer: str, other: str) -> None:
    assert compare(khmer, other).tier == "different"


@pytest.mark.parametrize(
    ("burmese", "passport"),
    [
        ("ခိုင်မာဝင်း", "Khine Mar Winn"),
        ("မြတ်သူရ", "Myat Thura"),
        ("သီတာဇော်", "Thidar Zaw"),
        ("ဖုန်းနိုင်", "Phone Nine"),
        ("ဘုန်းမြင့်", "Phone Myint"),
        ("စွမ်းထက်အောင်", "Swan Htet Aung"),
        ("လွှမ်းမိုး", "Hlwan Moe"),
        ("ဘုန်းလျှံ", "Bhone Shan"),
        ("သန်လျှင်", "Thanlyin"),
        ("လွိုင်စိုင်း", "Loi Sai"),
    ],
)
def test_a_burmese_name_is_known_as_its_bearers_write_it(burmese: str, passport: str) -> None:
    assert compare(burmese, passport).tier == "likely"


@pytest.mark.parametrize(
    ("burmese", "other"),
    [("ခိုင်မာ", "Khin Mar"), ("သန်းစိန်", "Thein San"), ("စုစု", "Soe Soe"), ("ထွန်းလွန်း", "Htun Lin")],
)
def test_habits_make_no_other_burmese_name_of_it(burmese: str, other: str) -> None:
    assert compare(burmese, other).tier == "different"


@pytest.mark.parametrize(
    ("lao", "passport"),
    [
        ("ບຸນມີ ສຸວັນ", "Bunmee Suvan"),
        ("ສຸກສະຫວັນ", "Souksawan"),
        ("ຄຳແກ້ວ", "Khamkeo"),
        ("ສົມສັກ", "Somsack"),
        ("ໄຊຍະວົງ", "Xayavong"),
        ("ໄຊຍະວົງ", "Saiyavong"),
        ("ບຸບຜາ ສຸດທິ", "Boupha Southi"),
        ("ສີປະດິດ", "Sipradith"),
    ],
)
def test_a_lao_name_is_known_as_clerks_write_it(lao: str, passport: str) -> None:
    assert compare(lao, passport).tier == "likely"


@pytest.mark.parametrize(
    ("lao", "other"), [("ສົມພອນ", "Somphan"), ("ບຸນມີ", "Bounma"), ("ຄຳດີ", "Khamda"), ("ບຸບຜາ", "Bouta")]
)
def test_habits_make_no_other_lao_name_of_it(lao: str, other: str) -> None:
    assert compare(lao, other).tier not in ("same", "likely")


@pytest.mark.parametrize(("khmer", "other"), [("សុភី", "Sopha"), ("សុភី", "Siphy"), ("សុភី", "Sophea")])
def test_a_khmer_name_with_another_vowel_is_never_likely(khmer: str, other: str) -> None:
    assert compare(khmer, other).tier not in ("same", "likely")
