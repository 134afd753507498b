"""Reading records: single ones, lists, timelines, clocks, and what is like another."""

from trueup.desk.work.reads.counting import MOST_COUNTED
from trueup.desk.work.reads.finding import by_number, search, similar
from trueup.desk.work.reads.lists import (
    counted,
    counters,
    group_counts,
    group_of,
    look,
    page,
    page_in,
)
from trueup.desk.work.reads.own import Began, mine, mine_count, of_customers, under, under_count
from trueup.desk.work.reads.pages import OTHER, Page
from trueup.desk.work.reads.single import (
    approvals_of,
    approvals_waiting,
    files_of,
    links_of,
    one,
    state_word,
    verbs_for,
    waits_in_process,
    watchers_of,
)
from trueup.desk.work.reads.telling import Entry, timeline
from trueup.desk.work.reads.time import clocks_for, clocks_of
from trueup.desk.work.reads.views import ORDERS, VIEWS, View

__all__ = [
    "MOST_COUNTED",
    "ORDERS",
    "OTHER",
    "VIEWS",
    "Began",
    "Entry",
    "Page",
    "View",
    "approvals_of",
    "approvals_waiting",
    "by_number",
    "clocks_for",
    "clocks_of",
    "counted",
    "counters",
    "files_of",
    "group_counts",
    "group_of",
    "links_of",
    "look",
    "mine",
    "mine_count",
    "of_customers",
    "one",
    "page",
    "page_in",
    "search",
    "similar",
    "state_word",
    "timeline",
    "under",
    "under_count",
    "verbs_for",
    "waits_in_process",
    "watchers_of",
]
