"""How many namesakes chance alone gives: an E-value for a name in a list of a given size.

An officer can act on this number: a match that chance would give 300 times says little, one that chance gives
0.01 times says much. It is an estimate: the syllables are taken as independent, which real names are not, so
that common combinations (Nguyễn Văn) are more common than it says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable


def expected_namesakes(shares: Iterable[float], size: int) -> float:
    """Return the expected number of names in a list of `size` that agree by chance in every syllable.

    `shares` gives for each syllable the share of names that hold it or an equal reading, each in [0, 1].
    """
    return size * math.prod(min(max(share, 0.0), 1.0) for share in shares)
