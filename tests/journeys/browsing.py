"""Windows of a real browser: logged in as somebody, watched for faults, checked by axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import browser as installed_browser
from tests.desk.web.pages import client_for
from trueup.desk.base.models import Person

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 20_000
SERIOUS = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed browser, without a window."""
    with sync_playwright() as play:
        expect.set_options(timeout=PATIENCE)
        browser = play.chromium.launch(executable_path=installed_browser(), args=FLAGS)
        yield browser
        browser.close()


class Browsing:
    """Windows at one address; `close` tells what went wrong in any of them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._faults: list[str] = []

    def as_(
        self, person: Person | None, *, size: dict[str, int] = WIDE, theme: str = "light"
    ) -> Page:
        """A window in which this person is logged in."""
        context = self._browser.new_context(
            base_url=self.url, viewport=size, color_scheme=theme, locale="en-GB"
        )
        context.set_default_timeout(PATIENCE)
        if person is not None:
            held = client_for(person).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": held.key, "value": held.value, "url": self.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self._faults.append(f"script: {error}"))
        page.on("console", self._hear)
        self._contexts.append(context)
        return page

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self._faults.append(f"policy: {message.text}")

    def close(self) -> None:
        """Close all windows; AssertionError where a script failed or the policy was broken."""
        for context in self._contexts:
            context.close()
        assert not self._faults, self._faults


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical on the page, one line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


SCROLLER = """() => {
  const main = document.getElementById("main");
  const box = main && getComputedStyle(main).overflowY === "auto";
  return box ? main : document.documentElement;
}"""


def violations_down(page: Page) -> list[str]:
    """The same at the top of the page, on the way down and at its end, where bars cover others."""
    box = page.evaluate_handle(SCROLLER)
    beyond = box.evaluate("box => box.scrollHeight - box.clientHeight")
    found = []
    for part in (0, 1 / 3, 2 / 3, 1) if beyond > 0 else (0,):
        top = round(part * beyond)
        box.evaluate("(box, top) => box.scrollTo({top, behavior: 'instant'})", top)
        assert abs(box.evaluate("box => box.scrollTop") - top) <= 1, "it does not scroll"
        found += [f"at {part:.0%} {line}" for line in violations(page)]
    return found


def sideways(page: Page) -> int:
    """By how many pixels the page, or the box it scrolls in, is wider than its window."""
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    box = page.evaluate_handle(SCROLLER)
    return max(int(wider), int(box.evaluate("box => box.scrollWidth - box.clientWidth")))
