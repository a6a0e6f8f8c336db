"""Vietnamese typed while the input method was off: Telex, VNI and VIQR keystrokes read back into words.

`Nguyeenx Vawn Hungf` (Telex), `Nguye6n4 Va8n Hu2ng` (VNI), `Nguye^~n Va(n Hu`ng` (VIQR, RFC 1456). Telex is
made of letters alone, so that a word may be meant as it stands; the other two never are.
"""

from __future__ import annotations

import re
import unicodedata

from . import vietnamese

_LONGEST = 10
_TELEX = re.compile("[sfrxj]|aa|ee|oo|dd|w|[aeo].+[aeo]$|^d.+d$")  # a word without any of these keys is none
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TELEX_SHAPES = (
    ("dd", "đ"),
    ("aa", "â"),
    ("aw", "ă"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("uow", "ươ"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_LATE_SHAPE = re.compile("^(d?)([^aeo]*)([aeou]+)([^aeiouy]*)([aeowd])$")
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_SHAPES = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}


def from_telex(word: str) -> str | None:
    """Read one lower-case word as Telex, or None when that makes no accented Vietnamese syllable."""
    if not word.isascii() or not 3 <= len(word) <= _LONGEST or not _TELEX.search(word):
        return None
    tone, body = _telex_tone(word)
    return _accented_syllable(_telex_shapes(body), tone)


def _telex_tone(word: str) -> tuple[str, str]:
    """Part the tone key, which stands after the vowel, often last."""
    for at in range(len(word) - 1, 0, -1):
        if word[at] in _TELEX_TONES and any(char in "aeiouyw" for char in word[:at]):
            rest = word[:at] + word[at + 1 :]
            if vietnamese.parse(_telex_shapes(rest)):
                return _TELEX_TONES[word[at]], rest
    return "", word


def _telex_shapes(body: str) -> str:
    for keys, letter in _TELEX_SHAPES:
        if keys in body:
            body = body.replace(keys, letter, 1)
    if vietnamese.parse(body):
        return body
    return _late_shape(body)


def _late_shape(body: str) -> str:
    """Apply a shape key typed at the end of the word: `tuana` for tuân, `vanw` for văn, `damd` for đam."""
    key, stem = body[-1:], body[:-1]
    if key == "d" and stem.startswith("d"):
        return "đ" + stem[1:]
    if key == "w" and "uo" in stem:
        return stem.replace("uo", "ươ", 1)
    doubled = {"a": ("a", "â"), "e": ("e", "ê"), "o": ("o", "ô")}
    pairs = [doubled[key]] if key in doubled else [("a", "ă"), ("o", "ơ"), ("u", "ư")] if key == "w" else []
    for plain, shaped in pairs:
        if plain in stem:
            return stem.replace(plain, shaped, 1)
    return body


def from_vni(word: str) -> str | None:
    """Read one lower-case word as VNI keystrokes (digits after letters), or None."""
    tone = ""
    letters: list[str] = []
    for char in word:
        if char in _VNI_TONES:
            tone = _VNI_TONES[char]
        elif char in _VNI_SHAPES and letters:
            _shape_last_vowel(letters, _VNI_SHAPES[char])
        elif char == "9" and "d" in letters:
            letters[letters.index("d")] = "đ"
        else:
            letters.append(char)
    return _accented_syllable("".join(letters), tone)


_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR_SHAPES = {"^": "\u0302", "+": "\u031b", "(": "\u0306"}
_SIGNED = re.compile("[a-z]+[0-9^+(`?~'.][a-z0-9^+(`?~'.]*")


def from_signs(word: str) -> str | None:
    """Read one lower-case word as VNI or VIQR, or None; a full stop or an apostrophe alone is no sign of VIQR."""
    if not _SIGNED.fullmatch(word) or not set(word) & set("123456789^+(`?~"):
        return None
    if any(char.isdigit() for char in word):
        return from_vni(word)
    return _from_viqr(word)


def _from_viqr(word: str) -> str | None:
    tone = ""
    letters: list[str] = []
    for char in word.replace("dd", "đ"):
        if char in _VIQR_TONES:
            tone = _VIQR_TONES[char]
        elif char in _VIQR_SHAPES and letters:
            _shape_last_vowel(letters, _VIQR_SHAPES[char])
        else:
            letters.append(char)
    return _accented_syllable("".join(letters), tone)


def _shape_last_vowel(letters: list[str], mark: str) -> None:
    for at in range(len(letters) - 1, -1, -1):
        shaped = unicodedata.normalize("NFC", letters[at] + mark)
        if len(shaped) == 1:
            letters[at] = shaped
            if mark == "\u031b" and shaped == "ơ" and at and letters[at - 1] == "u":
                letters[at - 1] = "ư"
            return


def _accented_syllable(letters: str, tone: str) -> str | None:
    if vietnamese.parse(letters) is None:
        return None
    at = _tone_place(letters)
    word = unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
    return word if vietnamese.is_accented(word) else None


def _tone_place(letters: str) -> int:
    """Return the place of any vowel: the reading of a syllable does not depend on where its tone stands."""
    return max(at for at, char in enumerate(letters) if vietnamese.bare(char) in "aeiouy")
