"""Ask enquiries at a node, one after another, until it has so many; may be killed at any moment and started again.

python -m tests.journeys.asker HOME COUNT [OFFICER OFFICE…]
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lienlac.site import start
from tests.matters import VER_ID

PAUSE_S = 0.05


def main(home: str, count: int, username: str = "linh", *offices: str) -> None:
    start.for_home(Path(home))
    from lienlac.apps.accounts.models import User
    from lienlac.apps.enquiries import actions
    from lienlac.apps.enquiries.models import Enquiry

    officer = User.objects.get(username=username)
    while (number := Enquiry.objects.filter(side="asked").count()) < count:
        actions.ask(officer, draft(number, offices or ("cn-jingxi",)), now=datetime.now(UTC))
        time.sleep(PAUSE_S)


def draft(number: int, offices: tuple[str, ...] = ("cn-jingxi",)) -> object:
    from lienlac.apps.enquiries import actions

    body = VER_ID | {"subject_name": f"{VER_ID['subject_name']} {number}"}
    return actions.Draft(kind="VER_ID", body=body, to_offices=offices, agreement="DEMO-MOU-2021")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
