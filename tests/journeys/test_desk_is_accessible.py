"""Every technician's page, in light and dark, wide and on the phone: nothing serious for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, WIDE, sideways, violations, violations_down
from tests.journeys.story import harbour

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param(size, theme, id=f"{name}-{theme}")
    for name, size in (("wide", WIDE), ("phone", PHONE))
    for theme in ("light", "dark")
]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_and_what_opens_on_them(browsing, size, theme):
    story = harbour()
    page = browsing.as_(story.aylin, size=size, theme=theme)
    record = f"/records/{story.vpn.pk}"
    pages = ("/work", "/work?view=closed", "/now", "/board", "/approvals", "/work/new")
    for path in (*pages, record, f"{record}/do/hold"):
        page.goto(path)
        assert violations_down(page) == [], path
        assert sideways(page) == 0, path
    page.goto(record)
    page.keyboard.press("h")
    expect(page.locator("dialog[open]")).to_contain_text("On hold")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("label.ctab.p").click()
    assert violations(page) == [], "private"
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert violations(page) == [], "palette"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    assert violations(page) == [], "keys"
    page.keyboard.press("Escape")
    page.goto(f"/records/{story.records['weights'].pk}")
    page.keyboard.press("t")
    expect(page.locator("#toasts .undo")).to_be_visible()
    assert violations(page) == [], "undo"
