"""A node in a process of its own that does what a test says: one JSON object a line, in and out.

python -m tests.peer.bundle.actor HOME
"""

import contextlib
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lienlac.core.errors import LienlacError
from lienlac.site import start
from tests.matters import VER_ID


def now():
    return datetime.now(UTC)


class Actor:
    """The deeds; each returns something that JSON can carry."""

    def __init__(self, home):
        self.home = home
        start.for_home(Path(home))

    def cli(self, *words):
        """Run the command `lienlac` in this process; return what it printed."""
        from lienlac.cli.main import lienlac

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            lienlac.main(args=["--home", self.home, *words], standalone_mode=False)
        return said.getvalue()

    def ask(self, name, to):
        from lienlac.apps.accounts.models import User
        from lienlac.apps.enquiries import actions

        officer = User.objects.filter(role="duty_officer").first()
        body = VER_ID | {"subject_name": name}
        draft = actions.Draft(kind="VER_ID", body=body, to_offices=(to,), agreement="DEMO-MOU-2021")
        return actions.ask(officer, draft, now=now()).message_id

    def answer(self, message_id):
        from lienlac.apps.accounts.models import User
        from lienlac.apps.enquiries import actions
        from lienlac.apps.enquiries.models import Addressee

        officer = User.objects.filter(role="duty_officer").first()
        addressee = Addressee.objects.get(enquiry__message_id=message_id)
        body = {"text": "在我处没有记录。", "text_language": "zh-hans"}
        actions.answer(officer, addressee, "NOHIT", body, despite_candidates=True, now=now())

    def sequence(self):
        """Give leaves their places, as the process `work` would."""
        from lienlac.apps.audit import actions
        from lienlac.apps.directory import queries

        key = queries.own_signing_key("node", now())
        sealer = actions.Sealer(node=Path(self.home).name, public=key.public.public_bytes, sign=key.sign)
        return actions.sequence(sealer, now=now())

    def keys_due(self, days):
        """Do what is due to the keys so many days from now, as the process `work` would."""
        from lienlac.apps.mailroom import actions

        actions.renew_keys(now=now() + timedelta(days=int(days)))

    def incident(self, code):
        from lienlac.apps.directory.queries import partners
        from lienlac.apps.mailroom.models import Incident

        Incident.objects.create(partner=partners().first(), code=code, at=now())

    def state(self):
        """What the node holds: enquiries by id and state, its outbox, incidents, ledgers."""
        from lienlac.apps.audit.models import Leaf, Ledger
        from lienlac.apps.enquiries.models import Addressee, Answer
        from lienlac.apps.mailroom.models import Arrival, Incident, Parcel

        return {
            "enquiries": dict(Addressee.objects.order_by("pk").values_list("enquiry__message_id", "state")),
            "rows": Addressee.objects.count(),
            "answers": list(Answer.objects.values_list("message_id", flat=True)),
            "waiting": Parcel.objects.filter(in_outbox=True).exclude(message__kind="RECEIPT").count(),
            "receipts_waiting": Parcel.objects.filter(in_outbox=True, message__kind="RECEIPT").count(),
            "parcels": dict(
                Parcel.objects.exclude(message__kind="RECEIPT").values_list("message__message_id", "state")
            ),
            "arrivals": Arrival.objects.count(),
            "incidents": list(Incident.objects.order_by("pk").values_list("code", flat=True)),
            "ledgers": [list(row) for row in Ledger.objects.values_list("partner", "epoch", "current")],
            "first_leaves": {
                leaf.ledger.epoch: bytes(leaf.body).decode()
                for leaf in Leaf.objects.filter(place=0).select_related("ledger")
            },
            "without_place": Leaf.objects.filter(place=None).count(),
        }


def main(home):
    actor = Actor(home)
    print(json.dumps({"said": "ready"}), flush=True)
    for line in sys.stdin:
        deed, *words = json.loads(line)
        try:
            answer = {"said": getattr(actor, deed)(*words)}
        except LienlacError as problem:
            answer = {"error": problem.code}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
