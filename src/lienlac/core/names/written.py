"""A name as it was written, brought into one form: `Written`, from `write(text)`.

Unicode form, width, invisible and directional characters, digits, Zawgyi and variant characters are evened
out here; marks of Brahmic scripts are never dropped, since they are the vowels. Titles are recognised, not
removed: *U* and *Daw* are names too, so both forms stay. Nothing is kept after the answer: there is no cache
of names in this room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from lienlac.core.errors import Malformed

from . import clans, keystrokes, pinyin, romanised, scripts, vietnamese, zawgyi
from .tables import rows

LIMIT = (
    200  # characters; the longest passport name line of ICAO Doc 9303 is 39, the longest known full names 120
)
PARTS_LIMIT = 24  # words, Han characters, or syllables; a comparison takes their product

# NFKC takes these apart although they are one vowel in their script: put them together again.
_THAI_ORDER = (
    (re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32"), "\\1\u0e33"),
    (re.compile("\u0e33([\u0e48-\u0e4b])"), "\\1\u0e33"),
    (re.compile("\u0e40\u0e40"), "\u0e41"),
)
_LAO_ORDER = (
    (re.compile("\u0ecd([\u0ec8-\u0ecb]?)\u0eb2"), "\\1\u0eb3"),
    (re.compile("\u0eb3([\u0ec8-\u0ecb])"), "\\1\u0eb3"),
    (re.compile("\u0ec0\u0ec0"), "\u0ec1"),
    (re.compile("\u0eab\u0eae"), "\u0eae"),
    (re.compile("\u0eab\u0ea5"), "\u0eab\u0ebc"),
    (re.compile("\u0eab\u0ea3"), "\u0eab\u0ebc"),
)
# Khmer: coeng ro after another coeng; register shifters before vowels; one order for signs typed in any
# order.
_KHMER_ORDER = (
    (re.compile("(\u17d2\u179a)(\u17d2[\u1780-\u17a2])"), "\\2\\1"),
    (re.compile("([\u17b6-\u17c5])([\u17c9\u17ca])"), "\\2\\1"),
    (re.compile("([\u17c6\u17c7])([\u17b6-\u17c5])"), "\\2\\1"),  # a vowel comes before nikahit and reahmuk
    (re.compile("\u17c1\u17b8"), "\u17be"),
    (re.compile("\u17c1\u17b6"), "\u17c4"),
    (re.compile("\u17d2\u178a"), "\u17d2\u178f"),  # coeng da and coeng ta look the same
)
# Burmese: signs typed in any order come into that of the standard (letter, medials, vowels, killer, tone).
_MYANMAR_ORDER = (
    (re.compile("(\u1031)([\u103b-\u103e]+)"), "\\2\\1"),
    (re.compile("\u103e([\u103b-\u103d]+)"), "\\1\u103e"),
    (re.compile("\u103d([\u103b\u103c]+)"), "\\1\u103d"),
    (re.compile("\u1036([\u102d-\u1030]+)"), "\\1\u1036"),
    (
        re.compile("\u1025(?=[\u102c\u103a])"),
        "\u1009",
    ),  # the vowel ဥ typed for the letter ဉ, which looks like it
    (
        re.compile("(?<![\u1000-\u109f])[\u1000-\u1021]\u1039(?=[\u1000-\u1021])"),
        "",
    ),  # ဋ္ဌေး: nothing to stand on
    (re.compile("\u1037\u103a"), "\u103a\u1037"),
    (re.compile("\u1038\u103a"), "\u103a\u1038"),
    (re.compile("(\u102f|\u1030)(\u102d|\u102e)"), "\\2\\1"),
    (re.compile("\u1025\u102e"), "\u1026"),
    (re.compile("\u101e\u103c\u1031\u102c"), "\u1029"),
    (re.compile("\u1040(?=[\u102b-\u103e]|[\u1000-\u1021]\u103a)"), "\u101d"),  # zero typed for WA
)
_ORDER = {
    scripts.THAI: _THAI_ORDER,
    scripts.LAO: _LAO_ORDER,
    scripts.KHMER: _KHMER_ORDER,
    scripts.MYANMAR: _MYANMAR_ORDER,
}

# inside a word they join: O'Neil, Ts'ai; signs of library catalogues that stand for no sound of their own: Čhanʻ, Chanʹ
_JOINERS = dict.fromkeys(map(ord, "'’ʼ‘`´ʻʹʺʽʾʿ"), "")
_PLACE_ENDINGS = ("မြို့", "ကျေးရွာ")  # town, village: written after the name of a place
PLACEHOLDERS = frozenset(
    {"fnu", "lnu", "unknown", "noname", "xxx", "nfn", "nln"}
)  # "first name unknown" on visas


class Token(NamedTuple):
    """One word of a name: `text` in lower case and NFC, its `script`, and `at`, its place among the words."""

    text: str
    script: str
    at: int


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
        return self.forms[2 if self.titles else 1] if self.displaced else self.forms[0]

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
    original = _tokens(text)
    tokens = _without_tones(tuple(map(_in_latin, original)))
    if not tokens:
        raise Malformed("name_without_letters")
    letters = sum([len(token.text) for token in tokens])
    if letters > LIMIT:  # Ⅷ is four letters, and 김 three in Latin ones
        raise Malformed("name_too_long", length=letters, limit=LIMIT)
    parts = sum(map(_parts, tokens)) if letters > PARTS_LIMIT else 0  # each has a letter
    if parts > PARTS_LIMIT:
        raise Malformed("name_too_long", length=parts, limit=PARTS_LIMIT)
    known = tuple([token for token in tokens if token.text not in PLACEHOLDERS])
    if not known:
        raise Malformed("name_is_placeholder")
    titles, kept = _without_titles(known)
    displaced, rest = _without_displaced(kept)
    titled = _of_what(titles[0]) if titles else 0
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
    letters = [_ordered(word, _MYANMAR_ORDER) for word in romanised.burmese(text)]
    if not letters:
        return ()
    words_ = tuple(Token(text=word, script=scripts.MYANMAR, at=at) for at, word in enumerate(letters))
    kept = _without_titles(words_)[1]
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


def _ordered(text: str, order: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in order:
        text = pattern.sub(replacement, text)
    return text


def _parts(token: Token) -> int:
    """Count the syllables of a word, roughly: a Han character is one, four letters of a Brahmic script are."""
    if token.script == scripts.HAN:
        return len(token.text)
    return 1 + len(token.text) // 4 if token.script in scripts.BRAHMIC else 1


def _one_form(name: str) -> tuple[str, bool]:
    if name.isascii() and name.isprintable():
        return " ".join(name.lower().split()), False
    text = unicodedata.normalize("NFC", name).translate(_VISIBLE)
    found = set(map(scripts.of_char, text))
    was_zawgyi = scripts.MYANMAR in found and zawgyi.is_zawgyi(text)
    text = zawgyi.to_unicode(text) if was_zawgyi else text
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    for script in _ORDER.keys() & found:
        text = _ordered(text, _ORDER[script])
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


class _Letters(dict[int, str]):
    """For `str.translate`: what is no letter becomes a space; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if scripts.script_of(char) else " "
        return self[code]


_VISIBLE, _LETTERS = _Visible(), _Letters(_JOINERS)


def _tokens(text: str) -> tuple[Token, ...]:
    words_: list[tuple[str, str]] = []
    for word in _split(text):
        if word.isascii():
            words_.append((word, scripts.LATIN))
            continue
        for script, part in scripts.runs(fold_variants(word)):
            if _has_letter(part):
                words_.append((part, script))
    return tuple([Token(part, script, at) for at, (part, script) in enumerate(words_)])


def _in_latin(token: Token) -> Token:
    """Return a word of a script that is not ours in Latin letters (anyascii, ISC): Cyrillic, Arabic, Tibetan, Hangul …

    What has no letters there stays as it is.
    """
    if token.script != scripts.OTHER:
        return token
    letters = "".join(char for char in _transliteration()(token.text).lower() if char.isalpha())
    return token if not letters else Token(text=letters, script=scripts.LATIN, at=token.at)


def _without_tones(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return words in pinyin with tones without these: records hardly have them, and Vietnamese has other ones."""
    toned = [token.text for token in tokens if token.script == scripts.LATIN]
    if "".join(toned).isascii() or not pinyin.is_toned(toned):
        return tokens
    return tuple(
        token._replace(text=vietnamese.bare(token.text)) if token.script == scripts.LATIN else token
        for token in tokens
    )


def before_letters(latin: str, name: str) -> str:
    """Return the word of `name` that stands as `latin` in plain letters: Дмитрий for *dmitriy*; empty if none does."""
    original = _tokens(_one_form(name[:LIMIT])[0])
    compared = _without_tones(tuple(map(_in_latin, original)))
    both = zip(original, compared, strict=True)
    return next((one.text for one, other in both if one != other and other.text == latin), "")


@cache
def _transliteration() -> Callable[[str], str]:
    from anyascii import anyascii  # its tables are read when such a name comes

    return anyascii


def _has_letter(text: str) -> bool:
    """Say whether there is a letter, and not only marks that have lost theirs."""
    return text[0].isalpha() or any(unicodedata.category(char)[0] == "L" for char in text)


def _split(text: str) -> list[str]:
    words_ = text.split()
    if not text.replace(" ", "").isalpha():
        words_ = [keystrokes.from_signs(word) or word for word in words_]
    return " ".join(words_).translate(_LETTERS).split()


def fold_variants(text: str) -> str:
    """Return `text` with traditional and variant Han characters simplified (table `han_variants`)."""
    return text if max(text, default="") < _FIRST_HAN else text.translate(_variants())


_FIRST_HAN = "\u2e80"


@cache
def _variants() -> dict[int, str]:
    return {ord(row[0]): row[1] for row in rows("han_variants")}


def _may_hold_titles(tokens: tuple[Token, ...]) -> bool:
    """Say whether any word is a title, or in a script that writes one without a space; of most names none is."""
    return not (
        _every_title().isdisjoint([token.text for token in tokens])
        and scripts.BRAHMIC.isdisjoint([token.script for token in tokens])
    )


def _without_titles(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], tuple[Token, ...]]:
    """Part titles from the name; a name of which nothing else would stay keeps them."""
    if not _may_hold_titles(tokens):
        return (), tokens
    start, end = 0, len(tokens)
    while start < end and tokens[start].text in _titles("before"):
        start += 1
    while end > start and tokens[end - 1].text in _titles("after"):
        end -= 1
    if start == end:
        return (), tokens
    titles = tuple(token.text for token in tokens[:start] + tokens[end:])
    joined, first = _without_joined_title(tokens[start])
    return titles + joined, (first, *tokens[start + 1 : end])


def _without_displaced(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], tuple[Token, ...]]:
    """Part titles that stand in the middle of a name or at its other end; nothing where no other word would stay."""
    if not _may_hold_titles(tokens):
        return (), tokens
    parted = [_without_title(token, first=at == 0) for at, token in enumerate(tokens)]
    rest = tuple(kept for _, kept in parted if kept is not None)
    return (tuple(title for found, _ in parted for title in found), rest) if rest else ((), tokens)


def _without_title(token: Token, *, first: bool) -> tuple[tuple[str, ...], Token | None]:
    """Part a title from a word, or the whole word where it is one; the first has lost its joined one already."""
    if token.text in _every_title():
        return (token.text,), None
    return ((), token) if first else _without_joined_title(token)


@cache
def _titles(stands: str) -> frozenset[str]:
    """Return the titles that stand before the name or after it: Oo is a title in U Oo once only."""
    return frozenset(row[0] for row in rows("titles") if row[2] in (stands, "both"))


def kind_of(at: int, titled: int) -> int:
    """Return the kind of a form: 0 as written where no title stands in its place, 1 without those that stand elsewhere.

    Else three for each of `titled`: without titles, with them, and without those that stand elsewhere too. Behind all
    of them stands ELSEWHERE.
    """
    return 3 * titled - 1 + at if titled else at


@cache
def _every_title() -> frozenset[str]:
    """Return every title, wherever it stands."""
    return _titles("before") | _titles("after")


TITLED = ("", "person", "village", "town", "commune", "quarter", "district", "province")
ELSEWHERE = (
    3 * len(TITLED) - 1
)  # in the letters of another language: Burmese that was romanised, a Chinese surname in Thai


@cache
def _of_what(title: str) -> int:
    """Return what a title says that the name is of: in its table `th:village`, a person where nothing is said."""
    said = next(row[1].partition(":")[2] for row in rows("titles") if row[0] == title)
    return TITLED.index(said or "person")


def _without_joined_title(token: Token) -> tuple[tuple[str, ...], Token]:
    """Part a title written without a space, as Lao, Thai, Khmer and Burmese do.

    Two letters at least must stay.
    """
    if token.script not in scripts.BRAHMIC:
        return (), token
    for place in _PLACE_ENDINGS:
        rest = token.text.removesuffix(place)
        if rest != token.text and len(rest) > 1:
            return (place,), Token(text=rest, script=token.script, at=token.at)
    for title in _joined_titles().get(token.text[:2], ()):
        rest = token.text.removeprefix(title)
        if rest != token.text and len(rest) > 1 and script_starts_syllable(rest):
            return (title,), Token(text=rest, script=token.script, at=token.at)
    return (), token


def script_starts_syllable(text: str) -> bool:
    """Say whether a Brahmic text may begin here.

    With a letter, not with a sign that belongs to the letter before.
    """
    return unicodedata.category(text[0]) == "Lo"


@cache
def _joined_titles() -> dict[str, list[str]]:
    """Return titles of two letters and more that stand before a name by their first two, the longer ones first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_titles("before"), key=lambda word: (-len(word), word)):
        if scripts.script_of(word[0]) in scripts.BRAHMIC and len(word) > 1:
            found.setdefault(word[:2], []).append(word)
    return found
