"""The chain of an archive of containers, as the archive of X-Road's message log has it.

Its `messagelog-archive-verifier` reads the file `linkinginfo`:

    previous-digest previous-archive SHA-512
    digest container-name
    …

Each digest is SHA-512, in hex, over the text `digest before ‖ SHA-512 of the container, in hex`; the first one follows
the last of the archive before, or nothing. `-` stands for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha512

from lienlac.core.errors import Malformed

NAME = "linkinginfo"
ALGORITHM = "SHA-512"
NOTHING = "-"
_DIGITS = frozenset("0123456789abcdef")


@dataclass(kw_only=True)
class Chain:
    """What was linked so far; it begins behind the archive `after`, whose last digest is `last`."""

    last: str = ""
    after: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines.append(f"{self.last or NOTHING} {self.after or NOTHING} {ALGORITHM}")

    def add(self, name: str, container: bytes) -> None:
        """Link the next container; its name has no blank in it."""
        self.last = sha512((self.last + sha512(container).hexdigest()).encode()).hexdigest()
        self.lines.append(f"{self.last} {name}")

    def text(self) -> bytes:
        """Return the file `linkinginfo`."""
        return "".join(f"{line}\n" for line in self.lines).encode()


def following(text: bytes, archive: str) -> Chain:
    """Return a chain that follows an archive of this name; Malformed('linking_info') if `text` is no such file."""
    lines = text.decode("ascii", "replace").splitlines()
    last = lines[-1].split() if len(lines) > 1 else []
    if (
        len(last) != 2
        or len(last[0]) != 128
        or not set(last[0]) <= _DIGITS
        or not lines[0].endswith(f" {ALGORITHM}")
    ):
        raise Malformed("linking_info", archive=archive)
    return Chain(last=last[0], after=archive)
