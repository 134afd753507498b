"""A Spark session for tests. Without Java or the extra they are skipped; CI never is without."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

THERE = bool(importlib.util.find_spec("pyspark")) and bool(shutil.which("java"))
SPARK = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(
        not THERE and os.environ.get("CI") != "true",
        reason="the Spark extra or Java is not installed",
    ),
]


@contextmanager
def spark(master: str) -> Iterator[Any]:
    """A session that ends with the test; on this machine only."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(master)
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()
