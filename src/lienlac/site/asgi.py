"""The two doors as ASGI applications: `desk` for browsers, `peer` for other nodes."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from lienlac.peer.https.door import Door
from lienlac.site import wiring
from lienlac.web.bodies import Bounded

desk = Bounded(get_asgi_application())
peer = Door(wiring.RECEIVERS)
