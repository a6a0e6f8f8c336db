"""A coded field becomes a form field: what is chosen on the page is what the form understands."""

import pytest
from django import forms

from lienlac import wording
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Type
from lienlac.web.coded import form_field, language

BOOLEANS = [field for field in kinds.kind("ANSWER").fields if field.type is Type.BOOLEAN]


@pytest.mark.parametrize("field", BOOLEANS, ids=lambda field: field.name)
@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("no", False)])
def test_a_choice_of_yes_or_no_is_understood(field, word, meant):
    made = form_field(field)
    values = {label: value for value, label in made.widget.choices}
    chosen = values[wording.label("yes_no", word, language())]
    assert made.clean(chosen) is meant


def test_the_answer_has_such_a_choice():
    assert BOOLEANS
    assert isinstance(form_field(BOOLEANS[0]), forms.NullBooleanField)
