"""What must be known to found a node: what the pages ask, and what `lienlac init --answers` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from lienlac.core.errors import Malformed


@dataclass(frozen=True, kw_only=True)
class Administrator:
    """The first account. `totp_secret` is that of his authenticator (base32), `""` when he enrols a key later."""

    username: str
    full_name: str
    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A node, its office and its first administrator. `names` and `places` by language; `desk` and `peer` as host:port.

    An empty `peer` says that nobody can ring this node: it dials out.
    """

    language: str
    country: str
    kind: str
    code: str
    time_zone: str
    names: Mapping[str, str]
    administrator: Administrator
    training: bool
    desk: str
    peer: str
    places: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""

    def as_json(self) -> str:
        """Write the answers; the text holds a password, so it goes through a pipe and never into a file of ours."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> Answers:
    """Read answers; Malformed('answers_broken') names what is wrong with them."""
    try:
        raw = json.loads(text)
        given = {**raw, "administrator": Administrator(**raw["administrator"])}
        unknown = set(given) - {one.name for one in fields(Answers)}
        if unknown:
            raise Malformed("answers_broken", detail=", ".join(sorted(unknown)))
        return Answers(**given)
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed("answers_broken", detail=str(error)) from error
