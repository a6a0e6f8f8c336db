"""On which desk of the asked office an enquiry lies: by competence when it comes, by an officer's word after that."""

from __future__ import annotations

from lienlac.apps.directory import offices
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.core.competence import Desk, Matter, desk_for

NAMED = "desk_named"


def land(addressee: Addressee) -> tuple[Desk, ...]:
    """Let a row lie on the desk that is competent (not saved here); return the desks among which it was chosen.

    It lies on none where its office names none. What no desk is competent for lies on the first one: somebody reads
    it, and moves it.
    """
    desks = desks_of(addressee)
    found = desk_for(desks, _matter(addressee.enquiry)) or next(iter(desks), None)
    addressee.desk = found.code if found else ""
    return desks


def met(addressee: Addressee) -> tuple[str, ...]:
    """Return the guard `desk_named` when it is met: the row lies on a desk, or its office is one desk as a whole.

    A row that came before its office named desks is put on one first (saved with the step that follows).
    """
    could = () if addressee.desk else land(addressee)
    return (NAMED,) if addressee.desk or not could else ()


def desks_of(addressee: Addressee) -> tuple[Desk, ...]:
    """Return the desks among which a received row may lie: those of the office that has it now."""
    if addressee.side == Enquiry.Side.ASKED:
        return ()
    has_it = directory.office(office_of(addressee))
    return offices.desks_of(has_it) if has_it else ()


def office_of(addressee: Addressee) -> str:
    """Return which office of this node has a received row: the one asked, or another of ours it was passed to."""
    passed_on = addressee.passed_to
    if passed_on and directory.own_offices().filter(code=passed_on).exists():
        return passed_on
    return addressee.office


def _matter(enquiry: Enquiry) -> Matter:
    said = enquiry.body
    return Matter(kind=enquiry.kind, offence=str(said.get("offence", "")), area=str(said.get("place", "")))
