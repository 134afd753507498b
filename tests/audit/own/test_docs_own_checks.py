"""The page on own checks: its examples are rules that can be read, its lists are the real ones."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.audit.own.files import check, ruled
from trueup.audit.own import declaring, sql
from trueup.audit.own.sandbox import Limits

PAGE = (Path(__file__).parents[3] / "docs/own-checks.md").read_text("utf-8")


def test_the_rules_of_the_page_are_rules() -> None:
    found = re.findall(r"```yaml\nrule:\n(.*?)```", PAGE, re.S)
    assert len(found) == 2
    for rule in found:
        own = check(ruled(textwrap.dedent(rule)))
        assert own.rule.needs


def test_the_page_names_every_function_part_and_limit() -> None:
    listed = set(re.findall(r"`(\w+)`", PAGE.partition("Functions:")[2].partition("The file")[0]))
    assert listed == {f for f in sql.FUNCTIONS if f[0].isalpha()} - {"count_star"}
    parts = set(re.findall(r"`(\w+)`", PAGE.partition("| part |")[2].partition("## The rule")[0]))
    assert {*declaring.REQUIRED, *declaring.OPTIONAL} <= parts
    limits = Limits()
    told = (
        f"At most {sql.TABLES_MOST} tables", f"{sql.TEXT_MOST:,} characters",
        f"nesting of {sql.BRACKETS_MOST}", f"{limits.seconds} seconds", f"{limits.rows:,} rows",
        f"{limits.memory >> 30} GiB of memory", f"{limits.spill >> 30} GiB of spill",
    )  # fmt: skip
    assert [line for line in told if line not in PAGE] == []
