"""What stands in the address of a page: the things of the world that it is about."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from lienlac.apps.directory.models import NodeKey
from tests.web.world import THERE, World


def asked(world: World) -> list[object]:
    return [world.asked[1].pk]


def answered(world: World) -> list[object]:
    return [world.asked[0].pk]


def received(world: World) -> list[object]:
    return [world.received[0].pk]


def account(world: World) -> list[object]:
    return [world.officers["lam"].pk]


def kept(world: World) -> list[object]:
    return [world.records[0].pk]


def begun(world: World) -> list[object]:
    return [world.an_import().pk]


def there(_world: World) -> list[object]:
    return [THERE]


def their_key(_world: World) -> list[object]:
    return [THERE, NodeKey.objects.get(node__code=THERE, use="author").kid]


def new(world: World) -> list[object]:
    return [world.something_new().pk]


def sealed_anew(world: World) -> list[object]:
    return [world.something_sealed_anew().pk]


def lost(world: World) -> list[object]:
    return [world.lost().pk]


def incident(world: World) -> list[object]:
    return [world.incident().pk]


def root(world: World) -> list[object]:
    return [world.root().pk]


def released(world: World) -> list[object]:
    return [world.waits_for_release().pk]


def on_paper(world: World) -> list[object]:
    return [world.paper().pk]


def returned(world: World) -> list[object]:
    return [world.returned().pk]


def flash(world: World) -> list[object]:
    return [world.flash().pk]


def pair(world: World) -> list[object]:
    return [world.candidate().pk]


def hit(world: World) -> list[object]:
    return [world.hit().pk]


def searched(world: World) -> list[object]:
    return [world.searches[0].pk]


def passkey(world: World) -> list[object]:
    return [Authenticator.objects.get(user=world.officers["bang"], type="webauthn").pk]
