"""Read a page as an officer does: what is visible, in which language, and what of it should not be there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from tests.web import catalogue

VISIBLE = frozenset({"aria-label", "placeholder", "title", "alt", "data-label", "label"})
SILENT = frozenset({"script", "style", "template", "svg"})
VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "use", "wbr", "source", "path"})
NO_LANGUAGE = "zxx"  # ISO 639-2: no linguistic content
LONG = 25  # a sentence of this length is looked for inside other text too
CODE_WORD = re.compile(r"\b(?:[a-z0-9]+(?:_[a-z0-9]+)+|[A-Z0-9]+(?:_[A-Z0-9]+)+)\b")
ENGLISH = re.compile(r"\b[A-Za-z']{2,} [A-Za-z']{2,} [A-Za-z']{2,}\b")
PROPER_NAMES = re.compile("FollowTheMoney JSON lines")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%d|\{\w+\}")
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A piece of visible text and the language that the page gives it ("" = none)."""

    text: str
    language: str


class Page(HTMLParser):
    """The visible texts of a page, those in attributes too."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self.language = ""
        self._open: list[tuple[str, str]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inherited = self._open[-1][1] if self._open else ""
        language = given.get("lang") or inherited
        if tag == "html":
            self.language = given.get("lang") or ""
        for name in VISIBLE & given.keys():
            self._say(given[name] or "", language)
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _ in self._open):
            self._say(data, self._open[-1][1] if self._open else "")

    def _say(self, text: str, language: str) -> None:
        plain = " ".join(text.split())
        if plain:
            self.said.append(Said(text=plain, language=language))

    def in_the_desks_language(self) -> list[str]:
        """Return what the desk itself says: not what somebody wrote in a language of his own."""
        return [one.text for one in self.said if one.language in ("", self.language)]

    def raw_codes(self) -> set[str]:
        """Return code words (`subject_name`) that a reader can see; what is marked as of no language may be one."""
        worded = [one.text for one in self.said if one.language != NO_LANGUAGE]
        return {word for text in worded for word in CODE_WORD.findall(text)}

    def english(self) -> list[str]:
        """Return what reads like English on a page whose language has another script."""
        said = self.in_the_desks_language()
        return [text for text in said if ENGLISH.search(PROPER_NAMES.sub("", text))]

    def untranslated(self, language: str) -> list[str]:
        """Return the sentences of the catalogues that stand here in English."""
        short, long = english_of(language)
        said = self.in_the_desks_language()
        return [text for text in said if text in short or (len(text) >= LONG and long.search(text))]


@cache
def english_of(language: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the English sentences that a page in `language` must not show: whole texts, and a pattern of long ones.

    A sentence that reads the same in that language (a name) is none of them.
    """
    own = catalogue.read(language).items()
    frame = [
        item
        for known in ("vi", language)
        if catalogue.path_of(known, folder="locale_framework").exists()
        for item in catalogue.read(known, folder="locale_framework").items()
    ]
    texts = [
        text
        for sentence, entry in (*own, *frame)
        for text in filter(None, (sentence.msgid, sentence.plural))
        if text not in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    translated_as_english = {entry.msgstr for _, entry in own}
    short = frozenset(text for text in texts if not PLACEHOLDER.search(text)) - translated_as_english
    return short, re.compile("|".join(_pattern(text) for text in texts if len(text) >= LONG))


def _pattern(text: str) -> str:
    plain = " ".join(TAG.sub("", text).split())
    return ".+".join(re.escape(part) for part in PLACEHOLDER.split(plain))
