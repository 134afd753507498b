"""Every change to process models and to the processes that follow them."""

from trueup.desk.processes.verbs.attaching import attach
from trueup.desk.processes.verbs.moving import complete, end, fire, offer, start
from trueup.desk.processes.verbs.publishing import draft, install_shipped, prove, publish, retire

__all__ = [
    "attach",
    "complete",
    "draft",
    "end",
    "fire",
    "install_shipped",
    "offer",
    "prove",
    "publish",
    "retire",
    "start",
]
