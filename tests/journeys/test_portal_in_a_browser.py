"""Portal, customer and account pages in a browser: answers, files, one click, and axe content."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.desk.web.customers import promise, proposed, service, solved
from tests.journeys.browsing import PHONE, WIDE, sideways, violations_down
from tests.people import cast, looking
from trueup.desk.feedback import reads, verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Record

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param(size, theme, id=f"{name}-{theme}")
    for name, size in (("wide", WIDE), ("phone", PHONE))
    for theme in ("light", "dark")
]


class Day:
    """Alice asked for several things; Anna has one promise in force and one to decide on."""

    def __init__(self) -> None:
        self.people = cast()
        self.mail = service(self.people)
        self.held = promise(self.people, self.mail)
        self.waiting = proposed(self.people, service(self.people, "Network"))
        alice, now = looking(self.people.alice), timezone.now()
        self.asked = work.report(title="Mail is slow", service=self.mail, actor=alice)
        self.done = solved(self.people, self.mail, hours=1, at=now - timedelta(hours=3))
        closed = solved(self.people, self.mail, hours=2, at=now - timedelta(days=2))
        self.closed = work.confirm(closed, actor=alice)
        said = verbs.rate(self.closed, alice, 4)
        Survey.objects.filter(pk=said.pk).update(csat=None, answered_at=None, state="invited")
        self.token = reads.token_of(Survey.objects.get(pk=said.pk))


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_serious_for_axe(browsing, size, theme):
    day = Day()
    told = {
        None: ("/login", f"/rate/{day.token}", "/nothing-here"),
        day.people.alice: (
            "/portal",
            "/portal?q=mail",
            "/my",
            "/report",
            "/report?kind=request",
            f"/my/{day.asked.pk}",
            f"/my/{day.done.pk}",
            "/settings",
        ),
        day.people.anna: (
            "/customer",
            "/customer/records?show=all",
            f"/customer/agreements/{day.held.pk}",
            f"/customer/agreements/{day.waiting.pk}",
            f"/customer/agreements/{day.held.pk}/resolve/records",
        ),
    }
    told[day.people.ada] = ("/people", f"/people/{day.people.charlie.pk}", "/people/new")
    for person, paths in told.items():
        page = browsing.as_(person, size=size, theme=theme)
        for path in paths:
            page.goto(path)
            assert violations_down(page) == [], path
            assert sideways(page) <= 0, path


def test_the_field_answers_while_typing_and_is_left_by_keys(browsing):
    page = browsing.as_(Day().people.alice)
    page.goto("/portal")
    page.get_by_label("Say what you need").press_sequentially("mail slow", delay=20)
    hits = page.locator("#answers .hit")
    expect(hits.first).to_contain_text("Mail is slow")
    page.keyboard.press("ArrowDown")
    expect(hits.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(hits).to_have_count(0)
    expect(page.get_by_label("Say what you need")).to_be_focused()
    page.keyboard.type("something new")
    expect(hits.last).to_contain_text("Report “something new”")
    page.keyboard.press("Enter")
    expect(page.get_by_label("In one line")).to_have_value("something new")


def test_a_report_with_a_file_that_does_not_fit_and_one_that_does(browsing):
    day = Day()
    page = browsing.as_(day.people.alice)
    page.goto("/report")
    page.get_by_label("In one line").fill("The scanner loses the network")
    page.get_by_label("What happened").fill("Every day at noon")
    page.get_by_label("Which service?").select_option(label="Mail")
    page.get_by_label("Only me").check(force=True)
    expect(page.locator("#promise")).to_contain_text("first human answer within 1 h")
    wrong = {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90"}
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.locator(".picked")).to_contain_text("setup.exe")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("[data-told]")).to_be_focused()
    expect(page.locator("[data-told]")).to_contain_text("Programs cannot be attached")
    expect(page.get_by_label("What happened")).to_have_value("Every day at noon")
    expect(page.get_by_label("Only me")).to_be_checked()
    right = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"12:00 lost"}
    page.locator("input[type=file]").set_input_files(right)
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("h1")).to_have_text("The scanner loses the network")
    expect(page.locator(".files")).to_contain_text("log.txt")
    assert Record.objects.filter(title="The scanner loses the network").count() == 1


def test_what_was_typed_waits_until_it_is_sent(browsing):
    day = Day()
    page = browsing.as_(day.people.alice)
    page.goto(f"/my/{day.asked.pk}")
    page.get_by_label("Your message").fill("It is the whole floor")
    page.goto("/portal")
    page.goto(f"/my/{day.asked.pk}")
    expect(page.get_by_label("Your message")).to_have_value("It is the whole floor")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".tl")).to_contain_text("It is the whole floor")
    expect(page.get_by_label("Your message")).to_have_value("")


def test_one_click_from_a_mail_counts(browsing):
    day = Day()
    page = browsing.as_(None)
    page.goto(f"/rate/{day.token}?csat=2")
    expect(page.locator("h1")).to_contain_text("It is counted")
    page.get_by_label("What went wrong?").fill("No news")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_contain_text("It is counted")
    assert Survey.objects.get(csat=2).comment == "No news"


def test_confirming_and_the_menu_work_without_scripts(chrome, browsing, live_server):
    day = Day()
    held = browsing.as_(day.people.alice).context.cookies()
    context = chrome.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(held)
    page = context.new_page()
    page.goto(f"/my/{day.done.pk}")
    page.get_by_role("button", name="Yes, it works").click()
    day.done.refresh_from_db()
    assert day.done.evidence == "closed"
    page.goto("/portal?q=mail+slow")
    expect(page.locator("#answers .hit").first).to_contain_text("Mail is slow")
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{live_server.url}/login")
    context.close()
