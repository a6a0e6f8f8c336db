"""A year behind a name is asked about before it leaves, and goes only where the officer says."""

from datetime import date

import pytest
from django.urls import reverse

from lienlac.apps.enquiries.models import Enquiry
from lienlac.web.names.birth_in_name import ending_of
from tests.web.enquiries.desk import QUESTION, asked, send, text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("subject", "country", "name", "birth"),
    [
        ("Đàm Khánh Viễn 1987", "VN", "Đàm Khánh Viễn", "1987"),
        ("Đàm Khánh Viễn (1987)", "VN", "Đàm Khánh Viễn", "1987"),
        ("Đàm Khánh Viễn, 12/5/1987", "VN", "Đàm Khánh Viễn", "1987-05-12"),
        ("Đàm Khánh Viễn 1987-05-12", "VN", "Đàm Khánh Viễn", "1987-05-12"),
        ("谭庆远1987年5月", "CN", "谭庆远", "1987-05"),
        ("谭庆远 1987", "CN", "谭庆远", "1987"),
        ("สมชาย ใจดี ๒๕๓๐", "TH", "สมชาย ใจดี", "1987"),
        ("ຄຳແພງ ສີສະຫວາດ 1987", "LA", "ຄຳແພງ ສີສະຫວາດ", "1987"),
    ],
)
def test_a_date_behind_a_name_is_seen(subject, country, name, birth):
    found = ending_of(subject, country=country, today=TODAY)
    assert (found.name, found.birth) == (name, birth)


@pytest.mark.parametrize(
    "subject",
    ["", "1987", "Đàm Khánh Viễn", "Đàm Khánh Viễn 2187", "Đàm Khánh Viễn 1723", "Đàm Khánh Viễn 31/4/1987", "ກຂ 1987",
     "29-B1 1987", "BC 1987", "Đàm Khánh Viễn 19871"],
)  # fmt: skip
def test_what_nobody_can_be_born_in_is_left_alone(subject):
    assert ending_of(subject, country="VN", today=TODAY) is None


@pytest.mark.parametrize("spaces", [400, 1_000_000])
def test_nothing_is_looked_for_in_what_is_longer_than_the_box(spaces: int):
    """To look takes the square of the length: a million spaces would take hours."""
    assert ending_of(f"A{' ' * spaces}B 1987", country="VN", today=TODAY) is None
    assert ending_of(f"A{' ' * spaces}B!", country="VN", today=TODAY) is None


def test_while_it_is_typed_the_page_offers_the_year_as_the_date_of_birth(at_desk):
    page = text(
        at_desk.post(reverse("name_readings") + "?of=subject&year=1", {"subject": "Đàm Khánh Viễn 1987"})
    )
    assert 'name="year_is" value="birth"' in page
    assert "Tan Qingyuan" in page
    assert 'class="bad"' not in page
    assert "year_is" not in text(
        at_desk.post(reverse("name_readings") + "?of=subject&year=1", {"subject": "Đàm Khánh Viễn"})
    )


def test_a_name_with_a_year_is_not_sent_before_the_officer_said_what_it_is(at_desk):
    answer = send(at_desk, subject="Đàm Khánh Viễn 1987")
    assert answer.status_code == 422
    assert 'href="#id_year_is"' in text(answer)
    assert not Enquiry.objects.exists()


def test_the_year_becomes_the_date_of_birth_when_he_says_so(at_desk, jingxi):
    asked(at_desk, subject="Đàm Khánh Viễn 1987", year_is="birth")
    [heard] = jingxi.hears()
    assert (heard.body["subject_name"], heard.body["birth"]) == ("Đàm Khánh Viễn", "1987")


def test_a_date_of_birth_of_his_own_stands(at_desk, jingxi):
    asked(at_desk, subject="Đàm Khánh Viễn 1987", year_is="birth", birth="1987-05-12")
    [heard] = jingxi.hears()
    assert (heard.body["subject_name"], heard.body["birth"]) == ("Đàm Khánh Viễn", "1987-05-12")


@pytest.mark.parametrize("name", ["Công ty Đông Á 1987", "谭庆远 1987"])
def test_a_year_that_belongs_to_the_name_stays(name, at_desk, jingxi):
    asked(at_desk, subject=name, year_is="name")
    [heard] = jingxi.hears()
    assert heard.body["subject_name"] == name
    assert "birth" not in heard.body


def test_the_page_shows_where_the_year_went(at_desk):
    page = text(
        at_desk.post(
            reverse("ask"),
            QUESTION | {"do": "check", "subject": "Đàm Khánh Viễn 1987", "year_is": "birth"},
        )
    )
    assert 'name="subject" value="Đàm Khánh Viễn"' in page
    assert 'name="birth" value="1987"' in page
