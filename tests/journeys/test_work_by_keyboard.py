"""A technician works a morning without touching the mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.story import harbour, looking
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Message, Record

pytestmark = pytest.mark.browser


@pytest.fixture
def story(browsing):
    return harbour()


def test_move_choose_and_take(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto("/work?view=unassigned")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator("[data-row].focus")).to_have_count(1)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.get_by_role("toolbar")).to_contain_text("2 chosen")
    page.keyboard.press("t")
    expect(page.locator("#toasts")).to_contain_text("Take: 2 records.")
    taken = Record.objects.filter(assignee=story.aylin, pk=story.records["weights"].pk)
    assert taken.exists()
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Give back: 2 records.")
    assert not taken.exists()


def test_an_act_on_a_record_is_undone_by_a_key(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.records['weights'].pk}")
    page.keyboard.press("t")
    toast = page.locator("#toasts .told")
    expect(toast).to_contain_text("It is yours.")
    page.keyboard.press("u")
    expect(toast).to_contain_text("As it was before.")
    expect(page.locator("#facts")).to_contain_text("Nobody")
    assert Record.objects.get(pk=story.records["weights"].pk).assignee is None


def test_open_reply_and_resolve(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto("/work?view=mine&text=VPN")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("VPN slow")
    page.keyboard.press("r")
    page.keyboard.type("We found losses on one line and move you to the other now. ")
    expect(page.locator("[data-parts]")).to_contain_text("by when")
    page.keyboard.type("You hear from us by 15:00.")
    expect(page.locator("[data-parts]")).to_contain_text("All four parts")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("move you to the other now")
    expect(page.locator("#composer-text")).to_have_value("")
    page.locator("h1").click()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Resolve")
    page.get_by_label("How it ended").select_option("fixed")
    page.get_by_label("Closing word").fill("You are on the other line now; calls hold.")
    page.get_by_label("After a change?").fill("no")
    page.get_by_label("Minutes worked").fill("25")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".meta .tag")).to_contain_text("Resolved")
    assert Record.objects.get(pk=story.vpn.pk).state == "resolved"


def test_a_refusal_stays_in_the_form_and_keeps_what_was_typed(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.keyboard.press("e")
    page.get_by_label("How it ended").select_option("fixed")
    page.get_by_label("After a change?").fill("no")
    page.get_by_label("Minutes worked").fill("25")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog [data-told]")).to_contain_text("Tell the requester what was done")
    expect(page.get_by_label("Minutes worked")).to_have_value("25")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="Resolve")).to_be_focused()


def test_private_words_go_public_only_after_a_question(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.keyboard.press("n")
    page.keyboard.type("It was our own change")
    expect(page.get_by_role("button", name="Save private note")).to_be_visible()
    expect(page.get_by_role("button", name="Send to Jette")).to_be_hidden()
    page.locator("label.ctab", has_text="Reply").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Jette Brandt will read it")
    question.get_by_role("button", name="Keep it private").click()
    expect(page.get_by_role("button", name="Save private note")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.private").last).to_contain_text("It was our own change")
    note = Message.objects.get(text="It was our own change")
    assert note.public is False


def test_a_draft_outlives_the_page_and_is_gone_once_sent(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.keyboard.press("r")
    page.keyboard.type("Half a sentence")
    expect(page.locator("[data-kept]")).to_contain_text("Draft kept")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")
    page.locator("#composer-text").press("Control+Enter")
    expect(page.locator("#composer-text")).to_have_value("")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("")


def test_the_palette_does_verbs_and_finds_records(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find or do")
    expect(field).to_be_focused()
    expect(page.locator("#palette [role=option]").first).to_contain_text("this record")
    page.keyboard.type("hold")
    expect(page.locator("#palette [role=option]").first).to_contain_text("On hold")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Waiting for")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("weighbridge")
    expect(page.locator("#palette [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(str(story.records["address"].pk)))


def test_single_keys_rest_while_one_writes_and_where_they_are_switched_off(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.locator("#composer-text").fill("")
    page.locator("#composer-text").press("e")
    expect(page.locator("#composer-text")).to_have_value("e")
    expect(page.get_by_role("dialog")).to_have_count(0)
    story.aylin.account.single_keys = False
    story.aylin.account.save()
    page.goto("/work")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("[data-row].focus")).to_have_count(0)
    expect(page.locator("#keys-sheet")).to_have_count(0)


def test_the_sheet_lists_the_keys_of_the_page(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("All keys of this page")
    expect(sheet).to_contain_text("Private note")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/work$"))


def test_a_conflict_is_told_field_by_field_and_the_reply_stays(browsing, story):
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    page.locator("#composer-text").fill("A reply I am still writing")
    page.locator("h1").click()
    page.keyboard.press("p")
    page.get_by_label("Impact").select_option("3")
    fresh = reads.one(looking(story.tom), story.vpn.pk)
    verbs.set_priority(fresh, impact=4, urgency=1, actor=looking(story.tom))
    page.get_by_role("dialog").get_by_role("button", name="Priority").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Tom Nguyen changed this record while you wrote")
    expect(dialog.get_by_role("row", name=re.compile("Impact"))).to_contain_text("4 – one person")
    dialog.get_by_label("Theirs").first.check()
    dialog.get_by_role("button", name="Priority").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert Record.objects.get(pk=story.vpn.pk).impact == 4
    expect(page.locator("#composer-text")).to_have_value("A reply I am still writing")


def test_others_are_seen_and_news_waits_to_be_shown(browsing, story):
    tom = browsing.as_(story.tom)
    tom.goto(f"/records/{story.vpn.pk}")
    page = browsing.as_(story.aylin)
    page.goto(f"/records/{story.vpn.pk}")
    expect(page.locator("#here")).to_contain_text("Tom Nguyen is here")
    page.goto("/work")
    expect(page.locator(f"#row-{story.vpn.pk}")).to_contain_text("Tom")
