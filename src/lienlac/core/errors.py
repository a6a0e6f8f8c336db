"""Every error that the core and the apps raise on purpose, in one tree.

    LienlacError
    ├── Refused          a rule says no: code (SGnn, RFnn …) and the facts that explain it
    ├── Malformed        bytes or a value from outside without the shape that they claim
    ├── Unauthentic      a signature, a key, a recipient or a digest does not hold
    ├── NotUnderstood    well made, but newer than this node: keep it, go on, try after an upgrade
    └── Unavailable      try again later: no line, full disk, busy database

Errors carry codes and facts; the doors put them into words (`lienlac.wording`).
"""

from __future__ import annotations


class LienlacError(Exception):
    """Root of the tree; `code` is stable for ever, `facts` are values for the sentence a door makes."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        """Give the code and the NAMES of the facts: their values may be personal, and logs hold none."""
        return f"{self.code}({', '.join(sorted(self.facts))})" if self.facts else self.code


class Refused(LienlacError):
    """A rule says no; asking again without changing anything gives the same answer."""


class Malformed(LienlacError):
    """The bytes or the value do not have the shape they claim."""


class Unauthentic(LienlacError):
    """A signature, key, recipient or digest does not hold."""


class NotUnderstood(LienlacError):
    """Well made, but of a kind, version, suite or code that this node does not know yet."""


class Unavailable(LienlacError):
    """Nothing is wrong with what was asked: try again later."""
