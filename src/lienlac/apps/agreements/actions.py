"""Deeds on agreements."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from lienlac.apps.agreements.models import Agreement as Row
from lienlac.core import codes
from lienlac.core.errors import Malformed
from lienlac.core.messages.kinds import KINDS
from lienlac.core.policy.agreement import Agreement


@transaction.atomic
def enter(agreement: Agreement, *, titles: Mapping[str, str]) -> Row:
    """Enter an agreement; Malformed names a kind or purpose that does not exist."""
    _check(agreement)
    return Row.objects.create(
        code=agreement.id,
        titles=dict(titles),
        parties=[
            {
                "country": party.country,
                "offices": sorted(party.offices),
                "competent_authorities": sorted(party.competent_authorities),
            }
            for party in agreement.parties
        ],
        kinds=sorted(agreement.kinds),
        purposes=sorted(agreement.purposes),
        offences=sorted(agreement.offences),
        articles=dict(agreement.articles),
        deadlines=agreement.deadlines,
        valid_from=agreement.valid_from,
        valid_to=agreement.valid_to,
    )


def _check(agreement: Agreement) -> None:
    for kind in agreement.kinds:
        if kind not in KINDS:
            raise Malformed("agreement_unknown_kind", kind=kind)
    for purpose in agreement.purposes:
        codes.load("purposes").row(purpose)
