"""A name as it was written, brought into one form: `Written`, from `write(text)`.

Unicode form, width, invisible and directional characters, digits, Zawgyi and variant characters are evened
out here; marks of Brahmic scripts are never dropped, since they are the vowels. Titles are recognised, not
removed: *U* and *Daw* are names too, so both forms stay. Nothing is kept after the answer: there is no cache
of names in this room.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from lienlac.core.errors import Malformed

from . import clans, romanised, scripts, signs, zawgyi
from .titles import ELSEWHERE, kind_of, of_what, without_displaced, without_titles
from .tokens import Token, in_latin, parts_of, tokens_of, without_tones

# characters; the longest passport name line of ICAO Doc 9303 is 39, the longest known full names 120
LIMIT = 200
PARTS_LIMIT = 24  # words, Han characters, or syllables; a comparison takes their product

# "first name unknown" on visas
PLACEHOLDERS = frozenset({"fnu", "lnu", "unknown", "noname", "xxx", "nfn", "nln"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A name in one form.

    `forms` holds the words without titles first and, where a title was taken off, the words with it: *U*
    and *Daw* are names too. Where a title stands in a place where it is none, as in a name whose words changed
    places, the words without it are the last form. `titles` are the titles taken off in the first form, `displaced`
    those taken off in the one without it besides. A name in a standard that writes Burmese letter by letter has these
    letters as forms of their own, without titles, and so has one with a Chinese surname in Thai letters that surname in
    others. `kinds` says of each form what it is.
    """

    text: str
    forms: tuple[tuple[Token, ...], ...]
    titles: tuple[str, ...] = ()
    displaced: tuple[str, ...] = ()
    titled: int = 0  # what the first of them says that the name is of: a place in TITLED
    kinds: tuple[int, ...] = (0,)  # `kind_of` each form
    was_zawgyi: bool = False
    # some words are in a script that is not ours, or in pinyin with tones, and stand in plain Latin letters here
    transliterated: bool = False

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return the words without titles."""
        return self.forms[0]

    @property
    def bare(self) -> tuple[Token, ...]:
        """Return the words without titles, wherever these stand."""
        return next((one for at, one in enumerate(self.forms) if self.is_displaced(at)), self.forms[0])

    @property
    def whole(self) -> tuple[Token, ...]:
        """Return all words, titles among them."""
        return self.forms[1 if self.titles else 0]

    def titles_in(self, form: int) -> frozenset[str]:
        """Return the titles that stand in their place, and those that a form goes without besides."""
        without = self.is_displaced(form) or self.kinds[form] == ELSEWHERE
        return frozenset(self.titles + (self.displaced if without else ()))

    def is_displaced(self, form: int) -> bool:
        """Say whether a form goes without titles that stand where they are none."""
        return bool(self.displaced) and form == (2 if self.titles else 1)

    @property
    def scripts(self) -> frozenset[str]:
        """Return the scripts of its words as they were written."""
        known = {token.script for token in self.tokens}
        return frozenset(known | {scripts.OTHER} if self.transliterated else known)


def write(name: str) -> Written:
    """Bring a name into one form.

    Raises Malformed: `name_too_long` (more than LIMIT characters, as given or in that form, or PARTS_LIMIT words),
    `name_empty`, `name_without_letters` (digits, emoji, punctuation), `name_is_placeholder` (FNU LNU).
    """
    if len(name) > LIMIT:
        raise Malformed("name_too_long", length=len(name), limit=LIMIT)
    text, was_zawgyi = _one_form(name)
    if not text:
        raise Malformed("name_empty")
    original = tokens_of(text)
    tokens = without_tones(tuple(map(in_latin, original)))
    if not tokens:
        raise Malformed("name_without_letters")
    letters = sum([len(token.text) for token in tokens])
    if letters > LIMIT:  # Ⅷ is four letters, and 김 three in Latin ones
        raise Malformed("name_too_long", length=letters, limit=LIMIT)
    parts = sum(map(parts_of, tokens)) if letters > PARTS_LIMIT else 0  # each has a letter
    if parts > PARTS_LIMIT:
        raise Malformed("name_too_long", length=parts, limit=PARTS_LIMIT)
    known = tuple([token for token in tokens if token.text not in PLACEHOLDERS])
    if not known:
        raise Malformed("name_is_placeholder")
    titles, kept = without_titles(known)
    displaced, rest = without_displaced(kept)
    titled = of_what(titles[0]) if titles else 0
    forms = ((kept, known) if titles else (known,)) + ((rest,) if displaced else ())
    kinds = [kind_of(at, titled) for at in range(len(forms))]
    elsewhere = _in_burmese(text)
    if clans.CLAN in text:
        elsewhere += _of_clan(forms[-1] if displaced else forms[0], known)
    return Written(
        text=text,
        forms=forms + elsewhere,
        titles=titles,
        displaced=displaced,
        titled=titled,
        kinds=(*kinds, *[ELSEWHERE for _ in elsewhere]),
        was_zawgyi=was_zawgyi,
        transliterated=tokens != original,
    )


def _in_burmese(text: str) -> tuple[tuple[Token, ...], ...]:
    """Return the forms in Burmese letters of a name in a standard: as one word, as Burmese writes it, and by words."""
    letters = [signs.in_order(word, {scripts.MYANMAR}) for word in romanised.burmese(text)]
    if not letters:
        return ()
    words_ = tuple(Token(text=word, script=scripts.MYANMAR, at=at) for at, word in enumerate(letters))
    kept = without_titles(words_)[1]
    whole = Token(text="".join(token.text for token in kept), script=scripts.MYANMAR, at=0)
    return ((whole,), kept) if len(kept) > 1 else (kept,) if kept else ()


def _of_clan(words: tuple[Token, ...], known: tuple[Token, ...]) -> tuple[tuple[Token, ...], ...]:
    """Return the forms of a name whose Chinese surname is written in Thai letters; `words` are those without titles."""
    if not any(token.text.startswith(clans.CLAN) for token in known):
        return ()
    kept = {token.at for token in words}
    named = [token for token in known if token.at in kept or token.text.startswith(clans.CLAN)]
    if any(token.script != scripts.THAI for token in named):
        return ()
    return tuple(
        tuple(Token(text=text, script=scripts.of_char(text[0]), at=at) for at, text in enumerate(form))
        for form in clans.forms(tuple(token.text for token in named))
    )


def _one_form(name: str) -> tuple[str, bool]:
    if name.isascii() and name.isprintable():
        return " ".join(name.lower().split()), False
    text = unicodedata.normalize("NFC", name).translate(_VISIBLE)
    found = set(map(scripts.of_char, text))
    was_zawgyi = scripts.MYANMAR in found and zawgyi.is_zawgyi(text)
    text = zawgyi.to_unicode(text) if was_zawgyi else text
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    text = signs.in_order(text, found)
    return " ".join(text.split()), was_zawgyi


def _is_noise(char: str) -> bool:
    """Say whether a character shows nothing.

    Format and directional marks, controls, half surrogates, selectors.
    """
    category = unicodedata.category(char)
    if category == "Cc":
        return not char.isspace()
    return (
        category in {"Cf", "Cs", "Co", "Cn"}
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


class _Visible(dict[int, str | None]):
    """For `str.translate`: what shows nothing is left out, the rest stays; filled as characters are met."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        self[code] = None if _is_noise(char) else char
        return self[code]


_VISIBLE = _Visible()


def before_letters(latin: str, name: str) -> str:
    """Return the word of `name` that stands as `latin` in plain letters: Дмитрий for *dmitriy*; empty if none does."""
    original = tokens_of(_one_form(name[:LIMIT])[0])
    compared = without_tones(tuple(map(in_latin, original)))
    both = zip(original, compared, strict=True)
    return next((one.text for one, other in both if one != other and other.text == latin), "")
