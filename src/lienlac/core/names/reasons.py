"""The reasons a comparison gives.

One table of codes, and what facts each carries. Wording stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FOR, AGAINST = "for", "against"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One reason: its `code` in CODES and the `facts` that the sentence needs."""

    code: str
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


# code -> (speaks for or against, names of its facts). `left` and `right` are parts of the first and second
# name.
CODES: dict[str, tuple[str, tuple[str, ...]]] = {
    "same_name": (FOR, ()),  # nothing differs but Unicode form, case, spaces or variant characters
    "same_word": (FOR, ("left",)),  # this word is the same in both
    "reading": (
        FOR,
        ("written", "reading", "table"),
    ),  # 谭 is read đàm, says this table, and the other name has đàm
    "reading_likely": (FOR, ("written", "reading", "percent")),  # phong is feng in this share of names
    "without_accents": (FOR, ("left", "right")),  # one name has no accents at all; the letters agree
    "same_sound_other_spelling": (FOR, ("left", "right")),  # hoà hòa, lý lí: two spellings of one syllable
    "typed_as_keystrokes": (FOR, ("written", "reading")),  # nguyeenx is nguyễn in Telex keystrokes
    "sounds_alike": (FOR, ("left", "right")),  # read aloud they agree
    "sounds_alike_in": (FOR, ("left", "right", "view")),  # they agree as this view reads them
    "initial": (FOR, ("left", "right")),  # J for Joseph
    "order_swapped": (AGAINST, ()),  # the words stand in another order
    "title_left_out": (AGAINST, ("title",)),  # one name has a title before it
    "joined_differently": (FOR, ("left", "right")),  # Qing Yuan, Qingyuan
    "was_zawgyi": (FOR, ()),  # typed for the Zawgyi font, converted
    "same_letters_other_tone": (AGAINST, ("left", "right")),  # hòa hóa
    "same_letters_other_accents": (AGAINST, ("left", "right")),  # hùng hưng
    "other_characters": (AGAINST, ("left", "right")),  # 远 园: two characters that are read alike
    "unusual_reading": (AGAINST, ("written", "reading", "table")),  # a reading that is rare in names
    "reading_apart": (AGAINST, ("written", "reading", "other")),  # 八 is read bát, the other name has tám
    "slip": (AGAINST, ("left", "right")),  # a few letters differ
    "differs": (AGAINST, ("left", "right")),  # these parts have nothing in common
    "missing": (AGAINST, ("written",)),  # one name has this part, the other has not
    "no_common_script": (AGAINST, ("left_scripts", "right_scripts")),  # no view shows both
}
