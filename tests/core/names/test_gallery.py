from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.errors import Malformed
from lienlac.core.names import Gallery, Lineup, compare, keys

NAMES = [
    "Đàm Khánh Viễn",
    "Nguyễn Văn Hùng",
    "Nguyễn Văn Hưng",
    "谭庆远",
    "王小明",
    "Tan Qingyuan",
    "Xu Liang",
    "",
    "😀",
]


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return Gallery(NAMES)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("譚慶遠", "谭庆远"),
        ("Dam Khanh Vien", "Đàm Khánh Viễn"),
        ("Nguyễn Văn Hưng", "Nguyễn Văn Hưng"),
        ("Vương Tiểu Minh", "王小明"),
        ("Liang uX", "Xu Liang"),
        ("Nguyeenx Vawn Hungf", "Nguyễn Văn Hùng"),
    ],
)
def test_a_name_is_found_first(gallery: Gallery, query: str, first: str) -> None:
    assert gallery.search(query)[0].name == first


def test_one_query_finds_every_script(gallery: Gallery) -> None:
    assert {hit.name for hit in gallery.search("Đàm Khánh Viễn", limit=3)} == {
        "Đàm Khánh Viễn",
        "谭庆远",
        "Tan Qingyuan",
    }


def test_a_syllable_twice_in_a_name_does_not_hide_it() -> None:
    others = [f"Yu Rui{given}" for given in ("hua", "lan", "ming", "qing", "bing") for _ in range(60)]
    assert Gallery([*others, "Yu Ruiyu"]).search("余瑞玉")[0].name == "Yu Ruiyu"


@pytest.mark.parametrize(
    ("query", "names", "first"),
    [
        ("吴京", ["Wujing", "Wu Jing"], "Wu Jing"),  # a place in one word, a person in two
        ("ຫ້ວຍທອງ", ["Houay Thong", "Houaythong"], "Houaythong"),  # no space in its own letters
        ("ปากน้ำ", ["Paknam", "Pak Nam"], "Pak Nam"),  # Thai places are written word by word
        ("พะงัน", ["Pha Ngan", "Phangan"], "Phangan"),  # a short a ends no word
        ("สมชาย ใจดี", ["Som Chai Chai Di", "Somchai Chaidi"], "Somchai Chaidi"),  # a person
        ("Lâm Đình", ["林庭", "林廷", "林婷"], "林婷"),  # of today, where dictionaries know those of history
        ("华晨宇", ["Hua Chenu", "Hua Chenyu"], "Hua Chenyu"),  # chen yu before che nyu
        ("吕彩霞", ["Le Thai Ha", "Lü Caixia"], "Lü Caixia"),  # ü is no Vietnamese letter
        ("บ้านหมี่", ["Mueang Mi", "Ban Mi", "Mi"], "Ban Mi"),  # the same title before another
        ("ပါရမီ", ["Parami", "Pa Ra Mi"], "Pa Ra Mi"),  # each syllable of a Burmese name is a word
        ("ប៉ា តត់", ["Patat", "Pa Tat"], "Pa Tat"),
        ("គោកធំ", ["Kok Thum", "Kouk Thum"], "Kouk Thum"),  # the sign of its vowel
        ("ខំា កើត", ["Ka Keut", "Kham Keut"], "Kham Keut"),  # signs typed in another order
        ("ဦးသန့်", ["Ban Than", "U Thant"], "U Thant"),  # a person is no village
        ("ភូមិ អំពិល", ["Ampil Sangkat", "Ampil"], "Ampil"),  # another title is worse than none
        ("ဇော်ဦး", ["Zaw", "Zaw Oo"], "Zaw Oo"),  # Oo is a title before a name only
        ("ဒေါ်မြ", ["Mya Daw", "Daw Mya"], "Daw Mya"),
    ],
)
def test_between_two_spellings_the_likelier_comes_first(query: str, names: list[str], first: str) -> None:
    assert Gallery(names).search(query)[0].name == first


def test_names_without_an_index_are_ranked_as_with_one(gallery: Gallery) -> None:
    found = Lineup(NAMES).compared("Dam Khanh Vien")
    assert found == gallery.compared("Dam Khanh Vien", range(len(NAMES)))
    assert found[:3] == gallery.search("Dam Khanh Vien", limit=3)
    assert [(hit.at, hit.score) for hit in found[:3]] == gallery.scores("Dam Khanh Vien", limit=3)
    assert Lineup(["", "😀"]).compared("Dam Khanh Vien") == ()


def test_what_is_no_name_is_refused(gallery: Gallery) -> None:
    with pytest.raises(Malformed):
        gallery.search("123")


@pytest.mark.parametrize("odd", ["กรุงเทพ ฯ", "เด่น ๆ", "ຄຳ ໆ", "เ", "Nguyễn เ", "្ក"])
def test_a_word_without_a_syllable_hides_neither_its_own_name_nor_another(odd: str) -> None:
    gallery = Gallery([odd, "谭庆远"])
    assert gallery.search("谭庆远")[0].at == 1
    assert Lineup([odd, "谭庆远"]).compared("谭庆远")[0].at == 1
    assert gallery.search(odd)[0].at == 0


BRAHMIC = "".join(chr(at) for block in (0xE00, 0xE80, 0x1000, 0x1780) for at in range(block, block + 0x80))
texts = st.text(st.sampled_from(BRAHMIC + " aé谭1"), max_size=8) | st.text(max_size=12)


@settings(max_examples=60)
@given(texts, texts)
def test_no_record_keeps_a_list_from_being_searched(record: str, asked: str) -> None:
    gallery = Gallery([record, "谭庆远"])
    assert gallery.search("谭庆远")[0].name == "谭庆远"
    with suppress(Malformed):
        gallery.search(asked)


def test_a_common_name_has_more_namesakes_by_chance_than_a_rare_one() -> None:
    gallery = Gallery(["Nguyễn Văn An"] * 90 + ["Đàm Khánh Viễn"] * 10)
    common, rare = gallery.expected_namesakes("Nguyen Van An"), gallery.expected_namesakes("Dam Khanh Vien")
    assert common > 50 > 1 > rare * 2
    assert gallery.expected_namesakes("Nguyen Van An", size=1_000) == pytest.approx(common * 10)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đàm Khánh Viễn", "谭庆远"),
        ("Dam Khanh Vien", "譚慶遠"),
        ("Tan Qingyuan", "谭庆远"),
        ("Trương Phong Nghị", "Zhang Fengyi"),
        ("Viễn Đàm Khánh", "谭庆远"),
        ("ຄຳມະນີ ອິນທິລາດ", "Khammany Inthirath"),
        ("เมืองลพบุรี", "Mueang Lop Buri"),
        ("သိန်းဝင်း", "Thein Win"),
        ("黄志明", "Ng Chee Meng"),
        ("Mohamed Nazri bin Abdul Aziz", "Nazri Abdul Aziz"),
    ],
)
def test_names_that_agree_share_a_blocking_key(one: str, other: str) -> None:
    assert keys(one) & keys(other)


def test_names_that_have_nothing_in_common_share_no_key() -> None:
    assert not keys("Đàm Khánh Viễn") & keys("王小明")


def test_some_names_are_compared_and_no_others(gallery: Gallery) -> None:
    found = gallery.compared("Đàm Khánh Viễn", [3, 4, 1])
    assert found[0].at == 3
    assert {hit.at for hit in found} <= {1, 3, 4}
    assert gallery.compared("Đàm Khánh Viễn", [4, -1, 3, 3, 10**12, 1, len(gallery.names)]) == found


def test_hits_cost_what_a_comparison_costs(gallery: Gallery) -> None:
    for hit in gallery.search("Dam Khanh Vien"):
        assert compare("Dam Khanh Vien", hit.name).score == pytest.approx(hit.score, abs=2e-3)


SLIPS = [
    ("Zhong Hiu", "Zhong Hui"),  # two letters changed places: no pair of letters is left
    ("Ti Tong", "Yi Tong"),  # half of the word is wrong
    ("X Fan", "Xu Fan"),  # an initial, in the query
    ("Xu Fan", "X Fan"),  # and in the record
]


@pytest.fixture(scope="module")
def crowd() -> Gallery:
    """Names that share a word with those of SLIPS, and words that share pairs of letters with the other."""
    ends = [
        f"{vowel}{end}" for vowel in "aeiou" for end in ("", "n", "ng", "m", "k", "t", "i", "o", "l", "r")
    ]
    others = [f"{begin}{end}" for begin in ("Hi", "Kyi", "Yng", "Ti", "Be", "S") for end in ends]
    words = ("Zhong", "Yang", "Tong", "Fan", "Xu")
    return Gallery([f"{word} {other}" for word in words for other in others] + [name for _, name in SLIPS])


@pytest.mark.parametrize(("query", "name"), SLIPS)
def test_a_slip_in_a_short_word_does_not_hide_a_name(crowd: Gallery, query: str, name: str) -> None:
    assert name in [hit.name for hit in crowd.search(query, limit=200)]
