"""The readings of a name: useful ones, each once, said in the reader's language."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from lienlac.core.names import VIEWS
from lienlac.web.names.readings import readings_of, under_the_name


def texts(name, into="en"):
    return [one["text"] for one in under_the_name(name, into)]


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("Đàm Khánh Viễn", ["Tan Qingyuan"]),
        ("谭庆远", ["Đàm Khánh Viễn", "Tan Qingyuan"]),
        ("李金花", ["Lý Kim Hoa", "Li Jinhua"]),
        ("Triệu Văn Páo", []),
        ("ຄຳແກ້ວ ວົງສະຫວັນ", ["Khamkeo Vongsavan"]),
        ("สมชาย ใจดี", ["Somchai Chaidi"]),
        ("សុខ សុភា", ["Sok Sophea"]),
        ("အောင်မြင့်ထွန်း", ["Aung Myint Htun"]),
        ("ၸၢႆးသႅင်", ["Saysaeng"]),
    ],
)
def test_a_name_is_read_for_the_other_side(name, readings):
    assert texts(name) == readings


@pytest.mark.parametrize(
    "name", ["Đàm Khánh Viễn", "谭庆远", "Dam Khanh Vien", "ຄຳແພງ ສີສະຫວາດ", "Tan Qingyuan"]
)
def test_no_reading_says_what_already_stands_there(name):
    found = [one.casefold() for one in texts(name)]
    assert name.casefold() not in found
    assert len(set(found)) == len(found)


def test_what_stands_behind_a_vietnamese_name_is_only_likely():
    [only] = under_the_name("Đàm Khánh Viễn", "vi")
    assert only["check"]
    assert only["how"] == "bính âm"
    assert only["likely"] == "có thể"
    assert not any(one["check"] for one in under_the_name("谭庆远", "vi"))


def test_a_lao_name_is_read_by_its_sound():
    [only] = under_the_name("ຄຳແພງ ສີສະຫວາດ", "vi")
    assert only["text"] == only["text"].title()
    assert only["how"] not in VIEWS


@pytest.mark.parametrize("nothing", ["", "   ", "?", "x" * 20_000, "null"])
def test_what_is_no_name_has_no_readings(nothing):
    assert under_the_name(nothing, "vi") == []


def test_a_number_has_no_readings():
    [only] = readings_of("29-B1 123.45")["names"]
    assert only["subject_is"] == "number"
    assert only["readings"] == []


@pytest.mark.parametrize(
    ("typed", "said"), [("Somchai Jaidee", True), ("谭庆远", False), ("", False), ("FNU LNU", False)]
)
def test_a_name_without_readings_is_not_left_without_a_word(typed, said):
    with translation.override("en"):
        fragment = render_to_string("names/_readings.html", readings_of(typed))
    assert ("looked for by its sound" in fragment) == said
