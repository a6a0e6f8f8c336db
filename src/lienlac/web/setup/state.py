"""The first run of this process: its one-time link, who followed it, what was answered so far.

All of it lives in memory: a password that was typed must not come to the disk before there is a node, and a run that
was broken off leaves nothing behind.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from lienlac.core.errors import Refused
from lienlac.web.setup.answers import Answers
from lienlac.web.setup.authenticator import new_secret

LINK_HOLDS = timedelta(minutes=30)
SESSION_HOLDS = timedelta(
    minutes=30
)  # from one page to the next: a browser that was left open sets nothing up
LAST_WORD = frozenset({"language", "reach"})
"""The steps of which the last page still tells."""
TOKEN_BYTES = 32


@dataclass(kw_only=True)
class Setup:
    """One first run. `found` makes the node or raises; `one_at_a_time` lets a double click found it once."""

    found: Callable[[Answers], None]
    began_at: datetime
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    secret: str = field(default_factory=new_secret)
    session: str = ""
    seen_at: datetime | None = None
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: bool = False
    one_at_a_time: Lock = field(default_factory=Lock, repr=False)

    def enter(self, token: str, *, now: datetime) -> str:
        """Follow the link, once; return the session's key. Refused('setup_link_over') for any other try."""
        good = hmac.compare_digest(token.encode(), self.token.encode())
        with self.one_at_a_time:
            if not good or self.session or now - self.began_at > LINK_HOLDS:
                raise Refused("setup_link_over")
            self.session, self.seen_at = secrets.token_urlsafe(TOKEN_BYTES), now
        return self.session

    def found_once(self, answers: Answers) -> None:
        """Make the node, unless another click has made it meanwhile; raises what `found` raises.

        What was typed is forgotten then, the password and the authenticator's secret with it.
        """
        with self.one_at_a_time:
            if not self.done:
                self.found(answers)
                self.given = {name: said for name, said in self.given.items() if name in LAST_WORD}
                self.secret, self.done = "", True

    def knows(self, session: str, *, now: datetime) -> bool:
        """Say whether a browser is the one that followed the link, and came again in time."""
        followed = bool(self.session) and hmac.compare_digest(session.encode(), self.session.encode())
        if not followed or self.is_over(now=now):
            return False
        self.seen_at = now
        return True

    def is_over(self, *, now: datetime) -> bool:
        """Say whether nobody can go on: the link was not followed in time, or the browser was left for too long."""
        if self.seen_at is None:
            return now - self.began_at > LINK_HOLDS
        return now - self.seen_at > SESSION_HOLDS


CURRENT: list[Setup] = []
"""The run of this process; there is one at most."""


def current() -> Setup:
    """Return the run of this process."""
    return CURRENT[0]
