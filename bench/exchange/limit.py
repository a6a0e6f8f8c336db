"""What this machine could do at most: sign, seal, open, verify, and a group commit at both ends, in a bare loop.

python -m bench.exchange.limit DIRECTORY COUNT

One process, no room, no ledger, no line: each message is signed by its author, sealed by its node, stored by the
sender, opened and checked by the receiver, stored by the receiver; a hundred share a commit of each database, with
the settings of a node. Prints messages per second of the processor.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from lienlac.site import sqlite

sqlite.install()
import sqlite3  # noqa: E402

from bench.exchange.letter import message  # noqa: E402
from lienlac.core import envelope  # noqa: E402
from lienlac.core.envelope import SealingKey, SigningKey  # noqa: E402
from lienlac.core.envelope.envelope import read_message  # noqa: E402
from lienlac.site.databases import SQLITE_PRAGMAS  # noqa: E402

A, B = "vn-tra-linh", "cn-jingxi"
A_COMMIT = 100


def main(directory: Path, count: int) -> None:
    """Measure and print."""
    sender, receiver = _database(directory / "sender.sqlite3"), _database(directory / "receiver.sqlite3")
    author, node, seal = SigningKey.generate(), SigningKey.generate(), SealingKey.generate()
    to = [envelope.Recipient(node=B, key=seal.public)]
    began = time.process_time()
    for _ in range(0, count, A_COMMIT):
        with sender:
            for _ in range(A_COMMIT):
                signed = envelope.sign(envelope.MESSAGE_TYPE, message(A, B).to_bytes(), author)
                sealed = envelope.seal(signed, sender=A, recipients=to, node_key=node)
                sender.execute("INSERT INTO parcel (envelope) VALUES (?)", [sealed])
        with receiver:
            query = "SELECT envelope FROM parcel ORDER BY id DESC LIMIT ?"
            for (one,) in sender.execute(query, [A_COMMIT]):
                opened = envelope.open_envelope(
                    one, me=B, sealing_keys={seal.kid: seal}, node_keys={(A, node.kid): node.public}
                )
                read_message(opened.signed_message, sender=A, author_keys={(A, author.kid): author.public})
                receiver.execute("INSERT INTO parcel (envelope) VALUES (?)", [opened.signed_message])
    print(count / (time.process_time() - began))


def _database(file: Path) -> Any:
    made = sqlite3.connect(file)
    made.executescript(SQLITE_PRAGMAS)
    made.execute("CREATE TABLE IF NOT EXISTS parcel (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL)")
    return made


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
