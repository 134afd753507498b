"""One model, three layouts: page, Markdown and PDF say the same, with text never as markup."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import pytest

from tests.audit.golden.packs import START, make
from trueup.audit.report import write_reports
from trueup.audit.report.build import build
from trueup.audit.report.html.page import laid_out
from trueup.audit.report.markdown import markdown
from trueup.audit.report.model import Report
from trueup.audit.report.pdf import _data, pages, pdf
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample

EVIL = '<script>#eval("1")*_[x](http://x) | $a$ @b `c` \\'


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    return run(write_sample(tmp_path_factory.mktemp("layouts") / "pack", 600), Options(strict=True))


@pytest.fixture(scope="module")
def report(result: AuditResult) -> Report:
    return build(result)


def test_all_layouts_say_the_verdict_the_steps_and_the_gaps(report: Report) -> None:
    page, text = laid_out(report), markdown(report)
    plain = re.sub(r"\\(.)", r"\1", text)
    data = json.dumps(_data(report), ensure_ascii=False)
    said = [i.reason for i in report.indicators] + [f.headline for f in report.findings]
    said += [f.first for f in report.findings] + [m.id for i in report.indicators for m in i.keys]
    assert len(said) > 30
    for sentence in said:
        assert sentence in plain
        assert json.dumps(sentence, ensure_ascii=False)[1:-1] in data
        assert escape(sentence) in page


def test_everything_the_method_asks_of_a_report_is_there(report: Report) -> None:
    text = markdown(report)
    for heading in (
        "Do these first", "What we could not judge", "About this audit", "The evidence",
        "Growth and value", "Budget adherence", "Risk impact", "Communication effectiveness",
        "Findings", "What went right", "Whether earlier steps worked",
        "How far the criteria are met", "How far to trust this", "All checks", "Annex",
    ):  # fmt: skip
        assert f"# {heading}\n" in text
    parts = {name for name, _ in report.findings[0].parts}
    assert len(parts | {"Likely causes", "Look yourself", "Your answer"}) >= 11
    assert text.count("**Look yourself**") >= len(report.findings)


def test_every_number_has_a_run_and_money_has_its_currency(report: Report) -> None:
    runs = [m.run for i in report.indicators for m in (*i.judged, *i.silent)]
    runs += [c.run for area in report.areas for c in area.checks]
    assert len(runs) == len(set(runs)) == 65 + 104
    money = [f.gain for f in report.findings if f.gain != "Not in money"]
    assert money
    assert all(gain.endswith(" EUR a year") for gain in money)
    exposure = next(m for i in report.indicators for m in i.judged if m.id == "MR-07")
    assert exposure.value.endswith(" EUR")


def test_every_judged_number_opens_its_records(report: Report) -> None:
    page = laid_out(report)
    judged = [m for i in report.indicators for m in i.judged]
    assert len(judged) > 30
    assert all(m.records and m.records.rows for m in judged)
    for m in judged:
        assert f'href="#r-{m.id}"' in page
        assert page.count(f'id="r-{m.id}"') == 1
    tripped = [c for area in report.areas for c in area.checks if c.records]
    assert all(f"href='#r-{c.id}'" in page for c in tripped)


def test_the_pdf_is_tagged_and_the_same_every_time(report: Report) -> None:
    made = pdf(report)
    assert made.startswith(b"%PDF")
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made
    assert made == pdf(report)
    assert len(pages(report, 20.0)) > 5


def test_names_of_the_evidence_stay_text_in_every_layout(tmp_path: Path) -> None:
    rows = [
        {"id": f"{EVIL}{i}", "kind": "incident", "state": "open", "opened_at": START,
         "team": EVIL, "service": EVIL, "priority": 1} for i in range(40)
    ]  # fmt: skip
    result = run(make(tmp_path, record=rows), Options(strict=True))
    paths = write_reports(result, tmp_path, ("md", "pdf", "html"))
    assert [path.name for path in paths] == ["report.html", "report.md", "report.pdf"]
    assert "<script>" not in paths[0].read_text("utf-8")
    text = paths[1].read_text("utf-8")
    assert "script" in text
    assert not re.search(r"(?<!\\)<script", text)
    assert not re.search(r"(?<!\\)\[x\]\(", text)
