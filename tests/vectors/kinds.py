"""Write `docs/protocol/kinds.md` from the tables of the node: python -m tests.vectors.kinds."""

from __future__ import annotations

from pathlib import Path

from lienlac.core.messages.fields import Field, Kind, SeenBy, Type, Unless, When, With
from lienlac.core.messages.kinds import KINDS

PATH = Path(__file__).parents[2] / "docs" / "protocol" / "kinds.md"
SIZED = frozenset({Type.NAME, Type.LINE, Type.TEXT, Type.NUMBER})
HEAD = """# The kinds of message

Made from `src/lienlac/core/messages/kinds.py` by `python -m tests.vectors.kinds`, not edited by hand. Types, lists and
receipts are explained in [messages.md](messages.md). The class decides which rules apply; *as its enquiry*: the class
of the message that it is about. *Required* without a word more: always. Fields of the own node
never travel and are left out here.
"""


def page() -> str:
    """Return the whole page."""
    told = [_kind(kind) for kind in KINDS.values() if kind.open]
    closed = sorted(kind.code for kind in KINDS.values() if not kind.open)
    tail = (
        f"\n## Closed\n\nCodes whose safeguards are not complete; refused with `RF20`: {_listed(closed)}.\n"
    )
    return HEAD + "".join(told) + tail


def _kind(kind: Kind) -> str:
    about = f"class {kind.cls}" if kind.cls else "class as its enquiry"
    rows = "".join(_row(field) for field in kind.fields if field.seen_by is SeenBy.RECEIVER)
    head = "| field | type | list | required | |\n|---|---|---|---|---|\n"
    return f"\n## {kind.code}, version {kind.version}: {about}\n\n{head}{rows}"


def _row(field: Field) -> str:
    shape = f"{field.type} ≤ {field.max_length}" if field.type in SIZED else str(field.type)
    codes = f"`{field.code_list}`" if field.code_list else ""
    marks = [f"many {field.many}" if field.many > 1 else "", "steers" if field.steers else ""]
    said = ", ".join(filter(None, marks))
    return f"| `{field.name}` | {shape} | {codes} | {_required(field)} | {said} |\n"


def _required(field: Field) -> str:
    rule = field.required
    if isinstance(rule, When):
        return f"when `{rule.field}` is {_listed(sorted(map(str, rule.values)))}"
    if isinstance(rule, Unless):
        return f"unless {_listed(rule.fields)}"
    if isinstance(rule, With):
        return f"with {_listed(rule.fields)}"
    return "required" if rule else ""


def _listed(codes: list[str] | tuple[str, ...]) -> str:
    return (
        " or ".join(f"`{code}`" for code in codes) if len(codes) < 4 else ", ".join(f"`{c}`" for c in codes)
    )


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
