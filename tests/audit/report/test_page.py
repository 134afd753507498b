"""The report is one file that stands alone: nothing from outside, every link leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.audit.golden.packs import START, make
from trueup.audit.report.html import page
from trueup.audit.report.terminal import summary
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    return run(write_sample(tmp_path_factory.mktemp("page") / "pack"), Options(strict=True))


class Tags(HTMLParser):
    """Collects ids, inner links and anything that would be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [str(told["id"])] if "id" in told else []
        self.links += [str(told["href"])] if tag == "a" else []
        if tag in ("script", "link", "img", "iframe") or "src" in told:
            self.outside.append(tag)


def test_it_stands_alone_and_its_links_lead_somewhere(result: AuditResult) -> None:
    tags = Tags()
    tags.feed(page(result))
    assert tags.outside == []
    assert len(tags.ids) == len(set(tags.ids))
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)
    assert all(link.startswith("#") for link in tags.links)


def test_the_first_screen_says_lights_steps_and_what_is_missing(result: AuditResult) -> None:
    text = page(result)
    first, findings = text.index("Do these first"), text.index('id="findings"')
    assert text.index('class="grid"') < first < text.index("could not judge") < findings
    assert text.count('<section class="card">') == 4


def test_units_are_drawn_against_their_limit(result: AuditResult) -> None:
    charts = re.findall(r'<svg [^>]*class="units".*?</svg>', page(result), re.DOTALL)
    assert charts
    assert all("<circle" in chart for chart in charts)
    assert any('class="lim"' in chart for chart in charts)


def test_names_of_the_evidence_are_text_never_markup(tmp_path: Path) -> None:
    rows = [
        {"id": f"<script>{i}", "kind": "incident", "state": "open", "opened_at": START,
         "team": "<b>&'\"", "priority": 1} for i in range(40)
    ]  # fmt: skip
    result = run(make(tmp_path, record=rows), Options(strict=True))
    assert "<script>" not in page(result)
    assert "<b>&'" not in page(result)


def test_the_terminal_shows_four_lights_and_three_steps(result: AuditResult) -> None:
    text = summary(result, Path("out"))
    assert [word in text for word in ("Growth", "Budget", "Risk", "Communication")] == [True] * 4
    assert text.count("First step:") == 3
    assert "could not be judged" in text
