"""A country may be written as anybody here calls it; the page carries six and fetches the rest."""

import pytest
from django.forms import ValidationError
from django.utils import translation

from lienlac.core.messages.fields import Field, Type
from lienlac.web.coded import form_field
from lienlac.web.countries import REGION

FIELD = Field(name="nationality", type=Type.COUNTRY, code_list="nationalities")


@pytest.mark.parametrize("written", ["VN", "vn", "Việt Nam", " việt  nam ", "越南", "ຫວຽດນາມ"])
def test_a_country_is_known_by_its_names_and_letters(written):
    assert form_field(FIELD).clean(written) == "VN"


def test_nothing_written_is_nothing():
    assert form_field(FIELD).clean("") == ""


def test_what_is_no_country_is_named_in_the_error():
    with translation.override("vi"), pytest.raises(ValidationError) as caught:
        form_field(FIELD).clean("Atlantis")
    assert "Atlantis" in caught.value.messages[0]


def test_a_code_is_shown_as_the_officer_calls_it():
    with translation.override("zh-hans"):
        shown = form_field(FIELD).widget.render("nationality", "VN", {"id": "id_nationality"})
    assert 'value="越南"' in shown
    assert 'list="id_nationality-list"' in shown
    assert shown.count("<option") == len(REGION)
