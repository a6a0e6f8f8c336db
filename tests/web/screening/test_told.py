"""How many namesakes chance gives, in the figures of each language."""

import pytest
from django.utils import translation

from lienlac.web.screening import told


@pytest.mark.parametrize(
    ("language", "expected", "shown"),
    [("vi", 0.19, "0,19"), ("en", 0.19, "0.19"), ("vi", 1234.4, "1.234"), ("zh-hans", 1234.4, "1,234")],
)
def test_a_figure_is_written_as_its_readers_write_it(language, expected, shown):
    with translation.override(language):
        assert shown in told.namesakes(expected)
