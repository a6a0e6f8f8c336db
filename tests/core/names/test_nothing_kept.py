"""Nothing of a query is kept after the answer: no text that can be reached from this room holds a word of it."""

import gc
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType

from lienlac.core.names import Gallery, compare, keys, readings

ROOM = "lienlac.core.names"
LEFT_OUT = (
    ModuleType,
    type,
    FunctionType,
    BuiltinFunctionType,
    CodeType,
    int,
    float,
    bytes,
)  # lead elsewhere, or nowhere
QUERIES = {  # a name -> what no table of ours holds, of its first word
    "Zqvomur Trương": "zqvomur",
    "Nguyeenx Vxawn Quyzzeenf": "quyzzee",
    "龘靐齉": "龘靐",
    "ដ្ឋៀនឆៀបឝ": "ដ្ឋៀនឆៀប",
    "ဆဈွိုင်ဃ္ဃော": "ဆဈွိုင်",
    "Щжквор Быщев": "щжквор",
}


def texts(*roots: object) -> Iterator[str]:
    """Yield every text that can be reached from this room, what its functions remember, and some objects."""
    modules = [module.__dict__ for name, module in sys.modules.items() if name.startswith(ROOM)]
    layer: list[object] = [*modules, *roots]
    seen: set[int] = set()
    while layer:
        yield from (one for one in layer if type(one) is str)
        seen.update(map(id, layer))
        found = {id(one): one for one in gc.get_referents(*layer) if not isinstance(one, LEFT_OUT)}
        layer = [one for key, one in found.items() if key not in seen]


def test_nothing_of_a_query_is_kept() -> None:
    gallery = Gallery(["Đàm Khánh Viễn", "谭庆远", "Sok Sopheap", "အောင်မြသန်း", "Kwargvostam"])
    for query in QUERIES:
        gallery.search(query)
        gallery.scores(query, 5)
        gallery.expected_namesakes(query)
        compare(query, "Đàm Khánh Viễn")
        keys(query), readings(query)
    kept = "\n".join(texts(gallery)).casefold()
    assert "kwargvostam" in kept  # what is kept would be found
    assert not [word for word in QUERIES.values() if word in kept]
