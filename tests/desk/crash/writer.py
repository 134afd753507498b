"""A writing process to be killed: prints the number of each change once it is committed.

``python -m tests.desk.crash.writer FIRST`` writes rows FIRST, FIRST + 1, ... with their events
and seals now and then, until it is killed.
"""

from __future__ import annotations

import os
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from tests.desk.eventlog.logs import ALICE, Said  # noqa: E402
from trueup.desk.eventlog import seal  # noqa: E402
from trueup.desk.eventlog.models import DataKey  # noqa: E402
from trueup.desk.eventlog.verbs import append  # noqa: E402


def main(number: int) -> None:
    while True:
        with transaction.atomic():
            DataKey.objects.create(owner=f"row:{number}", wrapped=b"row")
            event = Said(number=number, text="said")
            append(event, actor=ALICE, entity_id=f"row:{number}", via="other")
        os.write(1, f"{number}\n".encode())
        if number % 5 == 0:
            seal.seal_pending()
        if number % 17 == 0:
            seal.checkpoint()
        number += 1


if __name__ == "__main__":
    main(int(sys.argv[1]))
