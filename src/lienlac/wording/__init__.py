"""Words for codes, in seven languages, for every door: labels, sentences, names of languages and countries.

Tables and what reads them; no Django, no clock. Sentences of pages are elsewhere (gettext, `locale/`).
"""

from lienlac.wording.dates import day, day_without_year, partial_date
from lienlac.wording.labels import country, label, labels, language_name, needs_check
from lienlac.wording.languages import LANGUAGES, nearest
from lienlac.wording.sentences import cure, error, field, finding, namesakes, reason, sentence

__all__ = [
    "LANGUAGES",
    "country",
    "cure",
    "day",
    "day_without_year",
    "error",
    "field",
    "finding",
    "label",
    "labels",
    "language_name",
    "namesakes",
    "nearest",
    "needs_check",
    "partial_date",
    "reason",
    "sentence",
]
