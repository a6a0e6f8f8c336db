"""A page as a browser has it: a tree of tags, its forms with what they would send. The standard parser, no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(kw_only=True)
class Tag:
    """One element, with its attributes and what stands inside it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Tag | str] = field(default_factory=list)

    def all(self, name: str = "", **wanted: str) -> Iterator[Tag]:
        """Give the elements below of that name, in order; `class_="item"` means one of its classes."""
        for one in self.inside:
            if isinstance(one, Tag):
                if one.is_a(name, wanted):
                    yield one
                yield from one.all(name, **wanted)

    def first(self, name: str = "", **wanted: str) -> Tag | None:
        """Give the first such element, or None."""
        return next(self.all(name, **wanted), None)

    def is_a(self, name: str, wanted: dict[str, str]) -> bool:
        """Say whether this element has that name ("" for any) and these attributes."""
        if name and name != self.name:
            return False
        return all(self._has(key.rstrip("_").replace("_", "-"), value) for key, value in wanted.items())

    def _has(self, key: str, value: str) -> bool:
        held = self.attributes.get(key)
        return held is not None and (value in held.split() if key == "class" else value == held)

    def text(self) -> str:
        """Return all words inside, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            else:
                yield from one._pieces()
                yield " "


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form and the fields that it would send if it were sent as it stands."""

    action: str
    fields: dict[str, str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Tag(name="")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(name=tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].name == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Tag:
    """Return the root of the tree; crooked markup gives a crooked tree, never an error."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def forms(page: Tag) -> list[Form]:
    """Return the forms of a page."""
    return [Form(action=one.attributes.get("action", ""), fields=_fields(one)) for one in page.all("form")]


def _fields(form: Tag) -> dict[str, str]:
    found: dict[str, str] = {}
    for control in form.all():
        name, value = control.attributes.get("name", ""), _value(control)
        if name and value is not None:
            found[name] = value
    return found


def _value(control: Tag) -> str | None:
    """Return what a control would send, None when it sends nothing."""
    if control.name == "textarea":
        return "".join(one for one in control.inside if isinstance(one, str))
    if control.name == "select":
        options = list(control.all("option"))
        chosen = [one for one in options if "selected" in one.attributes] or options[:1]
        return chosen[0].attributes.get("value", chosen[0].text()) if chosen else None
    if control.name != "input" or control.attributes.get("type", "text") in NOT_SENT:
        return None
    if control.attributes.get("type") in ("radio", "checkbox") and "checked" not in control.attributes:
        return None
    return control.attributes.get("value", "")
