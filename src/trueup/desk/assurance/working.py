"""What every piece of the worker has in common: it is ended once, and tells how far it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from trueup.audit.run import Progress
from trueup.core.refusals import Refusal
from trueup.desk.assurance import verbs
from trueup.desk.assurance.models import Leased

TELL_EVERY = 0.3
L = TypeVar("L", bound=Leased)

log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker carries this out; ours has nothing more to do."""


def carried(taken: L | None, work: Callable[[L], None], fail: Callable[[L, str], object]) -> bool:
    """Do the work that was leased, if any; True where it was ended, well or with its trouble."""
    if taken is None:
        return False
    try:
        work(taken)
    except TakenOver:
        return False
    except Refusal as refusal:
        fail(taken, str(refusal))
    except Exception as trouble:
        log.exception("%s failed", type(taken).__name__)
        fail(taken, f"{type(trouble).__name__}: {trouble}")
    return True


def teller(taken: Leased, rounds: int = 1) -> Progress:
    """Tells the page how far it is, a few times a second at most; each round asks everything."""
    last, past, before = 0.0, 0, 0

    def tell(done: int, of: int, question: str) -> None:
        nonlocal last, past, before
        past += done < before
        before = done
        if time.monotonic() - last < TELL_EVERY and done < of:
            return
        last = time.monotonic()
        if not verbs.tell(taken, past * of + done, rounds * of, question):
            raise TakenOver

    return tell
