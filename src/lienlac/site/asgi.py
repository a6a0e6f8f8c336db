"""The two doors as ASGI applications: `desk` for browsers, `peer` for other nodes."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from lienlac.api import tokens
from lienlac.peer.https.door import Door
from lienlac.site import wiring
from lienlac.web import bodies, large_files


def _knows_token(scope: bodies.Event) -> bool:
    return tokens.knows(bodies.header(scope, b"authorization"))


desk = bodies.Bounded(get_asgi_application(), large_files.from_whom(large_files.knows_session, _knows_token))
peer = Door(wiring.RECEIVERS)
