"""Reading records: single ones, lists, timelines, clocks, and what is like another."""

from trueup.desk.work.reads.finding import by_number, search, similar
from trueup.desk.work.reads.lists import (
    ORDERS,
    VIEWS,
    Page,
    View,
    counters,
    group_counts,
    group_of,
    mine,
    page,
)
from trueup.desk.work.reads.single import (
    approvals_of,
    approvals_waiting,
    files_of,
    links_of,
    one,
    state_word,
    verbs_for,
    waits_in_process,
    watcher_count,
    watchers_of,
)
from trueup.desk.work.reads.telling import Entry, timeline
from trueup.desk.work.reads.time import clocks_for, clocks_of

__all__ = [
    "ORDERS",
    "VIEWS",
    "Entry",
    "Page",
    "View",
    "approvals_of",
    "approvals_waiting",
    "by_number",
    "clocks_for",
    "clocks_of",
    "counters",
    "files_of",
    "group_counts",
    "group_of",
    "links_of",
    "mine",
    "one",
    "page",
    "search",
    "similar",
    "state_word",
    "timeline",
    "verbs_for",
    "waits_in_process",
    "watcher_count",
    "watchers_of",
]
