from __future__ import annotations

import numpy as np
import pytest

from lienlac.core.names import Gallery
from lienlac.core.names.aloud import costs_aloud
from lienlac.core.names.field import Field
from lienlac.core.names.hearing import _sounded
from lienlac.core.names.reading import Reading
from lienlac.core.names.sounding import align_aloud, heard_of
from lienlac.core.names.views import all_views
from lienlac.core.names.written import write

NAMES = (
    "สุรี ศรีสุข",
    "ศรีสุข สุรี",
    "ກອນ ສີສຸກ",
    "ສີສຸກ ກອນ",
    "កែវ សុភី",
    "សុភី",
    "စုစု အောင်",
    "အောင် မင်း ထွန်း",
    "บุญมา",
    "ບຸນມາ ແກ້ວ",
)


def _sound(name: str) -> Reading:
    return all_views(write(name))[0]["sound"]


@pytest.mark.parametrize("name", NAMES)
def test_costs_what_one_pair_costs_to_the_last_bit(name: str) -> None:
    readings = [_sound(other) for other in NAMES]
    found = costs_aloud(heard_of(_sound(name)), [heard_of(one) for one in readings])
    assert found.tolist() == [align_aloud(_sound(name), one).cost for one in readings]


def test_a_name_of_the_gallery_sounds_as_it_is_read() -> None:
    gallery = Gallery(NAMES)
    for at, name in enumerate(NAMES):
        field = Field(gallery._book, gallery._entries, np.array([at]))
        heard = _sounded(field, 0)
        assert [one.sound for one in heard] == [one.sound for one in heard_of(_sound(name))]
