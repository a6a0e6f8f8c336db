"""How heavy a page is on the line: its answer and everything a browser fetches for it, first time and again.

Bytes of answers with their headers, gzip as the desk gives it. The page of a browser that comes for the first time
carries more than the next one (`lienlac.web.first_visit`): each is weighed. A font counts when a letter of the page's
shown text lies in its range (what stands in a closed menu is not drawn, so its fonts are not fetched). The second
time, what the desk said may be kept for ever costs nothing.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lienlac.cli.demo import page as pages
from lienlac.cli.demo.desk import Desk
from lienlac.cli.demo.page import Tag

FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)
SOURCE = re.compile(r"url\((.*?)\)")
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
KEPT_S = 24 * 3600
STATUS_LINE = len("HTTP/1.1 200 OK\r\n\r\n")


@dataclass(frozen=True, kw_only=True)
class Weight:
    """Bytes on the line: the first visit of a new browser, and the next."""

    first: int
    again: int


@dataclass(frozen=True, kw_only=True)
class _Answer:
    size: int
    kept: bool
    body: bytes


class Scales:
    """Weighs pages of one desk, and remembers what was fetched. `mark` is the cookie of a browser that was here."""

    def __init__(self, desk: Desk, mark: str) -> None:
        self.desk, self.mark = desk, mark
        self.fetched: dict[str, _Answer] = {}

    def weigh(self, path: str) -> Weight:
        """Return the weight of a page."""
        self.desk.cookies.pop(self.mark, None)
        page = _fetch(self.desk, path)
        first = page.size + sum(part.size for part in self._parts_of(path, page))
        page = _fetch(self.desk, path)
        again = page.size + sum(part.size for part in self._parts_of(path, page) if not part.kept)
        return Weight(first=first, again=again)

    def _parts_of(self, path: str, page: _Answer) -> list[_Answer]:
        tree = pages.read(page.body.decode())
        return [self._part(address) for address in sorted(set(self._parts(path, tree)))]

    def _part(self, address: str) -> _Answer:
        if address not in self.fetched:
            self.fetched[address] = _fetch(self.desk, address)
        return self.fetched[address]

    def _parts(self, path: str, tree: Tag) -> Iterator[str]:
        shown = {letter for text in _drawn(tree) for letter in text}
        for address in _referenced(tree):
            place = urlsplit(urljoin(path, address)).path
            yield place
            if place.endswith(".css"):
                yield from _fonts(place, self._part(place).body.decode(), shown)


def _referenced(tree: Tag) -> Iterator[str]:
    for name, attribute in (("link", "href"), ("script", "src"), ("img", "src"), ("use", "href")):
        for tag in tree.all(name):
            address = tag.attributes.get(attribute, "")
            if address and not address.startswith(("data:", "#")):
                yield address
    for tag in tree.all("body"):
        yield from tag.attributes.get("data-later", "").split()


def _drawn(tag: Tag) -> Iterator[str]:
    """Give the texts that are drawn: not those of a closed `details`, but for its summary."""
    closed = tag.name == "details" and "open" not in tag.attributes
    for one in tag.inside:
        if isinstance(one, str):
            if not closed and tag.name not in ("script", "style", "template"):
                yield one
        elif not closed or one.name == "summary":
            yield from _drawn(one)


def _fonts(css: str, text: str, shown: set[str]) -> Iterator[str]:
    for face in FACE.findall(text):
        ranges = [(int(low, 16), int(high or low, 16)) for low, high in RANGE.findall(face)]
        source = SOURCE.search(face)
        if source and any(low <= ord(letter) <= high for letter in shown for low, high in ranges):
            yield urljoin(css, source[1].strip("\"'"))


def _fetch(desk: Desk, path: str) -> _Answer:
    answer = desk.as_sent(path)
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    body = gzip.decompress(answer.data) if answer.headers.get("content-encoding") == "gzip" else answer.data
    control = answer.headers.get("cache-control", "")
    age = re.search(r"max-age=(\d+)", control)
    kept = "no-store" not in control and (
        "immutable" in control or (age is not None and int(age[1]) >= KEPT_S)
    )
    return _Answer(size=STATUS_LINE + headers + len(answer.data), kept=kept, body=body)
