from __future__ import annotations

import numpy as np
import pytest

from lienlac.core.names import Gallery
from lienlac.core.names.book import Book
from lienlac.core.names.comparison import best_match
from lienlac.core.names.entries import Entries, read
from lienlac.core.names.field import Field
from lienlac.core.names.ranking import all_costs
from lienlac.core.names.views import all_views
from lienlac.core.names.written import write

NAMES = [
    "Đàm Khánh Viễn",
    "Dam Khanh Vien",
    "谭庆远",
    "譚慶遠",
    "Tan Qingyuan",
    "Qingyuan Tan",
    "Nguyễn Văn Hùng",
    "Nguyễn Văn Hưng",
    "Nguyen Thi Lan",
    "Nguyeenx Vawn Hungf",
    "Trương Phong Nghị",
    "Zhang Fengyi",
    "黄志明",
    "Ng Chee Meng",
    "Mohamed Nazri bin Abdul Aziz",
    "Aziz Nazri",
    "ສີສະຫວາດ ແກ້ວບຸນມາ",
    "Sisavat Keobounma",
    "Keobounma Sisavat",
    "สุรี วงศ์สวัสดิ์",
    "Suri Wongsawat",
    "นายสมชาย ใจดี",
    "Somchai Chaidi",
    "សុភី",
    "Sophi",
    "ဦးသိန်းဝင်း",
    "U Thein Win",
    "Nguyễn 文英",
    "Joseph Lee Kok-long",
    "Иван Петров",
    "欧阳修",
    "Ouyang Xiu",
    "吴京",
    "Wujing",
    "Wu Jing",
    "Ngô Kinh",
    "Lü Caixia",
    "ສີສະຫວາດແກ້ວບຸນມາ",
    "สมชายใจดี",
    "သိန်း ဝင်း",
    "သိန်းဝင်း",
    "บ้านหมี่",
    "Mueang Mi",
]


@pytest.fixture(scope="module")
def laid_out() -> tuple[Book, Entries]:
    book = Book()
    return book, read(NAMES, book)


@pytest.mark.parametrize("query", NAMES)
def test_many_at_once_cost_what_each_costs_alone(laid_out: tuple[Book, Entries], query: str) -> None:
    book, entries = laid_out
    asked = all_views(write(query))
    found = all_costs(asked, Field(book, entries, np.arange(len(entries)))).costs
    for at, name in enumerate(NAMES):
        together = min(found[entries.names == at])
        alone = best_match(asked, all_views(write(name)))
        if alone is None:
            assert np.isinf(together)
        else:
            assert together == pytest.approx(alone.cost, abs=1e-3)


def test_an_overseas_spelling_that_nothing_else_explains_comes_before_a_homophone() -> None:
    gallery = Gallery(["Chen Zhiming", "Tan Tee Beng", "Chen Ming"])
    assert [hit.name for hit in gallery.search("陈智铭", 2)] == ["Tan Tee Beng", "Chen Zhiming"]


def test_a_name_that_is_pinyin_as_well_comes_after_one_that_is_not() -> None:
    gallery = Gallery(["Sang Yu", "Sann Yu", "Sang Yun"])
    assert gallery.search("စန်းယု", 1)[0].name == "Sann Yu"
