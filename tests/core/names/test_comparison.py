from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.errors import Malformed
from lienlac.core.names import CODES, TIERS, Comparison, Gallery, calibration, compare
from lienlac.core.names.comparison import POSSIBLE_MEAN, POSSIBLE_PROBABILITY

NAMES = [
    "Đàm Khánh Viễn",
    "谭庆远",
    "Dam Khanh Vien",
    "Tan Qingyuan",
    "Nguyễn Văn Hùng",
    "Nguyeenx Vawn Hungf",
    "ສີສະຫວາດ ແກ້ວບຸນມາ",
    "Sisavat Keobounma",
    "สุรี วงศ์สวัสดิ์",
    "សុភី",
    "သိန်းစိန်",
    "Joseph Lee Kok-long",
    "U Thein Maung",
    "Nguyễn 文英",
]
names = st.sampled_from(NAMES)
MINIMAL_PAIRS = [
    ("ສີ", "ສຸ"),
    ("Hùng", "Hưng"),
    ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng"),
    ("สุรี", "สิริ"),
    ("សុភី", "សុភុ"),
]


def compared(a: str, b: str) -> Comparison | str:
    try:
        return compare(a, b)
    except Malformed as refused:
        return refused.code


def test_a_vietnamese_name_finds_its_characters_syllable_by_syllable() -> None:
    found = compare("Đàm Khánh Viễn", "谭庆远")
    assert found.tier == "likely"
    read = [(r.facts["written"], r.facts["reading"]) for r in found.reasons if r.code == "reading"]
    assert read == [("谭", "đàm"), ("庆", "khánh"), ("远", "viễn")]


@pytest.mark.parametrize(("one", "other"), MINIMAL_PAIRS)
def test_minimal_pairs_are_never_the_same(one: str, other: str) -> None:
    assert compare(one, other).tier not in {"same", "likely"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà", "Hòa"), ("Lý Thuỵ", "Lí Thụy"), ("譚慶遠", "谭庆远"), ("Ｎｇｕｙễn An", "nguyễn an")],
)
def test_two_ways_to_write_a_name_are_the_same(one: str, other: str) -> None:
    assert compare(one, other).tier == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dam Khanh Vien", "谭庆远"),
        ("谭庆远", "Tan Qingyuan"),
        ("Trương Phong Nghị", "Zhang Fengyi"),
        ("Nguyeenx Vawn Hungf", "Nguyễn Văn Hùng"),
        ("武安", "Võ Yên"),
        ("Khánh Viễn Đàm", "谭庆远"),
    ],
)
def test_a_name_known_in_another_form_is_likely(one: str, other: str) -> None:
    assert compare(one, other).tier == "likely"


def test_accents_that_contradict_are_said() -> None:
    codes = {reason.code for reason in compare("Nguyễn Văn Hùng", "Nguyễn Văn Hưng").against}
    assert codes == {"same_letters_other_accents"}


@pytest.mark.parametrize(
    ("toned", "other", "tier"),
    [
        ("Tán Qìngyuǎn", "谭庆远", "likely"),  # Tán and Hà alone are Vietnamese words too
        ("Hè Qìngyuǎn", "贺庆远", "likely"),
        ("Wáng Hóng", "王红", "likely"),
        ("Wáng Hóng", "Wang Hong", "likely"),
        ("Tán Qìngyuǎn", "Tàn Qìngyuán", "likely"),  # two tones, never the same
        ("Tán Qìngyuǎn", "TÁN QÌNGYUǍN", "same"),
        ("Hà Lan", "何兰", "likely"),  # Vietnamese, for nothing says pinyin
    ],
)
def test_pinyin_with_tones_is_pinyin(toned: str, other: str, tier: str) -> None:
    assert compare(toned, other).tier == compare(other, toned).tier == tier


@given(names)
def test_the_same_name_is_always_the_same(name: str) -> None:
    found = compare(name, name)
    assert (found.tier, found.score) == ("same", 1.0)


@given(names, names)
def test_comparison_is_symmetric(one: str, other: str) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.tier, there.score, there.view) == (back.tier, back.score, back.view)


@given(names, names, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_unicode_form_does_not_matter(one: str, other: str, form: str) -> None:
    assert compare(one, other) == compare(unicodedata.normalize(form, one), other)  # type: ignore[arg-type]


@given(names, names)
def test_another_order_never_moves_the_tier_by_two(one: str, other: str) -> None:
    swapped = " ".join(reversed(one.split()))
    steps = TIERS.index(compare(one, other).tier) - TIERS.index(compare(swapped, other).tier)
    assert abs(steps) < 2


@pytest.mark.parametrize(
    ("titled", "other"),
    [
        ("MR TAN QINGYUAN", "谭庆远"),
        ("ນາງ ສຸລິຍາ", "Souliya"),
        ("นาย สุรี วงศ์สวัสดิ์", "Suri Wongsawat"),
        ("ឧកញ៉ា ចាន់ សុភី", "Chan Sophy"),
        ("Dr Nguyễn An", "Nguyễn An"),
    ],
)
def test_a_title_at_the_other_end_as_tickets_have_it_is_a_title_too(titled: str, other: str) -> None:
    title, *words = titled.split()
    assert compare(" ".join([*words, title]), other).tier == compare(titled, other).tier == "likely"
    assert TIERS.index(compare(" ".join([*words[::-1], title]), other).tier) < 3


@given(names, names)
def test_every_reason_is_in_the_table_with_its_facts(one: str, other: str) -> None:
    found = compare(one, other)
    for reason, side in [(r, "for") for r in found.reasons] + [(r, "against") for r in found.against]:
        assert CODES[reason.code] == (side, tuple(reason.facts))


@settings(max_examples=300)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_makes_it_raise_anything_but_a_named_refusal(one: str, other: str) -> None:
    there, back = compared(one, other), compared(other, one)
    if isinstance(there, Comparison) and isinstance(back, Comparison):
        assert there.tier in TIERS
        assert 0.0 <= there.score <= 1.0
        assert there.score == pytest.approx(back.score)
        assert there.tier == back.tier
    assert isinstance(there, str) == isinstance(back, str)


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_any_text_that_is_a_name_is_the_same_as_itself(name: str) -> None:
    found = compared(name, name)
    assert isinstance(found, str) or found.tier == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ຄຳມະນີ ອິນທິລາດ", "Khammany Inthirath"),
        ("ໄຊບູລີ", "Xaybouly"),
        ("สุวรรณ ใจดี", "Suwan Chaidi"),
        ("เมืองลพบุรี", "Mueang Lop Buri"),
        ("ត្រពាំងក្រសាំង", "Trapeang Krasang"),
        ("သိန်းဝင်း", "Thein Win"),
        ("အောင်နိုင်", "Aung Naing"),
    ],
)
def test_a_name_is_known_by_its_sound(one: str, other: str) -> None:
    found = compare(one, other)
    assert (found.tier, found.view) == ("likely", "sound")
    assert {reason.code for reason in found.reasons} == {"sounds_alike"}


@pytest.mark.parametrize(("one", "other"), [("ສີ", "Su"), ("ສຸ", "Si"), ("สิริ", "Suri"), ("សុភី", "Sophu")])
def test_a_dependent_vowel_is_heard(one: str, other: str) -> None:
    right = compare(one, {"ສີ": "Si", "ສຸ": "Su", "สิริ": "Siri", "សុភី": "Sophi"}[one])
    assert right.score > compare(one, other).score


def test_a_name_in_two_scripts_compares_with_characters() -> None:
    assert compare("谭庆远", "Tan 庆远").score == compare("Tan 庆远", "谭庆远").score > 0


@pytest.mark.parametrize(
    ("han", "abroad"),
    [
        ("陈弼森", "Tan Piak Sim"),  # Hokkien and Teochew: Singapore, Malaysia, Thailand
        ("黄奕拔", "Ooi Ek Puat"),
        ("吴奕聪", "Go Ek Tjong"),  # as the Dutch spelled in Indonesia
        ("周晴", "Chao Cheng"),  # as Macau spells Cantonese
        ("赵业勤", "Chio Ip Kan"),
    ],
)
def test_a_given_name_is_read_in_the_dialect_of_the_family(han: str, abroad: str) -> None:
    assert compare(han, abroad).tier == "likely"


@pytest.mark.parametrize(
    ("han", "abroad"), [("陈弼森", "Tan Boon Sim"), ("林循达", "Lim Seng Tatt"), ("黄奕拔", "Ooi Ek Boon")]
)
def test_another_character_is_no_dialect_reading(han: str, abroad: str) -> None:
    assert compare(han, abroad).tier not in ("same", "likely")


@pytest.mark.parametrize(
    ("one", "other"), [("吴天", "Ngô Thiện"), ("林云", "Lâm Văn"), ("陈光", "Trần Quảng")]
)
def test_vietnamese_accents_are_no_overseas_spelling(one: str, other: str) -> None:
    assert compare(one, other).tier != "likely"


def test_a_western_given_name_may_stand_beside_a_chinese_one() -> None:
    western, other = compare("陈康南", "George Chan Hong Nam"), compare("陈康南", "Rahim Chan Hong Nam")
    assert western.score > other.score
    assert western.score > compare("陈康南", "Tran Hong Nam").score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oleg Ivanovich Maradin", "Oleg Viktorovich Maradin"),
        ("Bank of Estonia", "Bank of Ethiopia"),
        ("Tarek Salim Al-Harbi", "Tarek Salim Al-Ghamdi"),  # a third of the letters in a row, at most
        ("Linde, Marco G.", "Marco H Linde"),
        (
            "Atiq Abdul Morand",
            "Atiq Wali Morand",
        ),  # the one may be left out; beside another word it is none left out
        ("Tarek Anwar Salim Mohamed", "Tarek Anwar Salim Ahmed"),
        ("Salim Hanif Abdurrahim", "Salim Hanif Abdurrahman"),
        ("M. L.", "Marco Linde"),
    ],
)
def test_a_word_against_another_makes_two_names(one: str, other: str) -> None:
    assert compare(one, other).tier == compare(other, one).tier == "different"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oleg Maradin", "Олег Викторович Марадин"),
        ("Crystalord Limited", "CRYSTALORD LTD"),
        ("President Tarek Morand", "Tareck Morand"),
        ("Mohd Tarek Morand", "Tarek bin Morand"),
        ("Tarek Mo Morand", "Tarek Mohamed Morand"),
        ("Nguye nThi Mai Lan", "Nguyen Thi Mai Lan"),
        ("M. Linde", "Marco Linde"),
    ],
)
def test_what_is_left_out_at_will_leaves_one_name_possible(one: str, other: str) -> None:
    assert compare(one, other).tier in ("possible", "likely")


@pytest.mark.parametrize(
    ("one", "other"), [("ប៉ាន់ វរស័ក្តិ", "Pan Vorasak"), ("หนูแดง แบล็กวูด", "Nudaeng Blackwood")]
)
def test_what_costs_much_by_sound_is_possible_while_it_is_probable(one: str, other: str) -> None:
    found = compare(one, other)
    assert found.mean > POSSIBLE_MEAN
    assert found.probability >= POSSIBLE_PROBABILITY
    assert found.tier == "possible"


@pytest.mark.parametrize(
    "kind", ["latin", "sound:khmer", "sound:lao", "sound:myanmar", "sound:thai", "vietnamese"]
)
@pytest.mark.parametrize("worst", [0.0, 3.0, 9.0])
def test_nothing_is_so_probable_beyond_the_furthest_cost(kind: str, worst: float) -> None:
    beyond = calibration.furthest(POSSIBLE_PROBABILITY) + 0.01
    assert calibration.probability(kind, beyond, worst) < POSSIBLE_PROBABILITY


@pytest.mark.parametrize(
    ("parted", "together"),
    [
        ("စိန် ဝင်း", "စိန်ဝင်း"),
        ("အောင် ကျော် မိုး", "အောင်ကျော်မိုး"),
        ("ສົມພອນ ແກ້ວ", "ສົມພອນແກ້ວ"),
        ("សុខ ចាន់", "សុខចាន់"),
        ("นาย ฉาย แก้ว", "ฉายแก้ว"),
    ],
)
def test_a_name_is_known_with_spaces_and_without(parted: str, together: str) -> None:
    found = compare(parted, together)
    assert found.tier == "likely"
    assert "joined_differently" in [reason.code for reason in found.reasons]
    assert [hit.name for hit in Gallery(["ກ", together, "ข"]).search(parted, 1)] == [together]


def test_a_space_makes_no_other_name_likely() -> None:
    assert compare("ฟ้า ใส", "ฟ้าใจ").tier == "possible"
    assert compare("စိန် ဝင်း", "စိန်လင်း").tier != "likely"
