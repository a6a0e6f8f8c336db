"""Numbers are found however they were written down; a wrong check digit is said, and refuses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.apps.records import actions, checks, finding, numbers
from lienlac.apps.records.models import Identifier
from tests.apps.records.people import NOW, draft, linh

PLATES = [
    ("29A-123.45", "29a 12345", "29A12345"),
    ("20-MĐ1 123.45", "20MD1-12345", "20 MĐ1 12345"),
    ("粤B·12345", "粵B12345", "YUE B12345", "粤Ｂ 12345"),
    ("桂A·D12345", "GUI AD12345"),
    ("1กก 1234 กรุงเทพมหานคร", "1กก-1234", "๑กก ๑๒๓๔"),
    ("กข 1234 เชียงราย", "เชียงราย กข1234"),
    ("ກຂ 1234 ນະຄອນຫຼວງວຽງຈັນ", "ກຂ1234", "ກຂ ໑໒໓໔"),
    ("ភ្នំពេញ 2AB-1234", "2AB 1234", "PHNOM PENH 2AB-1234", "២AB-១២៣៤"),
    ("YGN 1A/1234", "1A-1234", "1A/1234 (YGN)"),
]


@pytest.mark.parametrize("written", PLATES)
def test_a_plate_is_one_however_it_is_written(written: tuple[str, ...]) -> None:
    assert len({numbers.fold(one, "plate") for one in written}) == 1


def test_plates_that_differ_stay_apart() -> None:
    folded = [numbers.fold(one[0], "plate") for one in PLATES]
    assert len(set(folded)) == len(folded)
    assert numbers.fold("กข 1234", "plate") != numbers.fold("กค 1234", "plate")


def test_a_plate_of_words_alone_is_kept() -> None:
    assert numbers.fold("CONSUL PENH", "plate") == "C0NSULPENH"


@pytest.mark.parametrize("type_", ["passport_ordinary", "national_id", "document", "plate", "chassis_number"])
def test_letters_misread_for_digits_are_one(type_: str) -> None:
    assert numbers.fold("EO1234567", type_) == numbers.fold("e0I234567", type_)


def test_a_wallet_is_not_touched() -> None:
    assert (
        numbers.fold("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "wallet") == "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
    )


@given(st.text(max_size=40), st.sampled_from(["plate", "national_id", "phone", "wallet"]))
def test_folding_twice_changes_nothing_and_never_fails(value: str, type_: str) -> None:
    folded = numbers.fold(value, type_)
    assert numbers.fold(folded, type_) in {folded, ""} or type_ == "plate"
    assert checks.agrees(value, folded, type_) in {True, False, None}


# the example of GB 11643-1999, and an invented number by the Thai rule
@pytest.mark.parametrize(
    ("value", "country", "says"),
    [
        ("11010519491231002X", "", True),
        ("11010519491231002x", "CN", True),
        ("110105194912310021", "", False),
        ("1-1017-00230-70-8", "", True),
        ("1-1017-00230-70-9", "", False),
        ("1101700230709", "TH", False),
        ("1101700230709", "", None),
        ("1101700230705", "VN", None),
        ("001087012345", "VN", None),
        ("E12345678", "CN", None),
    ],
)
def test_check_digits(value: str, country: str, says: bool | None) -> None:
    assert checks.agrees(value, numbers.fold(value, "national_id"), "national_id", country) is says


@given(st.from_regex(r"[1-8][0-9]{11}", fullmatch=True))
def test_one_thai_digit_in_ten_agrees(first: str) -> None:
    assert sum(checks.thai(f"{first}{last}") for last in range(10)) == 1


@given(st.from_regex(r"[1-6][0-9]{5}19[0-9]{9}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_a_chinese_number_with_one_digit_misread_does_not_agree(first: str, at: int, by: int) -> None:
    right = next(first + last for last in "0123456789X" if checks.chinese(first + last))
    wrong = right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]
    assert not checks.chinese(wrong)


@pytest.mark.django_db
def test_a_wrong_check_digit_is_stored_and_found() -> None:
    row = actions.enter(linh(), draft(numbers=[("national_id", "110105194912310021")]), now=NOW)
    number = Identifier.objects.get(record=row)
    assert number.check_agrees is False
    assert list(finding.near([], {("document", "110105194912310021")})) == [row.pk]
