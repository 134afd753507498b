"""Every finding of an audit reads on a phone: nothing slides sideways, no figure is cut off."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.desk.assurance.audited import audit, reports
from tests.desk.work.scene import scene
from tests.journeys.browsing import PHONE, sideways
from trueup.desk.assurance import reads

pytestmark = pytest.mark.browser
BEYOND = """() => [...document.querySelectorAll("main svg, main svg text, main figure")]
  .filter((node) => node.getBoundingClientRect().right > innerWidth)
  .map((node) => node.textContent.slice(0, 40))"""


def test_every_finding_fits(browsing):
    desk = scene()
    reports(desk)
    found = reads.result(audit())["findings"]
    page = browsing.as_(desk.cast.mona, size=PHONE)
    drawn = 0
    for finding in found:
        page.goto(reverse("finding", args=(finding["key"],)))
        assert sideways(page) <= 0, finding["headline"]
        assert page.evaluate(BEYOND) == [], finding["headline"]
        drawn += page.locator("figure.figs svg").count()
    assert drawn
