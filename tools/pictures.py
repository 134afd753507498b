"""Pictures of every page, as each person of a demo home sees it: wide and phone, light and dark.

`python -m tools.pictures DIR [--home HOME] [--port N] [--locale de-DE]` starts the demo of that
home, enters by every door of the log-in page, walks the places and the first thing on each, and
writes `<role>-<page>-<wide|phone>-<light|dark>.png`. Faults of the browser are printed; 1 if any.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.sources import ROOT

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 860},
    "phone": {"width": 390, "height": 844},
}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PLACES = ".side a.place, .top nav a"
FIRST_THINGS = (
    "[data-rows] a[data-open]",
    "main a[href^='/my/']",
    "main a[href*='/findings/']",
    "main a[href*='/agreements/']",
    "main a[href*='/measures/']",
)
START = 120
# On a phone the page scrolls in a box between two bars: how much of it the window does not show.
HIDDEN = """() => {
  const main = document.getElementById("main");
  const box = main && getComputedStyle(main).overflowY === "auto";
  return box ? main.scrollHeight - main.clientHeight : 0;
}"""
BEYOND = """() => Math.max(
  document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll("#main")].map((one) => one.scrollWidth - one.clientWidth)
)"""


@contextmanager
def served(home: str, port: int) -> Iterator[str]:
    """The demo of a home, as its own command starts it; stopped afterwards."""
    command = [str(ROOT / "trueup"), "demo", "--home", home, "--port", str(port)]
    with subprocess.Popen(command) as server:
        try:
            url = f"http://localhost:{port}"
            _wait(url)
            yield url
        finally:
            server.terminate()


def _wait(url: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/login", timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"The demo did not answer at {url} within {START} s.")


class Album:
    """Takes the pictures and remembers what went wrong."""

    def __init__(self, browser: Browser, url: str, folder: Path, locale: str) -> None:
        self.faults: list[str] = []
        self._browser, self._url, self._folder, self._locale = browser, url, folder, locale

    def all_doors(self, size: str, theme: Theme) -> None:
        """Everything in one size and theme."""
        context = self._browser.new_context(
            base_url=self._url, viewport=SIZES[size], color_scheme=theme, locale=self._locale
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))
        page.goto("/login")
        self._take(page, "anyone-login", size, theme)
        doors = page.locator(".enter button, .enter a").count()
        for number in range(doors):
            page.goto("/login")
            door = page.locator(".enter button, .enter a").nth(number)
            role = _slug(door.get_attribute("value") or str(number))
            door.click()
            self._walk(page, f"{number:02}-{role}", size, theme)
            context.clear_cookies()
        context.close()

    def _walk(self, page: Page, role: str, size: str, theme: str) -> None:
        links = page.locator(PLACES).evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for href in dict.fromkeys([_path(page.url), *links]):
            page.goto(href)
            self._take(page, f"{role}-{_slug(href) or 'home'}", size, theme)
            first = next((one for one in FIRST_THINGS if page.locator(one).count()), None)
            if first:
                page.goto(page.locator(first).first.get_attribute("href") or "/")
                self._take(page, f"{role}-{_slug(href)}-first", size, theme)

    def _take(self, page: Page, name: str, size: str, theme: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        high = SIZES[size]["height"] + page.evaluate(HIDDEN)
        page.set_viewport_size({"width": SIZES[size]["width"], "height": high})
        page.screenshot(path=self._folder / f"{name}-{size}-{theme}.png", full_page=True)
        over = page.evaluate(BEYOND)
        page.set_viewport_size(SIZES[size])
        if over > 0:
            self.faults.append(f"{name} is {over} px wider than the {size} window")

    def _hear(self, page: Page, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"{page.url}: {message.text}")


def _slug(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[^a-z0-9]+", "-", text.lower()).strip("-")[:40]


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3] if url.count("/") > 2 else "/"


def main() -> int:
    """Make the album."""
    made = argparse.ArgumentParser(prog="python -m tools.pictures")
    made.add_argument("folder", type=Path)
    made.add_argument("--home", default=".trueup/demo")
    made.add_argument("--port", type=int, default=8140)
    made.add_argument(
        "--locale", default="en-GB", help="the language of the browser, such as de-DE"
    )
    options = made.parse_args()
    chrome = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with served(options.home, options.port) as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chrome, args=FLAGS)
        album = Album(browser, url, options.folder, options.locale)
        for size in SIZES:
            for theme in THEMES:
                album.all_doors(size, theme)
        browser.close()
    for fault in album.faults:
        print(fault)
    return 1 if album.faults else 0


if __name__ == "__main__":
    sys.exit(main())
