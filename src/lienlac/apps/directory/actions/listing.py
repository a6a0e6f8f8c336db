"""Take a list of the states' roots that a quorum of them has signed: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import moments, noting
from lienlac.apps.directory.actions.rooting import meet_root
from lienlac.apps.directory.models import RootsTaken, StateRoot
from lienlac.apps.directory.queries import roots_held, this_node
from lienlac.core.errors import Unauthentic
from lienlac.core.trust import quorum, shared, words
from lienlac.core.trust.quorum import RootsList
from lienlac.core.trust.roots import Root

Standing = StateRoot.Standing


@dataclass(kw_only=True)
class Taken:
    """What a list changed here: countries. `late`: it has ended, and only the grace carries it."""

    number: int
    late: bool
    differing: tuple[str, ...]
    """Code lists that this program has not, or otherwise than agreed: a notice, nothing is stopped."""
    trusted: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """People compare first: another root of theirs is known and did not sign, or it is this node's own state."""
    left_alone: list[str] = field(default_factory=list)
    """Roots that people here revoked: no signature brings them back."""


@transaction.atomic
def take_roots(signed: bytes, *, said: str = "", now: datetime, by: str = "") -> Taken:
    """Take a list of roots. `said` is its fingerprint as people compared it, needed for the first and where the old
    roots are lost; every change is a leaf of the house ledger.

    Raises what `quorum.accept` raises, Malformed as `words.read`, Unauthentic('roots_words_differ', places=),
    Refused('root_of_other_country'). Then nothing is changed.
    """
    if said:
        _check_same(quorum.read(signed).digest, words.read(said))
    held = roots_held()
    accepted = quorum.accept(signed, held=held, now=now, by_people=bool(said))
    listed = accepted.roots
    told = Taken(number=listed.number, late=accepted.late, differing=shared.differing(listed.lists))
    if accepted.known:
        return told
    noting.roots_list(_kept(listed, signed, said, now), by=by, now=now)
    taking = _Taking(signers=accepted.signers, by_people=bool(said), told=told, by=by, now=now)
    taking.retire(held.keys().keys() - listed.keys().keys() if held else ())
    for raw, root in zip(listed.signed_roots, listed.roots, strict=True):
        taking.name(raw, root)
    return told


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """One list taking effect: who signed it, and whether people compared it."""

    signers: frozenset[str]
    by_people: bool
    told: Taken
    by: str
    now: datetime

    def retire(self, kids: Collection[str]) -> None:
        """Take no more of the roots that the list names no longer; what they signed stays."""
        for row in StateRoot.objects.filter(kid__in=kids, standing=Standing.TRUSTED).order_by("country"):
            self._set(row, Standing.RETIRED, "retired")
            self.told.retired.append(row.country)

    def name(self, raw: bytes, root: Root) -> None:
        """Trust a root that the list names, enter it for people to compare, or leave it alone."""
        known = StateRoot.objects.filter(kid=root.key.kid).first()
        if known is not None and known.standing == Standing.REVOKED:
            self.told.left_alone.append(root.country)
            return
        row = meet_root(raw, by=self.by, now=self.now)
        if row.standing == Standing.TRUSTED:
            return
        if not self._may_trust(row):
            self.told.waiting.append(row.country)
            return
        self._set(row, Standing.TRUSTED, "listed")
        self.told.trusted.append(row.country)

    def _may_trust(self, row: StateRoot) -> bool:
        """A state's new root needs the old one's signature, else a quorum could put its own key in a state's place;
        for the same reason no quorum alone says which key speaks for this node's own state.
        """
        others = StateRoot.objects.filter(country=row.country).exclude(pk=row.pk)
        before = others.exclude(standing=Standing.INTRODUCED)
        if before.exists():
            agreed = before.exclude(standing=Standing.REVOKED).filter(kid__in=self.signers).exists()
            return agreed and not others.filter(standing=Standing.TRUSTED).exists()
        return self.by_people or row.country != this_node().country

    def _set(self, row: StateRoot, standing: str, code: str) -> None:
        StateRoot.objects.filter(pk=row.pk).update(standing=standing)
        noting.root(row, code, by=self.by, now=self.now)


def _check_same(digest: str, said: str) -> None:
    if said != digest:
        places = ", ".join(map(str, words.differing(digest, said)))
        raise Unauthentic("roots_words_differ", places=places)


def _kept(listed: RootsList, signed: bytes, said: str, now: datetime) -> RootsTaken:
    return RootsTaken.objects.create(
        number=listed.number,
        digest=listed.digest,
        issued_at=moments.from_wire(listed.issued_at),
        expires_at=moments.from_wire(listed.expires_at),
        taken_at=now,
        compared_at=now if said else None,
        signed=signed,
    )
