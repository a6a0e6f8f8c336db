"""Deeds on the directory: found this node, meet another one, trust, pause and revoke it, read what a state says."""

from lienlac.apps.directory.actions.following import follow
from lienlac.apps.directory.actions.founding import add_office, found_node
from lienlac.apps.directory.actions.issuing import issue_card
from lienlac.apps.directory.actions.listing import Taken, take_roots
from lienlac.apps.directory.actions.meeting import forget, heard_from, meet
from lienlac.apps.directory.actions.offices import change_office, make_twins, set_twins
from lienlac.apps.directory.actions.reading import Read, read_directory
from lienlac.apps.directory.actions.renewing import (
    SIGNING,
    make_lasting,
    move_door,
    name_oversight,
    renew_lasting,
    renew_sealing,
    renew_signing,
    retire,
    take_up,
)
from lienlac.apps.directory.actions.rooting import distrust_root, meet_root, trust_root
from lienlac.apps.directory.actions.trusting import (
    carry_by,
    pause,
    resume,
    revoke,
    revoke_key,
    revoke_told,
    trust,
)

__all__ = [
    "SIGNING",
    "Read",
    "Taken",
    "add_office",
    "carry_by",
    "change_office",
    "distrust_root",
    "follow",
    "forget",
    "found_node",
    "heard_from",
    "issue_card",
    "make_lasting",
    "make_twins",
    "meet",
    "meet_root",
    "move_door",
    "name_oversight",
    "pause",
    "read_directory",
    "renew_lasting",
    "renew_sealing",
    "renew_signing",
    "resume",
    "retire",
    "revoke",
    "revoke_key",
    "revoke_told",
    "set_twins",
    "take_roots",
    "take_up",
    "trust",
    "trust_root",
]
