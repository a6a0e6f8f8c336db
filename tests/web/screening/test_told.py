"""How many namesakes chance gives, in the figures of each language."""

import pytest
from django.utils import translation

from lienlac.apps.screening import comparing
from lienlac.core import names
from lienlac.web.screening import told


@pytest.mark.parametrize(
    ("language", "expected", "shown"),
    [("vi", 0.19, "0,19"), ("en", 0.19, "0.19"), ("vi", 1234.4, "1.234"), ("zh-hans", 1234.4, "1,234")],
)
def test_a_figure_is_written_as_its_readers_write_it(language, expected, shown):
    with translation.override(language):
        assert shown in told.namesakes(expected)


@pytest.mark.parametrize(
    ("asked", "ours", "parts"),
    [
        ("Dam Khanh Vien", "谭庆远", [("Dam", "谭"), ("Khanh", "庆"), ("Vien", "远")]),
        ("谭庆远", "Đàm Khánh Viễn", [("谭", "Đàm"), ("庆", "Khánh"), ("远", "Viễn")]),
        ("Sok Sopheap", "សុខ សុភាព", [("Sok", "សុខ"), ("So", "សុ"), ("pheap", "ភាព")]),
    ],
)
def test_each_part_of_the_asked_name_stands_once_beside_ours(asked, ours, parts):
    compared = comparing.Compared(
        name=names.compare(asked, ours),
        asked_name=(asked, ""),
        our_name=(ours, ""),
        attributes=(),
        exact_birth=False,
    )
    shown = told.names(compared)["syllables"]
    assert [(part["asked"], part["ours"]) for part in shown] == parts
