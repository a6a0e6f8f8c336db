"""The case that `decide` judges: plain frozen values, gathered by a verb in `actions.py`.

Every default is the careful one: what was not asked, checked or declared counts against the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import KINDS
from lienlac.core.policy.agreement import Agreement
from lienlac.core.policy.approvals import Approval, Override

DEEDS: Final = frozenset(
    {"message", "search", "match", "read", "forward", "translate", "store", "relay", "decide"}
)
"""What somebody is about to do: post or take in a message, search, act on a match, read an item …"""

DOORS: Final = frozenset({"form", "send", "receipt", "api", "import", "bundle", "sync", "restore"})
"""Where the deed comes in. `receipt` alone judges what others did; every other door judges our own side."""

TELLING: Final = frozenset({"FULL", "PARTIAL", "NOHIT", "HIT_CONFIRMED", "ACTION_DONE", "ACTION_IMPOSSIBLE"})
"""Responses that tell something about a person."""

REOPENING: Final = "REOPENING"


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Who does it. `certified_to` ends his certificate, `renewable` is False when nobody was there to renew it."""

    id: str
    unit: str
    role: str
    certified_to: date | None = None
    renewable: bool = True


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What the originator of an item allows. `eyes` empty: no list; `consents` holds (use, id) pairs."""

    origin: str
    purposes: frozenset[str]
    countries: frozenset[str]
    agency_types: frozenset[str] = frozenset()
    handling: frozenset[str] = frozenset()
    eyes: frozenset[str] = frozenset()
    regional_centre: bool = False
    consents: frozenset[tuple[str, str]] = frozenset()

    def has_consent(self, use: str) -> bool:
        """Say whether the originator's consent to `use` (`court`, `forward`) has an id."""
        return any(one == use and number.strip() for one, number in self.consents)


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What the protection desk says of the person, asked inside the vault's own process (SG18, SG39)."""

    record: bool = False
    claims_persecution_by: str | None = None
    asylum_decision: str = ""
    appeal_over_on: date | None = None
    released: bool = False


@dataclass(frozen=True, kw_only=True)
class Match:
    """A machine's match and what humans made of it (SG08); each of `attributes` was confirmed on its own."""

    attributes: frozenset[str] = frozenset()
    reviewer: str = ""
    reviewer_trained: bool = False
    adverse: bool = False
    second_reviewer: str = ""
    second_was_blind: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search in records (SG27): one person, or a file of many."""

    case_number: str = ""
    persons_this_hour: int = 1
    persons_in_file: int = 0
    legal_basis: str = ""
    origin_register: str = ""
    origin_signed: bool = False
    rows_exported: int = 0
    keys: frozenset[str] = frozenset({"name"})
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A machine translation of one field (SG32)."""

    local: bool = False
    labelled: bool = False
    original_shown: bool = False
    field: str = "text"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that the rules may look at. `kind` and `body` are the message's.

    For what is about an earlier message, `asked_kind`, `asked` and `asked_by` are that enquiry's kind, body
    and (country, office).
    """

    deed: str
    door: str
    today: date
    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    asked_kind: str = ""
    asked: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    asked_by: tuple[str, str] = ("", "")
    # Who with whom: (country, office); the agreements are those of the deciding node's own book.
    sender: tuple[str, str] = ("", "")
    receivers: tuple[tuple[str, str], ...] = ()
    receiver_types: frozenset[str] = frozenset()
    to_centre: bool = False
    partner_known: bool = False
    agreements: tuple[Agreement, ...] = ()
    agreement: str = ""
    # Who, and with whose consent.
    officer: Officer | None = None
    approvals: tuple[Approval, ...] = ()
    overrides: tuple[Override, ...] = ()
    digest: str = ""
    cleared: frozenset[str] = frozenset()
    purpose: str = ""
    # What the item brings with it.
    sources: tuple[Grant, ...] = ()
    handling: frozenset[str] = frozenset()
    files: int = 0  # that go along
    use: str = ""
    origin_evaluation: tuple[str, str] | None = None
    sensitive: frozenset[str] = frozenset()
    necessity: str = ""
    wanted_hit: bool = False
    # What was found out or is about to be done.
    persons: int = 1
    reasons_of_persons: int = 0
    protection: Protection | None = None
    match: Match | None = None
    search: Search | None = None
    translation: Translation | None = None
    addressed_to_us: bool = False
    we_are_centre: bool = False
    relay_fields: frozenset[str] = frozenset()
    relay_days: int = 0
    automated: bool = False
    adverse: bool = False
    # The state of the node.
    training_node: bool = False
    training_partner: bool | None = None
    training_item: bool = False
    ledger_open: bool = False

    @property
    def ours(self) -> bool:
        """Whether our own side does it (otherwise a partner did, and we judge what came)."""
        return self.door != "receipt"

    @property
    def answers(self) -> bool:
        """Whether the message is about an earlier one, and so under that one's rules."""
        return bool(self.asked_kind)

    @property
    def about_kind(self) -> str:
        """The kind of the enquiry that this is or belongs to."""
        return self.asked_kind or self.kind

    @property
    def from_host(self) -> bool:
        """Whether the side that was asked speaks; yes, when it is not known who asked."""
        return self.answers and (not self.asked_by[1] or self.sender != self.asked_by)

    @property
    def matter(self) -> Mapping[str, Any]:
        """The body that holds purpose, offence and urgency."""
        return self.asked if self.answers else self.body

    @property
    def tells(self) -> bool:
        """Whether an answer or a correction tells something about a person, by code, by field or by a file."""
        if not self.answers or self.kind not in KINDS or self.about_kind not in KINDS:
            return False
        if self.kind == REOPENING:
            return True  # it asks once more what was asked
        if self.files:
            return True  # nobody but its reader knows what a file says: it is judged as if it told everything
        if self.from_host and KINDS[self.about_kind].cls == "LOC" and filled(self.body.get("text")):
            return True  # words to whoever looks for somebody: an address needs no field of its own
        personal = (one.name for one in KINDS[self.kind].fields if one.personal and one.name not in _NO_FACTS)
        return str(self.body.get("response")) in TELLING or any(filled(self.body.get(n)) for n in personal)

    @property
    def cls(self) -> str:
        """The class whose rules apply: that of the enquiry, unless an answer tells nothing about a person."""
        own = KINDS.get(self.kind)
        if own is not None and own.cls is not None:
            return own.cls
        if own is not None and self.answers and not self.tells:
            return "ADM"
        about = KINDS.get(self.about_kind)
        return (about.cls or "") if about else ""

    @property
    def wished_purpose(self) -> str:
        """The purpose of this deed: its own, else the matter's."""
        return self.purpose or str(self.matter.get("purpose", ""))

    @property
    def countries(self) -> frozenset[str]:
        """Countries that would receive it."""
        return frozenset(country for country, _ in self.receivers)


# The officer's text and the signature stand in every message; they make no answer a telling one.
_NO_FACTS: Final = frozenset({"text", "signatory", "note_to_file"})
