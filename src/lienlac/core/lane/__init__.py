"""The delivery engine, without hands: (state, event) -> (state, actions). The rules stand in
docs/protocol/lane.md.

An app loads the row of a lane's end, applies one event, carries out the actions and stores the row again, in
ONE transaction; what speaks to the other side (`AFTER_COMMIT`) follows when it is committed. On any error of
a commit: answer nothing and start again from the store.

What the caller must still do: check the signature of the position under the sender's node key, check the
envelope against the position (`Position.check_envelope`), open it, look the message id up in its own
transaction.
"""

from lienlac.core.lane import rows
from lienlac.core.lane.actions import (
    AFTER_COMMIT,
    Action,
    AnnounceRestore,
    Answer,
    Apply,
    DropSettled,
    Enqueue,
    Evidence,
    Freeze,
    Greet,
    Ignore,
    Incident,
    IssueReceipt,
    Repost,
    SendFrom,
    Settle,
    Store,
)
from lienlac.core.lane.events import (
    Arrived,
    Connect,
    Content,
    Greeted,
    Heard,
    Post,
    Receipted,
    Restored,
    Status,
    Thaw,
    Until,
)
from lienlac.core.lane.flow import (
    PATIENCE,
    QUOTA,
    WINDOWS,
    Load,
    Patience,
    Quota,
    Window,
    check_room,
    how_many,
    silent_after,
)
from lienlac.core.lane.greeting import Claim, Lost, Mark, Receiving, Span, Standing
from lienlac.core.lane.incoming import Incoming, forgotten
from lienlac.core.lane.incoming import step as step_incoming
from lienlac.core.lane.outgoing import Outgoing, Sending, begins_anew
from lienlac.core.lane.outgoing import step as step_outgoing
from lienlac.core.lane.position import GENESIS, POSITION_TYPE, Lane, LaneClass, Position, digest_of, link

__all__ = [
    "AFTER_COMMIT",
    "GENESIS",
    "PATIENCE",
    "POSITION_TYPE",
    "QUOTA",
    "WINDOWS",
    "Action",
    "AnnounceRestore",
    "Answer",
    "Apply",
    "Arrived",
    "Claim",
    "Connect",
    "Content",
    "DropSettled",
    "Enqueue",
    "Evidence",
    "Freeze",
    "Greet",
    "Greeted",
    "Heard",
    "Ignore",
    "Incident",
    "Incoming",
    "IssueReceipt",
    "Lane",
    "LaneClass",
    "Load",
    "Lost",
    "Mark",
    "Outgoing",
    "Patience",
    "Position",
    "Post",
    "Quota",
    "Receipted",
    "Receiving",
    "Repost",
    "Restored",
    "SendFrom",
    "Sending",
    "Settle",
    "Span",
    "Standing",
    "Status",
    "Store",
    "Thaw",
    "Until",
    "Window",
    "begins_anew",
    "check_room",
    "digest_of",
    "forgotten",
    "how_many",
    "link",
    "rows",
    "silent_after",
    "step_incoming",
    "step_outgoing",
]
