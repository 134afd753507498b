"""The bar of places on a phone: it covers nothing, and the page above it scrolls like a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE
from tests.journeys.story import harbour

pytestmark = pytest.mark.browser
BAR = "document.querySelector('.tabs-phone').getBoundingClientRect()"
MAIN = "document.getElementById('main')"


@pytest.fixture
def page(browsing):
    story = harbour()
    page = browsing.as_(story.aylin, size=PHONE)
    page.goto(f"/records/{story.vpn.pk}")
    return page


def top(page) -> int:
    return page.evaluate(f"{MAIN}.scrollTop")


def test_nothing_lies_under_the_bar(page):
    assert page.evaluate(f"{MAIN}.scrollHeight - {MAIN}.clientHeight") > 200
    assert page.evaluate(f"{MAIN}.getBoundingClientRect().bottom <= {BAR}.top")
    assert page.evaluate(f"Math.round({BAR}.bottom)") == PHONE["height"]
    assert page.evaluate("document.documentElement.scrollHeight") == PHONE["height"]
    expect(page.locator(".tabs-phone a")).to_have_count(4)


def test_keys_scroll_it_from_wherever_the_focus_stands(page):
    page.keyboard.press("PageDown")
    page.wait_for_function(f"{MAIN}.scrollTop > 200")
    page.keyboard.press("Home")
    page.wait_for_function(f"{MAIN}.scrollTop === 0")
    page.locator(".tabs-phone a").first.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"{MAIN}.scrollTop + {MAIN}.clientHeight > {MAIN}.scrollHeight - 2")
    page.locator("#composer-text").focus()
    page.keyboard.type("x y")
    expect(page.locator("#composer-text")).to_have_value("x y")


def test_one_comes_back_to_the_same_place(page):
    page.evaluate(f"{MAIN}.scrollTop = 320")
    page.locator(".tabs-phone a").nth(1).click()
    expect(page.locator("h1")).to_have_text("Queue")
    assert top(page) == 0
    page.go_back()
    page.wait_for_function(f"{MAIN}.scrollTop === 320")


def test_the_skip_link_and_a_focused_field_lead_into_it(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("input[type=file]").last.focus()
    assert page.evaluate(f"document.activeElement.getBoundingClientRect().bottom <= {BAR}.top")


def test_paper_shows_the_whole_page(page):
    page.emulate_media(media="print")
    assert page.evaluate(f"getComputedStyle({MAIN}).overflowY") == "visible"
    assert page.evaluate(f"{MAIN}.getBoundingClientRect().height") > PHONE["height"]
    expect(page.locator(".tabs-phone")).to_be_hidden()


def test_a_low_window_has_one_plain_page(page):
    page.set_viewport_size({"width": 740, "height": 360})
    assert page.evaluate(f"getComputedStyle({MAIN}).overflowY") == "visible"
    assert page.evaluate("document.documentElement.scrollHeight") > 360
