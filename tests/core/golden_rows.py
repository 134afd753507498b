"""Writes business_time.csv from the slow reference: ``python -m tests.core.golden_rows``."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.core.oracle import TRAPS, WEEKS, due, walk

FILE = Path(__file__).with_name("business_time.csv")
FIELDS = ("zone", "week", "start", "end", "minutes", "wanted", "due")


def rows():
    dice = random.Random(20261124)
    for zone, day in TRAPS:
        around = datetime.fromisoformat(day).replace(tzinfo=UTC)
        for week in WEEKS:
            for _ in range(6):
                start = around + timedelta(minutes=dice.randrange(-2880, 1440))
                end = start + timedelta(minutes=dice.randrange(0, 5 * 1440))
                wanted = dice.randrange(1, 900)
                minutes = walk(zone, week, start, end)
                yield zone, week, start, end, minutes, wanted, due(zone, week, start, wanted)


if __name__ == "__main__":
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for row in rows():
            writer.writerow(
                each.isoformat() if isinstance(each, datetime) else each for each in row
            )
