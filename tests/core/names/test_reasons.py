"""What is said of two names is true of them, and shows their parts as people wrote them."""

import pytest

from lienlac.core.names import compare, quoted


def told(one: str, other: str) -> list[tuple[str, dict[str, str | int | float]]]:
    found = compare(one, other)
    return [(reason.code, quoted(reason.facts, one, other)) for reason in (*found.reasons, *found.against)]


def test_a_reading_that_the_other_name_has_not_speaks_for_nothing():
    found = compare("Lê Văn Tám", "黎文八")
    assert "八" not in {reason.facts.get("written") for reason in found.reasons}
    assert told("Lê Văn Tám", "黎文八")[-1] == (
        "reading_apart",
        {"written": "八", "reading": "Bát", "other": "Tám"},
    )


def test_a_name_that_is_read_as_another_is_not_called_the_same():
    assert "same_name" not in dict(told("Phạm Lan", "Fan Lan"))
    assert "same_name" in dict(told("Lý Thị Hoà", "Lí Thị Hòa"))
    assert "same_name" in dict(told("譚慶遠", "谭庆远"))


def test_a_word_as_it_was_written_is_no_reading():
    assert all(facts.get("table") != "foreign" for _, facts in told("Do Muoi", "杜梅"))


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("U AUNG Mya Than", "အောင်မြသန်း", ["AUNG", "Mya", "Than"]),
        ("Đàm Khánh Viễn", "譚慶遠", ["Đàm", "Khánh", "Viễn"]),
        ("Abdul Rahim", "阿都拉欣", ["Ab", "dul", "Ra", "him"]),
    ],
)
def test_parts_stand_as_they_were_written(one, other, parts):
    said = [facts for _, facts in told(one, other) if "title" not in facts]
    assert [facts.get("left", facts.get("reading")) for facts in said] == parts


def test_a_character_is_shown_as_the_record_has_it():
    assert [facts["written"] for _, facts in told("Đàm Khánh Viễn", "譚慶遠")] == ["譚", "慶", "遠"]


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("Khamkeo", "ຄຳແກ້ວ", ["ຄຳ", "ແກ້ວ"]),
        ("Bo Keo", "ບໍ່ແກ້ວ", ["ບໍ່", "ແກ້ວ"]),
        ("Kaewta", "แก้วตา", ["แก้ว", "ตา"]),
    ],
)
def test_a_part_keeps_its_tone_without_which_it_is_another_word(one, other, parts):
    assert [facts["right"] for _, facts in told(one, other)] == parts


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("Sisawat", "ศรีสวัสดิ์", ["ศรี", "ส", "วัส"]),  # spoken สี
        ("Phumchit", "ภูมิจิตร", ["ภูมิ", "จิตร"]),  # spoken พูม, จิด
        ("Dmitri", "Дмитрий", ["Дмитрий"]),
    ],
)
def test_a_part_is_spelled_as_in_the_name_however_it_was_read(one, other, parts):
    assert [facts["right"] for _, facts in told(one, other)] == parts


@pytest.mark.parametrize(("one", "other"), [("Wang Hong", "Wáng Hóng"), ("Dmitriy Ivan", "Дмитрий Иван")])
def test_words_that_only_plain_letters_make_the_same_are_not_said_to_be_the_same(one, other):
    parts = zip(one.split(), other.split(), strict=True)
    assert told(one, other) == [("sounds_alike", {"left": left, "right": right}) for left, right in parts]


def test_half_a_surrogate_is_not_quoted():
    assert told("Tr\ud83dan", "Trần") == [("without_accents", {"left": "Tran", "right": "Trần"})]


def test_characters_that_are_read_alike_speak_against_one_name():
    assert told("谭庆远", "谭庆园") == [
        ("same_word", {"left": "谭"}),
        ("same_word", {"left": "庆"}),
        ("reading", {"written": "远", "reading": "Yuan", "table": "pypinyin"}),
        ("reading", {"written": "园", "reading": "Yuan", "table": "pypinyin"}),
        ("other_characters", {"left": "远", "right": "园"}),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("林文德", "Peter Lam"), ("ရွှေကုက္ကိုမြိုင်", "Shwe Kokko"), ("欧安利", "LEONEL ALBERTO ALVES")],
)
def test_what_nothing_spells_is_said_to_be_missing(one, other):
    said = told(one, other)
    assert "-" not in [part for _, facts in said for part in facts.values()]
    assert "missing" in dict(said)


def test_no_half_of_a_cluster_is_shown():
    parts = [str(facts["left"]) for _, facts in told("សំសៃ វង្សា", "ສົມໄຊ ວົງສາ")]
    assert parts == ["សំ", "សៃ", "វង", "សា"]


def test_a_name_compared_as_a_whole_is_shown_with_its_spaces():
    assert ("joined_differently", {"left": "Truon gMinh Hoang", "right": "Truong Minh Hoang"}) in told(
        "Truon gMinh Hoang", "Truong Minh Hoang"
    )


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Nguyen Van Hung", "Nguyễn Văn Hưng", "without_accents"),
        ("Nguyen VanHung", "Nguyễn Văn Hưng", "joined_differently"),
    ],
)
def test_a_name_without_accents_is_not_said_to_be_parted_otherwise(one, other, code):
    """And the other name keeps its own."""
    assert told(one, other) == [(code, {"left": one, "right": other})]
    assert told(other, one) == [(code, {"left": other, "right": one})]


def test_a_vietnamese_surname_without_accents_is_the_one_that_people_have():
    first = compare("Nguyen Xuan Phuc", "Ruan Chunfu").reasons[0].facts
    assert (first["reading"], int(first["percent"]) > 80) == ("ruan", True)
