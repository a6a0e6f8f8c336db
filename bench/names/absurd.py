"""Measure what is hardly a name: `python -m bench.names.absurd`, the processor's ms for each text, the best of three.

Each text is read, keyed, compared with a real name and searched for in a small gallery. Exits with 1 when one of these
takes longer than LIMIT_MS or raises anything but the named refusal of what is no name.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from lienlac.core.errors import Malformed
from lienlac.core.names import Gallery, compare, keys, readings

LIMIT_MS = 20.0
GALLERY = ["Đàm Khánh Viễn", "谭庆远", "Tan Qingyuan", "ສີສະຫວາດ ແກ້ວບຸນມາ", "สุรี วงศ์สวัสดิ์", "U Thein Win"]
TEXTS = {
    "empty": "",
    "one letter": "a",
    "10,000 characters": "Nguyễn " * 1_500,
    "digits": "0123456789",
    "emoji": "😀👩‍👩‍👧‍👦",
    "mixed scripts": "Nguyễn文英สุรី",
    "unassigned code points": "Tran\u0378\U000e0fff",
    "half a surrogate": "Tran \ud83d Van",
    "zero-width joiners": "T\u200dr\u200da\u200dn\u200d" * 40,
    "five given names": "María del Carmen Rosa Josefa Guadalupe Antonia de la Cruz",
    "no surname": "Suharto",
    "placeholder": "FNU LNU",
    "company": "Công ty TNHH Xuất nhập khẩu và Thương mại Quốc tế Hòa Bình (Private) Co., Ltd.",
    "marks without letters": "\u0301" * 200,
    "one word of 200 letters": "ab" * 100,
    "24 different words": " ".join(f"{one}{other}n" for one in "klmnpt" for other in "aeio"),
    "letters that are four each": "Ⅷ" * 100,
    "Hangul": "김" * 66,
    "a sign without a syllable": "กรุงเทพ ฯ",
    "24 Han characters": "欧阳修司马光诸葛亮上官婉儿慕容复令狐冲东方不败",
}


def main() -> None:
    """Measure every text and say which take too long."""
    gallery = Gallery(GALLERY)
    asked: dict[str, Callable[[str], object]] = {
        "readings": readings,
        "keys": keys,
        "compare": lambda text: compare(text, GALLERY[0]),
        "search": gallery.search,
    }
    for ask in asked.values():
        ask("Đàm Khánh Viễn 谭")  # the tables are read once
    slow = 0
    for what, text in TEXTS.items():
        times = {name: min(_ms(ask, text) for _ in range(3)) for name, ask in asked.items()}
        slow += max(times.values()) > LIMIT_MS
        print(f"{what:26s}", "  ".join(f"{name} {ms:5.1f}" for name, ms in times.items()), flush=True)
    sys.exit(slow > 0)


def _ms(ask: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    with suppress(Malformed):
        ask(text)
    return 1000 * (time.process_time() - start)


if __name__ == "__main__":
    main()
