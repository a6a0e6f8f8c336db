from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.names import calibration, channels, compare, spoken
from lienlac.core.names.matrices import padded
from lienlac.core.names.views import views
from lienlac.core.names.written import write

LAO = "ຄຳມະນີ ອິນທິລາດ"
WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
LATIN = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


def lao_units() -> tuple[channels.Unit, ...]:
    return channels.units_of(views(write(LAO).tokens)["sound"], "lao")


@pytest.mark.parametrize("language", channels.LANGUAGES)
def test_the_usual_spelling_of_a_unit_is_free_and_none_costs_less(language: str) -> None:
    for unit, known in channels.table(language).items():
        assert min(known.values()) == 0.0, unit


@given(st.lists(LATIN, min_size=1, max_size=4))
def test_many_spellings_at_once_cost_what_each_costs_alone(texts: list[str]) -> None:
    units, counts = lao_units(), np.array([*map(len, texts)])
    letters = padded(np.frombuffer(spoken.coded("".join(texts)), dtype=np.uint8), counts, 0)
    together = spoken.Texts(letters, counts).spelled(units, "lao")
    alone = [channels.spelled_rows(units, "lao", text, channels.pieces_of(text))[-1][-1] for text in texts]
    assert together == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("သိန်းအောင်", "Thein Aung", "Tian Ang"),
        ("ສົມພອນ", "Somphone", "Shanpeng"),
        ("สมชาย", "Somchai", "Xiongcai"),
        ("ព្រះវិហារ", "Preah Vihear", "Bo Weihe"),
    ],
)
def test_the_spelling_of_its_own_language_is_heard_first(name: str, better: str, worse: str) -> None:
    assert compare(name, better).score > compare(name, worse).score


def test_a_shan_name_is_sounded_out() -> None:
    sound = views(write("မိူင်းၵွင်း").tokens)["sound"]
    assert [syllable.spellings[0].key for syllable in sound.syllables] == ["m@N", "kON"]


def burmese_units(name: str) -> list[str]:
    return [unit.key for unit in channels.units_of(views(write(name).tokens)["sound"], "myanmar")]


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("နမ့်", ["n-", "-an'm."]),
        ("ကန်း", ["k-", "-an:"]),
        ("ဘရန်", ["b-'h", "-a'w", "y-'r", "-an"]),
        ("ဥမ္မာ", ["-on", "m-", "-a"]),
        ("ထွဋ်", ["T-", "-ut"]),
    ],
)
def test_a_burmese_unit_keeps_what_latin_letters_keep(name: str, units: list[str]) -> None:
    assert burmese_units(name) == units


def test_a_unit_that_was_never_seen_is_spelled_as_the_same_with_fewer_marks() -> None:
    assert channels.coarser("-an'm:") == ("-an'm:", "-an:", "-an'm", "-an")
    assert channels.spellings("-Ok'p:", "myanmar") == channels.spellings("-Ok", "myanmar")


@pytest.mark.parametrize("shorter", ["Saing Kyaw Moe", "Saingkyaw"])
def test_a_burmese_syllable_is_not_left_out(shorter: str) -> None:
    name = "စိုင်းအောင်ကျော်မိုး"
    assert compare(name, "Saing Aung Kyaw Moe").score > 2 * compare(name, shorter).score


def test_a_village_is_a_title_after_its_name_only() -> None:
    assert write("ရွာငံ").titles == ()
    assert compare("ရွာငံ", "Ywangan").score > compare("ရွာငံ", "Thao Ngan").score


def test_a_title_on_one_side_argues_a_little() -> None:
    with_it, without = compare("U Thein Win", "ဦးသိန်းဝင်း"), compare("Thein Win", "ဦးသိန်းဝင်း")
    assert with_it.score > without.score
    assert without.tier == "likely"


@given(st.floats(0, 8), st.floats(0, 8), st.floats(0, 4))
def test_what_costs_more_is_never_more_probable(mean: float, worst: float, more: float) -> None:
    for kind in ("any", "vietnamese", "sound:lao", "never seen"):
        assert calibration.probability(kind, mean + more, worst + more) <= calibration.probability(
            kind, mean, worst
        )
