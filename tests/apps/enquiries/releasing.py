"""What the tests of the release chain say again and again: three units, a text, a release, a paper, the ledger."""

import json
from datetime import timedelta

from lienlac.apps.audit.models import Leaf
from lienlac.apps.enquiries import actions, queries, texts
from lienlac.apps.enquiries.actions import Draft, Paper
from lienlac.apps.enquiries.models import Addressee
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, NOW, THEIRS

LATER = NOW + timedelta(hours=2)
UNITS = ("Phòng Tham mưu", "Phòng Pháp chế", "Ban Chỉ huy")
PDF = b"%PDF-1.7\n" + b"scan of a signed page\n" * 20


def draft(kind="VER_ID", to=(THEIRS,), **changes):
    return Draft(kind=kind, body=BODIES[kind] | changes, to_offices=to, agreement=AGREEMENT)


def link_of(row):
    found = queries.link_in_turn(Addressee.objects.select_related("enquiry").get(pk=row.pk))
    assert found is not None
    return found


def digest_of(link):
    return texts.of_message(link.addressee, link.message_id).digest


def release(who, row):
    link = link_of(row)
    actions.release(who, link, digest=digest_of(link), now=LATER)


def paper(row, **changes):
    values = {
        "sheet": digest_of(link_of(row))[:12],
        "signatory": "Đại tá Hoàng Văn Mẫu",
        "number": "45/PD",
        "signed_on": NOW.date(),
        "content": PDF,
    }
    return Paper(**(values | changes))


def told():
    """Return what the house ledger says of approvals, the oldest first."""
    leaves = [json.loads(bytes(row.body)) for row in Leaf.objects.order_by("pk")]
    return [leaf["facts"]["code"] for leaf in leaves if leaf["kind"] == "approval_given"]
