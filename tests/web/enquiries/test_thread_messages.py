"""What a message says is shown in words of both sides, its hours with their zone."""

from datetime import UTC, datetime

import pytest

from lienlac.apps.directory import moments
from lienlac.apps.enquiries import actions
from lienlac.web.enquiries.printing import values_of
from tests.apps.enquiries.world import NOW
from tests.web.enquiries.desk import came, text, thread

UNTIL = datetime(2027, 1, 1, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_an_hour_is_shown_in_the_time_of_the_reader_with_its_zone(at_desk, linh, jingxi):
    row, until = came(jingxi), moments.to_wire(UNTIL)
    actions.answer(linh, row, "STATUS", {"until": until}, now=NOW)
    shown = text(thread(at_desk, row))
    assert until not in shown
    assert "1/1/2027 09:00 GMT+07:00" in shown


LAWS = [("PC", "Bộ luật Hình sự"), ("UAA", "Luật về hội bất hợp pháp"), ("XYZ", "XYZ")]


@pytest.mark.django_db
@pytest.mark.parametrize(("law", "words"), LAWS)
def test_the_book_of_law_is_shown_in_words_and_one_that_is_unknown_as_it_came(law, words, at_desk, jingxi):
    row = came(jingxi, offence_country="CN", offence_law=law, offence_article="347")
    [fact] = [one for one in _facts(thread(at_desk, row)) if one["value"] == words]
    assert fact["raw"] is (law == "XYZ")
    assert words in str(values_of(row)["messages"])


def _facts(page):
    return page.context["messages_"][0]["facts"]
