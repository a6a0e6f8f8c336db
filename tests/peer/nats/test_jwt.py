"""Accounts kept by JWT, as the operators' page offers it: the same letters, the same limits, behind the same TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lienlac.core.errors import Unavailable
from lienlac.peer.nats import cluster as clusters
from lienlac.peer.nats import permissions
from lienlac.peer.nats.cluster import Cluster
from tests.peer.nats.jwt import Operator
from tests.peer.nats.servers import DOMAIN, KEEPER, Servers, at_work

pytestmark = pytest.mark.processes
HERE, THERE = "vn-tra-linh", "cn-jingxi"


@dataclass(kw_only=True)
class Kept(Servers):
    """One server whose accounts an operator keeps; whoever has an entry in the other kind has credentials here."""

    operator: Operator = field(default_factory=Operator)

    def _write(self, number: int) -> None:
        for node in self.nodes:
            may = permissions.publishes(node, DOMAIN), permissions.subscribes(node)
            self.operator.user(self.home / f"{node}.creds", node, *may)
            self.operator.user(self.home / f"{KEEPER}-{node}.creds", KEEPER)
        super()._write(number)
        file = self._file(f"n{number}")
        before, _, rest = file.read_text().partition("accounts {")
        file.write_text(before + self.operator.configuration() + rest[rest.index("leafnodes") :])

    def address(self, who: str, **changed: object) -> clusters.Address:
        return super().address(who, **{"key_file": str(self.home / f"{who}.creds"), **changed})


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with at_work(Kept(home=tmp_path / "relay", nodes=(HERE, THERE), size=1)) as made:
        yield made


def test_credentials_of_a_jwt_open_what_they_say_and_nothing_else(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Cluster(kept.address(HERE), HERE), Cluster(kept.address(THERE), THERE)
    here.put(THERE, b"one", read=7)
    (came,) = there.take(5)
    assert (came.raw, came.read) == (b"one", 7)
    there.done(came)
    monkeypatch.setattr(clusters, "ANSWERS_WITHIN_S", 1.0)
    thief = Cluster(kept.address(HERE), THERE)  # with the credentials of the one, in the name of the other
    with pytest.raises(Unavailable):
        thief.put(HERE, b"in his name", read=0)
    with pytest.raises(Unavailable):
        thief.take(0.2)
    Operator().user(kept.home / "other.creds", HERE)  # whom another operator vouches for
    stranger = Cluster(kept.address("other"), HERE)
    with pytest.raises(Unavailable, match="cluster_refuses_us"):
        stranger.put(THERE, b"x", read=0)
    for one in (here, there, thief, stranger):
        one.close()
