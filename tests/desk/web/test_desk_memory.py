"""What the queue remembers is one person's, and survives nothing that was tampered with."""

from uuid import uuid4

from django.http import HttpResponse
from django.test import RequestFactory

from trueup.desk.base.access import Viewer
from trueup.desk.surfaces.web.desk import memory
from trueup.desk.surfaces.web.desk.memory import Memory

ONE, TWO = Viewer(uuid4(), "One"), Viewer(uuid4(), "Two")


def carried(cookie):
    request = RequestFactory().get("/work")
    request.COOKIES[memory.NAME] = cookie
    return request


def kept(who, held):
    answer = HttpResponse()
    memory.remember(answer, who, held)
    return answer.cookies[memory.NAME].value


def test_one_finds_again_what_one_left():
    held = Memory("view=mine&priority=1", "roomy", ("who",), (("Harbour", "customer=1"),))
    assert memory.recall(carried(kept(ONE, held)), ONE) == held


def test_another_person_or_a_changed_cookie_begins_anew():
    cookie = kept(ONE, Memory("view=mine"))
    assert memory.recall(carried(cookie), TWO) == Memory()
    assert memory.recall(carried(cookie[:-2] + "xx"), ONE) == Memory()


def test_a_view_saved_again_replaces_the_old_one_and_twelve_fit():
    held = Memory()
    for number in range(14):
        held = memory.with_view(held, f"view {number}", "view=open")
    held = memory.with_view(held, "view 13", "view=mine")
    assert len(held.views) == memory.MOST_VIEWS
    assert held.views[-1] == ("view 13", "view=mine")
    assert memory.without_view(held, "view 13").views[-1][0] == "view 12"
