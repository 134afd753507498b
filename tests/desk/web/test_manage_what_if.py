"""The what-if page: lines come and go as typed, refusals keep them, both sides are shown."""

from __future__ import annotations

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.desk.assurance.audited import audit, reports
from tests.desk.web.pages import client_for, text_of
from tests.desk.work.scene import scene
from trueup.core.actors import SYSTEM
from trueup.desk.assurance import trying_out, verbs
from trueup.desk.assurance.models import WhatIf
from trueup.desk.surfaces.web.manage.what_if_form import promises

TRY = "try_out"


class WhatIfPages(TestCase):
    """One audited desk."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.desk = scene()
        reports(cls.desk)
        cls.held = audit()

    def setUp(self) -> None:
        self.client = client_for(self.desk.cast.mona)

    def test_lines_come_and_go_and_keep_what_was_typed(self) -> None:
        assert "Nothing tried yet" in text_of(self.client.get(reverse("what_if")))
        typed = {"kind": ["threshold", "setting"], "what": ["MC-06", "H01.limit"],
                 "first": ["0.95", "0.02"], "second": ["0.9", ""]}  # fmt: skip
        page = self.client.post(reverse(TRY), typed | {"add": "calendar"}).content.decode()
        assert page.count("<fieldset") == 3
        assert 'value="MC-06" selected' in page
        assert 'value="0.95"' in page
        page = self.client.post(reverse(TRY), typed | {"drop": "0"}).content.decode()
        assert page.count("<fieldset") == 1
        assert "H01.limit" in page
        assert "MC-06" not in page
        assert not WhatIf.objects.exists()

    def test_a_refusal_keeps_the_form(self) -> None:
        typed = {"kind": "threshold", "what": "MC-06", "first": "many", "second": ""}
        answer = self.client.post(reverse(TRY), typed)
        assert answer.status_code == 422
        assert "“many” is not a number" in text_of(answer)
        assert b'value="many"' in answer.content
        empty = self.client.post(reverse(TRY), {"kind": "setting", "what": "", "first": "1"})
        assert "Fill in every change" in text_of(empty)
        assert not WhatIf.objects.exists()

    def test_from_the_form_to_both_sides(self) -> None:
        typed = {"kind": "threshold", "what": "MC-06", "first": "99 %", "second": "98,5%",
                 "name": "Stricter first answer"}  # fmt: skip
        asked = self.client.post(reverse(TRY), typed)
        one = WhatIf.objects.get()
        assert asked["Location"] == reverse("what_if_one", args=(one.pk,))
        assert "about to begin" in text_of(self.client.get(asked["Location"]))
        assert trying_out.carry_out()
        said = text_of(self.client.get(asked["Location"]))
        assert "What if: Stricter first answer" in said
        assert "This is no audit" in said
        assert "target 99 %, limit 98.5 %" in said.replace("\u00a0", " ")
        assert said.count("As it was") >= 4
        listed = text_of(self.client.get(reverse("what_if")))
        assert "Stricter first answer" in listed
        assert "Done" in listed

    def test_watching_and_failing(self) -> None:
        typed = {"kind": "setting", "what": "no.such", "first": "1", "second": ""}
        self.client.post(reverse(TRY), typed)
        one = verbs.take_what_if(timezone.now())
        verbs.tell(one, 200, 338, "Is the audit trail complete?")
        watch = reverse("what_if_progress", args=(one.pk,))
        assert "200 of 338 questions asked" in text_of(self.client.get(watch))
        verbs.fail_what_if(one, trouble="There is no parameter “no.such”.", actor=SYSTEM)
        ended = self.client.get(watch)
        assert (ended.status_code, ended["HX-Redirect"]) == (
            204, reverse("what_if_one", args=(one.pk,)))  # fmt: skip
        assert "no.such" in text_of(self.client.get(ended["HX-Redirect"]))

    def test_a_promise_can_be_changed_by_name(self) -> None:
        page = self.client.post(reverse(TRY), {"add": "promise"}).content.decode()
        held = promises(people.looking(self.desk.cast.mona))
        assert held
        assert all(f'value="{key}"' in page for key, _ in held)

    def test_who_may_look_but_not_ask(self) -> None:
        ada = client_for(self.desk.cast.ada)
        page = ada.get(reverse("what_if"))
        assert page.status_code == 200
        assert reverse(TRY).encode() not in page.content
        typed = {"kind": "setting", "what": "seed", "first": "2", "second": ""}
        assert ada.post(reverse(TRY), typed).status_code == 403
        assert client_for(self.desk.cast.charlie).get(reverse("what_if")).status_code == 403
