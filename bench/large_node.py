"""One process of a node with much in it; it says when what was waited for happened (monotonic seconds), and at the
start how many seconds of the processor it had used.

python -m bench.large_node work HOME            begin to dial; have the first parcels acknowledged
python -m bench.large_node prove HOME LEDGER    prove the entries whose numbers come as JSON; seconds of each, as JSON
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from lienlac.site import start


def work(_key: str) -> None:
    """Run the postman as a node does."""
    from bench.exchange.effect import receivers
    from lienlac.peer.https.client import HttpsLine
    from lienlac.peer.postman import Postman
    from lienlac.site.wiring import chores, rung

    greet, push = HttpsLine.greet, HttpsLine.push

    def telling_greet(line: HttpsLine, *said: Any) -> Any:
        print(time.monotonic(), time.process_time(), flush=True)
        return greet(line, *said)

    def telling_push(line: HttpsLine, *said: Any) -> Any:
        answer = push(line, *said)
        print(time.monotonic(), time.process_time(), flush=True)
        return answer

    HttpsLine.greet, HttpsLine.push = telling_greet, telling_push  # type: ignore[method-assign]
    Postman(receivers(), chores=chores, rung=rung).run()


def prove(key: str) -> None:
    """Prove entry after entry, each with a query of its own."""
    from lienlac.apps.audit.models import Ledger
    from lienlac.apps.audit.queries import StoredNodes
    from lienlac.core.ledger import tree

    took = list[float]()
    for index in json.load(sys.stdin):
        began = time.perf_counter()
        ledger = Ledger.objects.get(pk=int(key))
        tree.inclusion_proof(StoredNodes(ledger), index, ledger.size)
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


if __name__ == "__main__":
    start.for_home(Path(sys.argv[2]))
    {"work": work, "prove": prove}[sys.argv[1]](*sys.argv[3:] or [""])
