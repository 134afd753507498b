"""A user reports, a technician solves it by keyboard, the user thanks, the manager judges."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.journeys.story import harbour
from trueup.desk.assurance.carrying import carry_out
from trueup.desk.assurance.models import EvidencePack
from trueup.desk.eventlog.reads import events_of
from trueup.desk.eventlog.seal import seal_pending
from trueup.desk.feedback.models import Survey
from trueup.desk.work.models import Record

pytestmark = pytest.mark.browser


def report(page) -> None:
    page.goto("/report")
    page.get_by_label("In one line").fill("The shared drive is gone")
    page.get_by_label("What happened, and what did you expect?").fill("Since 9 it is empty.")
    page.get_by_label("Which service?").select_option(label="Site network")
    page.get_by_role("button", name="Send the report").click()
    expect(page).to_have_url(re.compile("/my/"))


def sort_and_ask(page) -> None:
    """From the queue to the question, never touching the mouse but to leave a field."""
    page.goto("/work?view=unassigned&text=drive")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("shared drive")
    page.keyboard.press("t")
    expect(page.locator("#toasts")).to_contain_text("It is yours")
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Category", exact=True).fill("storage")
    dialog.get_by_label("Component").fill("none, because the share is meant")
    dialog.get_by_label("Impact").select_option("3")
    dialog.get_by_label("Urgency").select_option("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Sorted")
    page.get_by_role("button", name="Start work").click()
    expect(page.locator(".meta .tag")).to_have_text("In work")
    page.locator("#composer-text").fill("I look at it now. Which letter had the drive, by 11:00?")
    page.get_by_label("It is a question").check()
    page.locator("#composer-text").press("Control+Enter")
    expect(page.locator(".meta .tag")).to_have_text("On hold")


def resolve(page) -> None:
    page.reload()
    page.locator("h1").click()
    page.keyboard.press("e")
    page.get_by_label("How it ended").select_option("fixed")
    page.get_by_label("Closing word").fill("The share is mounted again for everybody.")
    page.get_by_label("After a change?").fill("no")
    page.get_by_label("Minutes worked").fill("20")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".meta .tag")).to_contain_text("awaiting confirmation")


def judge(browsing, story, record) -> None:
    """The manager asks for an audit; the worker carries it out; the record is in the evidence."""
    page = browsing.as_(story.mona)
    page.goto("/manage")
    page.locator("form[action='/manage/run'] button").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("about to begin|questions asked"))
    seal_pending()
    carry_out()
    page.goto("/manage")
    expect(page.locator("main .light")).not_to_have_count(0)
    pack = EvidencePack.objects.latest("as_of")
    assert (pack.rows["record"], pack.rows["survey"]) == (Record.objects.count(), 1)
    held = pq.read_table(Path(settings.HOME) / pack.folder / "record.parquet").to_pylist()
    mine = next(row for row in held if row["id"] == str(record.pk))
    assert mine["state"] == "closed"


def test_the_whole_way(browsing):
    story = harbour()
    user = browsing.as_(story.jette)
    report(user)
    address = user.url
    technician = browsing.as_(story.aylin)
    sort_and_ask(technician)
    user.goto(address)
    expect(user.locator("main")).to_contain_text("Which letter had the drive")
    user.get_by_label("Your message").fill("It was N:")
    user.get_by_role("button", name="Send the answer").click()
    expect(user.locator("main")).to_contain_text("It was N:")
    resolve(technician)
    user.goto(address)
    expect(user.get_by_role("heading", name="We think it is done. Is it?")).to_be_visible()
    expect(user.locator("main")).to_contain_text("The share is mounted again")
    user.get_by_role("button", name="Yes, it works").click()
    expect(user.locator("#toasts")).to_contain_text("Thank you")
    user.locator("#rate").get_by_role("button").nth(3).click()
    expect(user.locator("#rate")).to_contain_text("You said how it was")
    record = Record.objects.get(title="The shared drive is gone")
    assert [survey.csat for survey in Survey.objects.filter(record=record)] == [4]
    assert record.state == "closed"
    told = [event.activity for event in events_of("record", record.pk)]
    wanted = ["opened", "assigned", "triaged", "started", "paused", "resumed", "resolved"]
    assert [one for one in told if one in wanted] == wanted
    assert told[-2:] == ["confirmed", "closed"]
    judge(browsing, story, record)
