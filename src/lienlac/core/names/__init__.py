"""Names in six scripts: how they are read, how two of them agree and why, and how to find them.

    readings(name)              every plausible reading, syllable by syllable, each with its source
    compare(a, b)               tier (same likely possible different), score, reasons for and against
    compare_read(read(a), …)    the same, where a name is compared with several and read once
    quoted(facts, a, b)         the facts of a reason, with parts as they stand in the two names
    keys(name)                  blocking keys for an SQL index, the same for records and queries
    signature(name)             how it sounds, in a few letters to keep beside the keys; `nearest_by_sound` ranks them
    Gallery(names)              an index in memory: .search(query), .expected_namesakes(query)
    Lineup(names)               a few names without an index: .compared(query) ranks all of them
    expected_namesakes(…)       how many equally good names chance alone gives
    candidates(gallery, name)   what one list has of a name of another; `merged` joins the parts of a long list

Needs no Django and no database. All raise `core.errors.Malformed` for what is no name: `name_too_long`,
`name_empty`, `name_without_letters`, `name_is_placeholder`. Reasons are codes of `reasons.CODES`; wording
stands elsewhere.
"""

from .bulk import Candidate, Wanted, candidates, merged
from .comparison import TIERS, Comparison, Read, compare, compare_read, read
from .gallery import Gallery, Hit, Lineup
from .keys import keys
from .namesakes import expected_namesakes
from .quoting import quoted
from .reading import VIEWS, Reading, Spelling, Syllable
from .reasons import CODES, Reason
from .signature import nearest_by_sound, signature
from .views import readings
from .written import LIMIT, Written, write

__all__ = [
    "CODES",
    "LIMIT",
    "TIERS",
    "VIEWS",
    "Candidate",
    "Comparison",
    "Gallery",
    "Hit",
    "Lineup",
    "Read",
    "Reading",
    "Reason",
    "Spelling",
    "Syllable",
    "Wanted",
    "Written",
    "candidates",
    "compare",
    "compare_read",
    "expected_namesakes",
    "keys",
    "merged",
    "nearest_by_sound",
    "quoted",
    "read",
    "readings",
    "signature",
    "write",
]
