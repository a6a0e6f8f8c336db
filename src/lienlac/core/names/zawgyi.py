"""Burmese typed for the Zawgyi font: noticed and turned into Unicode order.

Zawgyi uses the code points of the Myanmar block for shapes, in the order of the eye, so that Unicode software
sees letters in an impossible order. Detection counts sequences which only one of the two can hold; conversion
is a list of rewritings applied in order. Source: the rules of `Zawgyi-my` in Unicode CLDR (Unicode licence),
reduced to what names hold, and checked by hand on common names (not by a speaker: verified = no).
"""

from __future__ import annotations

import re

# What Unicode text never holds: vowel E or medial ra before any consonant, a killer at the end, Zawgyi's
# own shapes.
_ONLY_ZAWGYI = re.compile(
    "(?<![\u1000-\u109f])[\u1031\u103b]|\u1039(?![\u1000-\u1021])|[\u1033\u1034\u105a\u1060-\u1069\u106c-\u1085]"
)
_SURELY_ZAWGYI = re.compile("(?<![\u1000-\u109f])[\u1031\u103b]|\u1039(?![\u1000-\u1021])|[\u1033\u1034]")
# What Zawgyi text hardly ever holds: Unicode's killer at the end of a syllable, a medial before vowel E,
# kinzi.
_ONLY_UNICODE = re.compile(
    "\u103a(?:[\u1037\u1038]|(?![\u1000-\u109f]))|[\u103b-\u103e]\u1031|\u1004\u103a\u1039|\u103f"
)

_CONSONANT = "[\u1000-\u1021\u1025\u1029\u103f]"
# (pattern, replacement), in order; \ue000… are private marks that hold a medial until the end
_REWRITINGS: tuple[tuple[str, str], ...] = (
    ("[\u107e-\u1084]", "\u103b"),  # wide shapes of medial ra
    ("\u1033", "\u102f"),
    ("\u1034", "\u1030"),
    ("\u105a", "\u102b\u1039"),
    ("[\u1094\u1095]", "\u1037"),
    ("\u106a", "\u1009"),
    ("\u106b", "\u100a"),
    ("\u108f", "\u1014"),
    ("\u1090", "\u101b"),
    ("\u1086", "\u103f"),
    ("\u1088", "\ue003\u102f"),
    ("\u1089", "\ue003\u1030"),
    ("\u108a", "\ue002\ue003"),
    ("\u1087", "\ue003"),
    ("[\u107d]", "\u103a"),
    ("\u108b", "\u1064\u102d"),
    ("\u108c", "\u1064\u102e"),
    ("\u108d", "\u1064\u1036"),
    ("\u108e", "\u102d\u1036"),
    ("\u1060", "\u1039\u1000"),
    ("\u1061", "\u1039\u1001"),
    ("\u1062", "\u1039\u1002"),
    ("\u1063", "\u1039\u1003"),
    ("\u1065", "\u1039\u1005"),
    ("[\u1066\u1067]", "\u1039\u1006"),
    ("\u1068", "\u1039\u1007"),
    ("\u1069", "\u1039\u1008"),
    ("\u106c", "\u1039\u100b"),
    ("\u1070", "\u1039\u100f"),
    ("[\u1071\u1072]", "\u1039\u1010"),
    ("[\u1073\u1074]", "\u1039\u1011"),
    ("\u1075", "\u1039\u1012"),
    ("\u1076", "\u1039\u1013"),
    ("\u1077", "\u1039\u1014"),
    ("\u1078", "\u1039\u1015"),
    ("\u1079", "\u1039\u1016"),
    ("\u107a", "\u1039\u1017"),
    ("\u107b", "\u1039\u1018"),
    ("\u107c", "\u1039\u1019"),
    ("\u1085", "\u1039\u101c"),
    ("\u1039(?![\u1000-\u1021])", "\ue004"),  # Zawgyi's visible killer
    ("\u103a", "\ue000"),  # its medial ya
    ("\u103b", "\ue001"),  # its medial ra
    ("\u103c", "\ue002"),  # its medial wa
    ("\u103d", "\ue003"),  # its medial ha
    ("\ue001(" + _CONSONANT + "(?:\u1039[\u1000-\u1021])?)", "\\1\ue001"),
    ("\u1031\ue001?(" + _CONSONANT + ")", "\u1031\\1"),
    ("\u1031(" + _CONSONANT + "(?:\u1039[\u1000-\u1021])?)([\ue000-\ue003]*)", "\\1\\2\u1031"),
    ("(" + _CONSONANT + ")([\ue000-\ue003\u1031]*)\u1064", "\u1004\u103a\u1039\\1\\2"),
    ("\u1031([\ue000-\ue003]+)", "\\1\u1031"),
    ("\ue004\u1037", "\u1037\ue004"),
    ("([\u102f\u1030])([\u102d\u102e])", "\\2\\1"),
)
_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _REWRITINGS)
_MEDIALS = re.compile("[\ue000-\ue003]{2,}")
_FINAL = str.maketrans(
    {"\ue000": "\u103b", "\ue001": "\u103c", "\ue002": "\u103d", "\ue003": "\u103e", "\ue004": "\u103a"}
)


def is_zawgyi(text: str) -> bool:
    """Say whether Burmese text was typed for Zawgyi: more impossible than necessary Unicode sequences."""
    if not _SURELY_ZAWGYI.search(text):
        return False  # Shan, Mon and Karen use some of Zawgyi's code points for letters of their own
    return len(_ONLY_ZAWGYI.findall(text)) > len(_ONLY_UNICODE.findall(text))


def to_unicode(text: str) -> str:
    """Return Zawgyi text in Unicode order; call it only on what `is_zawgyi` says is Zawgyi."""
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return _MEDIALS.sub(lambda found: "".join(sorted(found.group())), text).translate(_FINAL)
