"""Reasons read off an alignment, pair by pair: what was compared is what is said."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .alignment import Alignment, Pair
from .costs import Difference
from .reading import NOTHING, Spelling, Syllable
from .reasons import AGAINST, CODES, Reason
from .scripts import HAN, script_of
from .written import Written

UNUSUAL = 1.0  # a reading dearer than this is said to be unusual
AS_WRITTEN = frozenset({"written", "foreign", "unread"})  # what is no reading: the word as it stands
ASKED = AS_WRITTEN | {"telex"}  # what somebody wrote


def explain(
    view: str, alignment: Alignment, left: Written, right: Written, titles: frozenset[str]
) -> Iterator[Reason]:
    """Yield the reasons of an alignment in the order of the first name, then what concerns the whole.

    `titles` are those that one of the names has and the other has not.
    """
    if _is_one_name(alignment, left, right):
        yield Reason(code="same_name")
    else:
        for pair in alignment.pairs:
            for reason in _of_pair(view, pair):
                yield _in_plain_letters(reason, left, right)
    if alignment.swapped:
        yield Reason(code="order_swapped")
    for title in sorted(titles):
        yield Reason(code="title_left_out", facts={"title": title})
    if left.was_zawgyi or right.was_zawgyi:
        yield Reason(code="was_zawgyi")


def _is_one_name(alignment: Alignment, left: Written, right: Written) -> bool:
    """Say whether nothing differs; letters not ours, and pinyin with tones, are compared as plain letters."""
    if left.transliterated or right.transliterated:
        return left.text == right.text
    return alignment.cost == 0.0 and left.scripts == right.scripts and _as_written(alignment)


def _in_plain_letters(reason: Reason, left: Written, right: Written) -> Reason:
    """Say of words that are the same in plain letters alone that they sound alike: Дмитрий, *Dmitriy*."""
    word = str(reason.facts.get("left", ""))
    written = all(word in name.text for name in (left, right) if name.transliterated)
    return reason if reason.code != "same_word" or written else _alike("sound", word, word)


def _as_written(alignment: Alignment) -> bool:
    """Say whether nothing was read: Phạm is Fan in pinyin, and no same name."""
    met = [pair.difference for pair in alignment.pairs if pair.difference is not None]
    return all({one.left.table, one.right.table} <= AS_WRITTEN for one in met)


def _of_pair(view: str, pair: Pair) -> Iterator[Reason]:
    if pair.difference is None or pair.left is None or pair.right is None:
        syllable = pair.left or pair.right
        if syllable is not None:
            yield Reason(code="missing", facts={"written": syllable.written})
        return
    met = pair.difference
    if NOTHING in (pair.left.written, pair.right.written):
        if met.code == "differs":  # a silent letter is no part that is missing
            yield Reason(code="missing", facts={"written": _other_than_nothing(pair.left, pair.right)})
        return
    if met.code == "same" and pair.left.written == pair.right.written:
        yield Reason(code="same_word", facts={"left": pair.left.written})
        return
    if met.code == "differs":
        yield Reason(code="differs", facts={"left": pair.left.written, "right": pair.right.written})
        return
    if view in ("sound", "transcribed"):
        yield _alike(view, pair.left.written, pair.right.written)
        return
    if CODES.get(met.code, ("",))[0] == AGAINST and (met.left.table in ASKED) != (met.right.table in ASKED):
        yield _apart(pair.left, pair.right, met)
        return
    yield from _readings(pair.left, met.left)
    yield from _readings(pair.right, met.right)
    yield from _meeting(view, pair.left, pair.right, met)


def _other_than_nothing(left: Syllable, right: Syllable) -> str:
    return right.written if left.written == NOTHING else left.written


def _alike(view: str, left: str, right: str) -> Reason:
    facts = {"left": left, "right": right}
    return (
        Reason(code="sounds_alike", facts=facts)
        if view == "sound"
        else Reason(code="sounds_alike_in", facts={**facts, "view": view})
    )


def _apart(left: Syllable, right: Syllable, met: Difference) -> Reason:
    """Say that one side is read otherwise than the other is written: the reading alone speaks for nothing."""
    read, said, other = (
        (right, met.right, met.left) if met.left.table in ASKED else (left, met.left, met.right)
    )
    facts = {"written": read.written, "reading": said.text, "other": other.text}
    return Reason(code="reading_apart", facts=facts)


def _readings(syllable: Syllable, spelling: Spelling) -> Iterator[Reason]:
    """Say how a written syllable was read, where it was not taken as it stands."""
    facts = {"written": syllable.written, "reading": spelling.text}
    if spelling.table == "telex":
        yield Reason(code="typed_as_keystrokes", facts=facts)
    elif spelling.table == "han_frequency":
        yield Reason(code="reading_likely", facts={**facts, "percent": round(100 * math.exp(-spelling.cost))})
    elif spelling.table not in AS_WRITTEN:
        code = "unusual_reading" if spelling.cost > UNUSUAL else "reading"
        yield Reason(code=code, facts={**facts, "table": spelling.table})


def _is_han(syllable: Syllable) -> bool:
    return script_of(syllable.written[:1]) == HAN


def _meeting(view: str, left: Syllable, right: Syllable, met: Difference) -> Iterator[Reason]:
    facts = {"left": met.left.text, "right": met.right.text}
    if met.code == "same":
        if _is_han(left) and _is_han(right):
            yield Reason(code="other_characters", facts={"left": left.written, "right": right.written})
    elif met.code == "sounds_alike":
        yield _alike(view, met.left.text, met.right.text)
    else:
        yield Reason(code=met.code, facts=facts)
