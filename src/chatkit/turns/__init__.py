"""One response, from start to settled: fold, run, log, resume.

Above: the server. Below: the stores, the wire, the types. Only this room writes a response to
the store.
"""

from .fold import Drafts
from .limits import OnBusy, OnDisconnect, TurnLimits
from .plan import Events, TurnPlan
from .supervisor import Supervisor
from .thread_watch import client_thread, plain_metadata
from .updates import UpdateRefused

__all__ = [
    "Drafts",
    "Events",
    "OnBusy",
    "OnDisconnect",
    "Supervisor",
    "TurnLimits",
    "TurnPlan",
    "UpdateRefused",
    "client_thread",
    "plain_metadata",
]
