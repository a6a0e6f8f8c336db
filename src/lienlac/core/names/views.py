"""The views of a name: from its words to readings, by script. `readings` is the public question.

A name is looked at in each way that its script allows: Han characters by Hán-Việt, by pinyin and as overseas
Chinese write them; Latin words as words, as Vietnamese, as pinyin; Lao, Thai, Khmer and Burmese by letters
and by sound.
"""

from __future__ import annotations

from collections.abc import Callable

from . import channel, hanzi, keystrokes, overseas, pinyin, scripts, transcribed, vietnamese
from .reading import Reading, Spelling, Syllable
from .sounding import sound_reading
from .titles import ELSEWHERE
from .tokens import Token
from .written import Written, write

Words = tuple[Token, ...]


def readings(name: str, *, lang_hint: str | None = None) -> tuple[Reading, ...]:
    """Return every plausible reading of a name with its sources; `lang_hint` moves its view to the front.

    `lang_hint` is a language code (vi lo zh-hans km th my en). Raises Malformed as `write` does.
    """
    written = write(name)
    found = views(written.tokens)
    for form, kind in zip(written.forms, written.kinds, strict=True):
        if kind == ELSEWHERE:  # of several the first
            found |= {view: read for view, read in views(form).items() if view not in found}
    wanted = _HINTS.get(lang_hint or "", "")
    return tuple(sorted(found.values(), key=lambda reading: reading.view != wanted))


_HINTS = {
    "vi": "vietnamese",
    "zh-hans": "pinyin",
    "lo": "lao",
    "th": "thai",
    "km": "khmer",
    "my": "burmese",
    "en": "latin",
}


def views(words: Words) -> dict[str, Reading]:
    """Return the views of some words by code; a view is there only when it can show every word."""
    made = {view: make(words) for view, make in _MAKERS.items()}
    return {view: reading for view, reading in made.items() if reading is not None}


class Forms(tuple[dict[str, Reading], ...]):
    """The views of each form of a name, without titles first; `kinds` is that of `Written`."""

    kinds: tuple[int, ...] = (0,)


def all_views(written: Written) -> Forms:
    """Return the views of each form of a name, without titles first."""
    found = Forms(views(form) for form in written.forms)
    found.kinds = written.kinds
    return found


def _hanzi(words: Words) -> Reading | None:
    if not _only(words, scripts.HAN):
        return None
    letters = [(word.at, char) for word in words for char in word.text]
    plain = [Syllable(written=c, spellings=(Spelling(c, c, 0.0, "written"),), word=at) for at, c in letters]
    return Reading(view="hanzi", syllables=tuple(plain))


def _only(words: Words, *wanted: str) -> bool:
    return all(word.script in wanted for word in words)


def _vietnamese(words: Words) -> Reading | None:
    """Read Han characters in Hán-Việt and Latin words as Vietnamese; both may stand in one name."""
    if not _only(words, scripts.HAN, scripts.LATIN):
        return None
    syllables: list[Syllable] = []
    for place, word in enumerate(words):
        made = _han_viet(word, place == 0) if word.script == scripts.HAN else _as_vietnamese(word)
        if not made:
            return None
        syllables.extend(made)
    return Reading(view="vietnamese", syllables=tuple(syllables))


def _han_viet(word: Token, first: bool) -> list[Syllable]:
    found = [(char, hanzi.han_viet(char, surname=first and at == 0)) for at, char in enumerate(word.text)]
    unread = (
        Spelling("?", "?/?0", 3.0, "unread"),
    )  # a character without a reading costs, but hides nothing else
    if not any(spellings for _, spellings in found):
        return []
    return [Syllable(written=char, spellings=spellings or unread, word=word.at) for char, spellings in found]


def _as_vietnamese(word: Token) -> list[Syllable]:
    spellings = latin_vietnamese(word.text)
    return [Syllable(written=word.text, spellings=spellings, word=word.at)] if spellings else []


def latin_vietnamese(text: str) -> tuple[Spelling, ...]:
    """Read one Latin word as a Vietnamese syllable, as written and as Telex keystrokes; empty when it is none."""
    parsed = vietnamese.parse(text)
    typed = keystrokes.from_telex(text)
    spellings: list[Spelling] = []
    if parsed:
        spellings.append(Spelling(text, vietnamese.spelled(parsed), 0.0, "written"))
    if typed and (meant := vietnamese.parse(typed)):
        spellings.append(Spelling(typed, vietnamese.spelled(meant), 0.3, "telex"))
    return tuple(spellings)


def _pinyin(words: Words) -> Reading | None:
    if not _only(words, scripts.HAN, scripts.LATIN):
        return None
    syllables: list[Syllable] = []
    for place, word in enumerate(words):
        made = _pinyin_of_han(word, place == 0) if word.script == scripts.HAN else _pinyin_of_latin(word)
        if not made:
            return None
        syllables.extend(made)
    return Reading(view="pinyin", syllables=tuple(syllables))


def _pinyin_of_han(word: Token, first: bool) -> list[Syllable]:
    unread = (Spelling("?", "?", 3.0, "unread"),)
    return [
        Syllable(written=char, spellings=han_pinyin(char, surname=first and at == 0) or unread, word=word.at)
        for at, char in enumerate(word.text)
    ]


def han_pinyin(char: str, *, surname: bool) -> tuple[Spelling, ...]:
    """Return the pinyin of one character with what its rarity costs."""
    return hanzi.rarer(pinyin.of_char(char, surname=surname), char, surname=surname)


def _pinyin_of_latin(word: Token) -> list[Syllable]:
    return [
        Syllable(written=text, spellings=(Spelling(text, text, 0.0, "written"),), word=word.at)
        for text in pinyin_words(word.text)
    ]


def pinyin_words(text: str) -> tuple[str, ...]:
    """Part one Latin word into pinyin syllables; empty when it is none."""
    if vietnamese.is_accented(text) and vietnamese.parse(text):
        return ()  # its accents are Vietnamese: đàm is no dam of pinyin
    ways = pinyin.segment(vietnamese.bare(text.replace("ü", "v")))
    return ways[0] if ways else ()


def mandarin(reading: Reading) -> Reading | None:
    """Return the Mandarin behind a Vietnamese reading (`channel`), or None when a syllable has none."""
    syllables: list[Syllable] = []
    bare = not any(vietnamese.is_accented(syllable.written) for syllable in reading.syllables)
    for at, syllable in enumerate(reading.syllables):
        key = syllable.spellings[0].key
        found = channel.behind(key, surname=at == 0, bare=bare)
        if not found:
            return None
        syllables.append(Syllable(written=syllable.written, spellings=found, word=syllable.word))
    return Reading(view="pinyin", syllables=tuple(syllables), weight=0.5)


def overseas_view(found: dict[str, Reading]) -> Reading | None:
    """Return Han characters in overseas spellings, or Latin words as such spellings; made only when it is needed.

    A name in Vietnamese accents is no such spelling: *Ngô Thiện* is not 吴天, though *Ngo Thien* may be.
    """
    if "hanzi" in found:
        places = enumerate(found["hanzi"].syllables)
        made = [
            s.with_spellings(overseas.of_char(s.written, surname=at == 0) or _UNSPELLED) for at, s in places
        ]
    elif "latin" in found and not is_vietnamese(found):
        made = [s.with_spellings((overseas_spelling(s.spellings[0].key),)) for s in found["latin"].syllables]
    else:
        return None
    return Reading(view="overseas", syllables=tuple(made), weight=0.5)


def is_vietnamese(found: dict[str, Reading]) -> bool:
    """Say whether a Latin name is written in Vietnamese syllables with accents, so that it is nothing else."""
    return is_plain(found) and not all(s.written.isascii() for s in found["latin"].syllables)


def is_plain(found: dict[str, Reading]) -> bool:
    """Say whether a name is written in Vietnamese syllables, none of them keystrokes."""
    reading = found.get("vietnamese")
    return reading is not None and all(
        s.table == "written" for syllable in reading.syllables for s in syllable.spellings
    )


_UNSPELLED = (Spelling("?", "?", 3.0, "unread"),)


def overseas_spelling(text: str) -> Spelling:
    """Return a plain Latin word as an overseas spelling; its table is `foreign` when no character is spelled so."""
    key = overseas.fold(text)
    return Spelling(text, key, 0.0, "written" if key in overseas.folds() else "foreign")


def _latin(words: Words) -> Reading | None:
    if not _only(words, scripts.LATIN):
        return None
    plain = [Syllable(written=w.text, spellings=(_latin_spelling(w.text),), word=w.at) for w in words]
    return Reading(view="latin", syllables=tuple(plain))


def _latin_spelling(text: str) -> Spelling:
    return Spelling(text, vietnamese.bare(text), 0.0, "written")


def _letters(script: str, view: str) -> Callable[[Words], Reading | None]:
    """Return the maker of a view that shows the letters of one script as written, word by word."""

    def make(words: Words) -> Reading | None:
        if not _only(words, script):
            return None
        made = [
            Syllable(written=w.text, spellings=(Spelling(w.text, w.text, 0.0, "written"),), word=w.at)
            for w in words
        ]
        return Reading(view=view, syllables=tuple(made))

    return make


def _transcribed(words: Words) -> Reading | None:
    """Show what a foreign name in Han characters sounds like, where it may be one."""
    if not _only(words, scripts.HAN):
        return None
    return transcribed_reading([(char, word.at) for word in words for char in word.text])


def transcribed_reading(chars: list[tuple[str, int]]) -> Reading | None:
    """Return Han characters, given with their words, as the sounds of a foreign name; None when they are none."""
    if not transcribed.is_transcribed("".join(char for char, _ in chars)):
        return None
    made = [
        Syllable(
            written=char,
            spellings=(Spelling(transcribed.usual(char), char, 0.0, "transcribed"),),
            word=at,
        )
        for char, at in chars
    ]
    return Reading(view="transcribed", syllables=tuple(made), weight=0.3)


def _other(words: Words) -> Reading | None:
    """Show the letters as written: scripts without a view of their own, and scripts mixed in one name."""
    found = {word.script for word in words}
    if len(found) == 1 and scripts.OTHER not in found:
        return None
    parts = [(part, w.at) for w in words for part in (w.text if w.script == scripts.HAN else (w.text,))]
    made = [Syllable(written=t, spellings=(Spelling(t, t, 0.0, "written"),), word=at) for t, at in parts]
    return Reading(view="other", syllables=tuple(made))


def _sound(words: Words) -> Reading | None:
    """Sound out names of one Brahmic script."""
    script = words[0].script
    if script not in scripts.BRAHMIC or not _only(words, script):
        return None
    made = sound_reading([(word.text, word.at) for word in words], script)
    return made if made.syllables else None


_MAKERS: dict[str, Callable[[Words], Reading | None]] = {
    "hanzi": _hanzi,
    "vietnamese": _vietnamese,
    "pinyin": _pinyin,
    "latin": _latin,
    "lao": _letters(scripts.LAO, "lao"),
    "thai": _letters(scripts.THAI, "thai"),
    "khmer": _letters(scripts.KHMER, "khmer"),
    "burmese": _letters(scripts.MYANMAR, "burmese"),
    "transcribed": _transcribed,
    "sound": _sound,
    "other": _other,
}
