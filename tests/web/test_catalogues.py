"""Every sentence of the pages has words in every language of the desk."""

import re

import pytest
from django import forms
from django.utils import translation

from lienlac import wording
from lienlac.core.errors import Malformed
from tests.web import catalogue

FRAMEWORKS = catalogue.read("vi", folder="locale_framework")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def said():
    return set(catalogue.sentences())


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_sentence_that_a_page_says_is_translated(language, said):
    entries = catalogue.read(language)
    missing = [one.msgid for one in said if one not in entries or not catalogue.is_translated(entries[one])]
    assert missing == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_no_catalogue_keeps_a_sentence_that_nobody_says(language, said):
    assert set(catalogue.read(language)) - said == set()


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_translation_keeps_the_placeholders_of_its_sentence(language):
    for entry in catalogue.read(language).values():
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            assert set(PLACEHOLDER.findall(text)) == wanted, entry.msgid


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_what_the_frameworks_say_to_officers_has_words(language):
    """Django's own words, django-allauth's or ours: one of the three is there."""
    with translation.override(language.replace("_", "-").lower()):
        assert [one.msgid for one in FRAMEWORKS if _said(one) in (one.msgid, one.plural)] == []


def _said(sentence):
    if sentence.plural:
        return translation.ngettext(sentence.msgid, sentence.plural, 2)
    return translation.gettext(sentence.msgid)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_our_words_for_the_frameworks_keep_their_placeholders(language):
    for sentence, entry in catalogue.read(language, folder="locale_framework").items():
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert set(PLACEHOLDER.findall(text)) == set(
                PLACEHOLDER.findall(sentence.plural or sentence.msgid)
            )


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_no_translation_ends_an_attribute(language):
    """Translations stand in attributes between straight quotes."""
    assert [one for one in catalogue.read(language).values() if '"' in _plain(one)] == []


def _plain(entry):
    return "".join([entry.msgstr, *entry.msgstr_plural.values()])


def test_a_sentence_without_words_is_found(tmp_path):
    """The check can fail: an empty entry is not taken for a translation."""
    import polib

    assert not catalogue.is_translated(polib.POEntry(msgid="Ask", msgstr=""))
    assert not catalogue.is_translated(
        polib.POEntry(msgid="%d row", msgid_plural="%d rows", msgstr_plural={0: ""})
    )


def test_both_ways_of_saying_a_sentence_are_found():
    python = '_("One")\nngettext("%d a", "%d b", 2)\npgettext("c", "Two")'
    assert {one.msgid for one in catalogue.of_python(python)} == {"One", "%d a", "Two"}


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_an_empty_box_is_told_as_our_own_sentences_tell_it(language):
    code = language.replace("_", "-").lower()
    with translation.override(code):
        said = str(forms.CharField().error_messages["required"])
    ours = wording.error(Malformed("field_missing", field="text"), code)
    assert re.sub(" ?[«“].*?[»”]", "", ours).strip() == said


def test_vietnamese_says_you_in_one_way():
    said = [one.msgstr for one in catalogue.read("vi").values()]
    tables = [path.read_text() for path in (catalogue.ROOT / "wording").glob("*.csv")]
    assert [text for text in said + tables if "anh/chị" in text.lower()] == []
