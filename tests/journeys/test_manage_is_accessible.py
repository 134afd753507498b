"""Every page of those who judge, in each look and size: nothing serious for axe."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.desk.assurance.audited import audit, reports
from tests.desk.work.scene import scene
from tests.journeys.browsing import PHONE, WIDE, sideways, violations_down
from trueup.desk.assurance import reads

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param(size, theme, id=f"{name}-{theme}")
    for name, size in (("wide", WIDE), ("phone", PHONE))
    for theme in ("light", "dark")
]
NAMES = ("manager", "audits", "findings", "actions", "measures", "checks", "readiness")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_serious(browsing, size, theme):
    desk = scene()
    reports(desk)
    finding = reads.result(audit())["findings"][0]["key"]
    page = browsing.as_(desk.cast.mona, size=size, theme=theme)
    paths = [reverse(name) for name in NAMES]
    for path in (*paths, reverse("finding", args=[finding])):
        page.goto(path)
        assert violations_down(page) == [], path
        assert sideways(page) <= 0, path
