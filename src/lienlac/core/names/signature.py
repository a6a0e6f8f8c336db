"""How a name sounds, in a few letters that a database keeps beside it: the nearest of thousands without reading one.

A signature is the coarse sounds of a name (`sounding.coarse`), one for each form of it, parted by spaces; in capitals
where it is written in Lao, Thai, Khmer or Burmese letters, for names across that border are found by sound alone. It
says nearly what the name says: it is personal data and goes when the name goes.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .index import ALIKE
from .lookup import usually_spelled
from .sounding import coarse
from .views import all_views
from .written import write

LONGEST = 120  # letters of a signature: forty syllables


def signature(name: str) -> str:
    """Return at most LONGEST letters, none when a name has no sounds. Raises Malformed when it is no name."""
    forms = all_views(write(name))
    found = " ".join(dict.fromkeys(text for views in forms if (text := coarse(views))))[:LONGEST]
    return found.upper() if any("sound" in views for views in forms) else found


def nearest_by_sound(name: str, signatures: Sequence[str]) -> list[int]:
    """Return the places of the signatures that sound like a name, the nearest first, whatever their letters.

    Those less alike than ALIKE, letter by letter, are left out. Raises Malformed when it is no name.
    """
    asked = [text[:LONGEST] for text in _asked(name)]
    forms = [(at, form) for at, text in enumerate(signatures) for form in text.lower().split()]
    if not asked or not forms:
        return []
    texts = [form for _, form in forms]
    alike = process.cdist(asked, texts, scorer=OSA.normalized_similarity, score_cutoff=ALIKE).max(axis=0)
    order = (-alike).argsort(kind="stable").tolist()
    return list(dict.fromkeys(forms[at][0] for at in order if alike[at] >= ALIKE))


def _asked(name: str) -> list[str]:
    """Return the ways in which a name may sound: as it is written, and as its speakers spell it."""
    forms = all_views(write(name))
    found = (text for views in forms for text in (coarse(views), *usually_spelled(views)))
    return list(dict.fromkeys(text for text in found if text))
