"""The queue's filters and the list of whom to give records to, fetched once they are opened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.story import harbour

pytestmark = pytest.mark.browser


@pytest.fixture
def story(browsing):
    return harbour()


def test_a_filter_opens_by_pointer_and_by_key_and_narrows(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto("/work?view=open")
    filters = page.get_by_role("form", name="Filters")
    filters.get_by_role("link", name="Holder").click()
    holders = filters.get_by_label("Holder")
    expect(holders).to_be_focused()
    page.keyboard.press("Escape")
    holders.select_option("Tom Nguyen")
    expect(page).to_have_url(re.compile(f"assignee={story.tom.pk}"))
    expect(filters.get_by_role("link", name="Holder: Tom Nguyen")).to_be_visible()
    page.keyboard.press("f")
    teams = filters.get_by_label("Team")
    expect(teams).to_be_focused()
    page.keyboard.press("Escape")
    teams.select_option(story.network.name)
    expect(page).to_have_url(re.compile(f"team={story.network.pk}.*assignee={story.tom.pk}"))


def test_whom_to_give_them_to_is_there_with_the_question(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto("/work?view=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Team")).to_be_focused()
    dialog.get_by_label("Person").select_option(str(story.tom.pk))
    dialog.get_by_role("button", name="Assign").click()
    expect(page.locator("#toasts")).to_contain_text("Assign: 1 record.")
