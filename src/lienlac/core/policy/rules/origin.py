"""SG24, SG25, SG26: an item belongs to whoever gave it, and the centre reads only what is addressed to it."""

from __future__ import annotations

from typing import Final

from lienlac.core.policy.case import Case, Grant
from lienlac.core.policy.rule import Said, permit, refuse

RELAY_MAY_SEE: Final = frozenset({"sender_node", "receiver_node", "padded_size", "time"})
RELAY_DAYS: Final = 7
_CONSENT_FOR: Final = (("H1", "court"), ("H2", "forward"))


def use_is_granted(case: Case) -> Said | None:
    """SG24: use within the granted purpose; H1 needs consent for court, H2 for forwarding; EYES is a list."""
    found = [_use_of_one(grant, case) for grant in case.sources]
    return max(found, key=lambda said: said.result, default=None)


def _use_of_one(grant: Grant, case: Case) -> Said:
    if case.wished_purpose not in grant.purposes:
        return refuse("purpose_not_granted", None, origin=grant.origin, purpose=case.wished_purpose)
    uses = {case.use, "forward" if case.countries - {grant.origin} else ""}
    for handling, needs in _CONSENT_FOR:
        if handling in grant.handling and needs in uses and not grant.has_consent(needs):
            return refuse("consent_missing", None, origin=grant.origin, use=needs)
    if grant.eyes and not case.countries <= grant.eyes:
        return refuse(
            "recipient_not_on_list", None, origin=grant.origin, countries=sorted(case.countries - grant.eyes)
        )
    return permit("use_within_grant", origin=grant.origin)


def origin_allows(case: Case) -> Said | None:
    """SG25: no item of another origin leaves to a country, centre or type of agency outside the grant.

    What is derived inherits the strictest codes. The origin's own side always may have it back.
    """
    found = [_origin_of_one(grant, case) for grant in case.sources]
    return max(found, key=lambda said: said.result, default=None)


def _origin_of_one(grant: Grant, case: Case) -> Said:
    outside = case.countries - grant.countries - {grant.origin}
    if outside:
        return refuse("origin_does_not_allow", None, origin=grant.origin, countries=sorted(outside))
    if case.to_centre and not grant.regional_centre:
        return refuse("origin_not_for_centre", None, origin=grant.origin)
    types = case.receiver_types - grant.agency_types if grant.agency_types else frozenset()
    if types:
        return refuse("origin_not_for_agency_type", None, origin=grant.origin, types=sorted(types))
    if not grant.handling <= case.handling:
        weaker = sorted(grant.handling - case.handling)
        return refuse("handling_weaker_than_source", None, origin=grant.origin, handling=weaker)
    return permit("origin_allows", origin=grant.origin)


def centre_reads_its_own(case: Case) -> Said | None:
    """SG26: the centre reads what is addressed to it; as a relay it sees the envelope, for seven days."""
    if case.deed == "relay":
        more = sorted(case.relay_fields - RELAY_MAY_SEE)
        if more:
            return refuse("relay_would_see", None, field=more[0])
        if case.relay_days > RELAY_DAYS:
            return refuse("relay_keeps_too_long", None, days=case.relay_days)
        return permit("relay_sees_envelope_only")
    if not case.we_are_centre:
        return None
    return permit("addressed_to_us") if case.addressed_to_us else refuse("not_addressed_to_centre", None)
