"""Articles are read as officers of six countries write them; the stricter gate counts."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core import codes
from lienlac.core.policy.offences import gate, iccs_of, read_articles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Điều 249", (249, 249, "", "")),
        ("BLHS Điều 331", (331, 331, "", "")),
        ("第三百四十七条", (347, 347, "", "")),
        ("第一百零五条第二款", (105, 105, "", "2")),
        ("第二百九十九条之一", (299, 299, "1", "")),
        ("二九九", (299, 299, "", "")),
        ("第十条", (10, 10, "", "")),
        ("มาตรา ๑๑๒", (112, 112, "", "")),
        ("ມາດຕາ ໑໑໗", (117, 117, "", "")),
        ("មាត្រា ៤៣៧ bis", (437, 437, "bis", "")),
        ("ပုဒ်မ ၁၂၄-A", (124, 124, "A", "")),
        ("２９３（４）", (293, 293, "", "4")),
        ("108–122", (108, 122, "", "")),
        ("299-1", (299, 299, "1", "")),
        ("66(d)", (66, 66, "", "d")),
    ],
)
def test_an_article_is_read(text: str, expected: tuple[int, int, str, str]) -> None:
    first = read_articles(text)[0]
    assert (first.first, first.last, first.suffix, first.paragraph) == expected


def test_every_article_of_a_list_is_read() -> None:
    assert [one.first for one in read_articles("249, 250 và 117")] == [249, 250, 117]


def gated(country: str, article: str, offence: str = "DRUG_TRADE", law: str = "PC") -> str:
    return gate(offence=offence, country=country, law=law, article=article).result


@pytest.mark.parametrize("article", ["", "Điều", "không rõ", "–"])
def test_what_cannot_be_read_is_reviewed_and_does_not_pass(article: str) -> None:
    assert gated("VN", article) == "REVIEW"


def test_the_stricter_gate_counts() -> None:
    assert gated("VN", "251", offence="TERROR") == "REVIEW"
    assert gated("VN", "117", offence="TERROR") == "BLOCK"
    assert gated("VN", "318, 117") == "BLOCK"
    assert gated("VN", "251", offence="0904") == "BLOCK"


def test_an_article_is_of_its_country_and_law() -> None:
    assert gated("TH", "112") == "BLOCK"
    assert gated("CN", "114") == "OK"
    assert gated("TH", "14") == "OK"
    assert gated("TH", "14", law="CCA") == "REVIEW"
    assert gated("TH", "112", law="กฎหมายอาญา") == "BLOCK"


def test_an_offence_nobody_knows_is_reviewed() -> None:
    assert iccs_of("NO_SUCH") == ()
    assert gated("VN", "251", offence="NO_SUCH") == "REVIEW"


def test_every_row_of_the_table_has_source_and_gate_and_is_in_effect() -> None:
    table = (files("lienlac.core.policy") / "data" / "articles.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        assert row["source"]
        assert row["verified"] in {"true", "false"}
        assert row["gate"] in set(codes.load("gates_of_offence")) - {"OK"}
        paragraph = f"({row['paragraph']})" if row["paragraph"] else ""
        suffix = f"-{row['suffix']}" if row["suffix"].isdigit() else row["suffix"]
        written = f"{row['last']}{suffix}{paragraph}"
        assert gated(row["country"], written, law=row["law"]) == row["gate"], written


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    assert all(one.first <= one.last for one in read_articles(text))
