"""Every sentence of the pages has words in every language of the desk."""

import re

import pytest

from tests.web import catalogue

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
