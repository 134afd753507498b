"""The manager's pages: what they say stands in the result, and every figure opens its records."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pyarrow.parquet as pq
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.desk.assurance.audited import audit, reports
from tests.desk.web.pages import client_for, text_of
from tests.desk.work.scene import scene
from trueup.desk.assurance import reads
from trueup.desk.assurance.models import Action
from trueup.desk.work.models import Record

LINK = re.compile(r'href="(/manage[^"]*)"')


class ManagePages(TestCase):
    """One audited desk, looked at from many sides."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.desk = scene()
        reports(cls.desk)
        cls.held = audit()
        cls.mona = cls.desk.cast.mona

    def setUp(self) -> None:
        self.data = reads.result(self.held)
        self.client = client_for(self.mona)

    def detections(self):
        return [d for check in self.data["checks"] for d in check["detections"]]

    def walk(self, key: str) -> list[str]:
        """All pages of the evidence of a detection, one after the other, as HTML."""
        pages, address = [], reverse("evidence", args=(key,))
        while address:
            html = self.client.get(address).content.decode()
            pages.append(html)
            following = re.search(r'rel="next" href="([^"]+)"', html)
            start = reverse("evidence", args=(key,))
            address = start + following[1].replace("&amp;", "&") if following else ""
        return pages

    def test_four_lights_with_their_words(self) -> None:
        said = text_of(self.client.get(reverse("manager")))
        for words in ("Growth and value", "Budget adherence", "Risk impact", "Communication"):
            assert words in said
        assert said.count("Not enough evidence") >= 4
        assert f"sealed up to event {self.held.log_seq}" in said

    def test_first_steps_stand_in_the_order_of_the_findings(self) -> None:
        said = text_of(self.client.get(reverse("manager")))
        steps = [f["do_first"]["text"][1:] for f in self.data["findings"][:3]]
        assert steps
        assert sorted(steps, key=said.index) == steps

    def test_the_page_costs_a_handful_of_queries(self) -> None:
        self.client.get(reverse("manager"))
        with CaptureQueriesContext(connection) as asked:
            self.client.get(reverse("manager"))
        assert len(asked) <= 16

    def test_every_link_of_these_pages_leads_somewhere(self) -> None:
        todo, seen = [reverse("manager"), reverse("audits")], set()
        while todo:
            address = todo.pop()
            if address in seen:
                continue
            seen.add(address)
            answer = self.client.get(address)
            assert answer.status_code == 200, address
            if answer.headers["Content-Type"].startswith("text/html") and not answer.has_header(
                "Content-Disposition"
            ):
                found = LINK.findall(answer.content.decode())
                todo += [each.replace("&amp;", "&").partition("#")[0] for each in found]
        assert len(seen) > 65 + 104

    def test_every_figure_opens_exactly_its_records(self) -> None:
        held = pq.read_table(reads.folder_of(self.held) / "evidence.parquet").to_pylist()
        assert self.detections()
        for detection in self.detections():
            ids = [row["id"] for row in held if row["detection"] == detection["key"]]
            assert len(ids) == detection["evidence_total"]
            numbers = dict(Record.objects.values_list("pk", "number"))
            wanted = [numbers[key] for key in numbers if str(key) in ids]
            pages = self.walk(detection["key"])
            shown = [n for html in pages for n in re.findall(r"(INC-\d+)<", html)]
            assert sorted(shown) == sorted(wanted), detection["headline"]

    def test_the_csv_names_every_exception(self) -> None:
        for detection in self.detections():
            answer = self.client.get(reverse("evidence_csv", args=(detection["key"],)))
            text = b"".join(answer.streaming_content).decode()
            rows = list(csv.DictReader(io.StringIO(text)))
            assert len(rows) == detection["evidence_total"]
            assert {row["id"] for row in rows} >= {e["id"] for e in detection["evidence"]}

    def test_ids_read_as_names(self) -> None:
        unit = next(d for d in self.detections() if d["unit"]["kind"] == "team")
        page = text_of(self.client.get(reverse("evidence", args=(unit["key"],))))
        assert "Service desk" in page
        assert unit["unit"]["id"] not in page

    def test_who_may_not_see_a_record_does_not_read_its_title(self) -> None:
        finance = client_for(people.person("fina", "finance"))
        key = self.detections()[0]["key"]
        mine = text_of(self.client.get(reverse("evidence", args=(key,))))
        theirs = text_of(finance.get(reverse("evidence", args=(key,))))
        why = self.detections()[0]["evidence"][0]["why"][1:]
        for words in ("is late", "INC-", why):
            assert words in mine
            assert words not in theirs

    def test_customers_users_and_technicians_are_turned_away(self) -> None:
        key, finding = self.detections()[0]["key"], self.data["findings"][0]["key"]
        addresses = [
            reverse("manager"),
            reverse("audits"),
            reverse("findings"),
            reverse("measures"),
            reverse("checks"),
            reverse("readiness"),
            reverse("audit_progress"),
            reverse("finding", args=(finding,)),
            reverse("measure", args=(self.data["measures"][0]["id"],)),
            reverse("check", args=(self.data["checks"][0]["id"],)),
            reverse("indicator", args=("communication",)),
            reverse("evidence", args=(key,)),
            reverse("evidence_csv", args=(key,)),
            reverse("audit_report", args=(self.held.pk,)),
            reverse("audit_result", args=(self.held.pk,)),
        ]
        for name in ("alice", "anna", "bella", "charlie"):
            client = client_for(getattr(self.desk.cast, name))
            for address in addresses:
                assert client.get(address).status_code == 403, (name, address)
        for address in addresses:
            assert client_for(None).get(address).status_code == 302

    def test_unknown_keys_are_not_found(self) -> None:
        for name in ("finding", "measure", "check", "evidence", "indicator"):
            assert self.client.get(reverse(name, args=("nothing",))).status_code == 404
        assert self.client.get(reverse("manager") + "?run=nonsense").status_code == 404

    def test_files_to_take_along(self) -> None:
        result = self.client.get(reverse("audit_result", args=(self.held.pk,)))
        assert result.content == reads.result_bytes(self.held)
        report = self.client.get(reverse("audit_report", args=(self.held.pk,)))
        assert report["Content-Disposition"].startswith("attachment")
        assert b"Service desk" in report.content

    def test_files_are_for_those_who_may_see_every_record(self) -> None:
        for name in ("olga", "ada"):
            client = client_for(getattr(self.desk.cast, name))
            assert client.get(reverse("manager")).status_code == 200
            for file in ("audit_report", "audit_result"):
                assert client.get(reverse(file, args=(self.held.pk,))).status_code == 403

    def test_an_earlier_audit_keeps_its_address(self) -> None:
        later = audit()
        page = self.client.get(reverse("manager") + f"?run={self.held.pk}")
        assert "You look at an earlier audit" in text_of(page)
        links = {link for link in LINK.findall(page.content.decode()) if "/measures" in link}
        assert links
        assert all(f"run={self.held.pk}" in link for link in links)
        assert f"event {later.log_seq}" in text_of(self.client.get(reverse("manager")))

    def test_planning_from_the_page(self) -> None:
        first = self.data["findings"][0]
        address = reverse("plan_action", args=(first["key"],))
        refused = self.client.post(address, {"owner": "", "due": "2020-01-01"})
        assert refused.status_code == 422
        assert "Say who does it." in text_of(refused)
        due = (timezone.localdate() + timedelta(days=10)).isoformat()
        owner = str(self.desk.cast.charlie.pk)
        assert self.client.post(address, {"owner": owner, "due": due}).status_code == 302
        page = text_of(self.client.get(reverse("finding", args=(first["key"],))))
        assert "FND-1, agreed" in page
        assert "Agree and freeze the test" not in page
        assert self.client.post(address, {"owner": owner, "due": due}).status_code == 409
        charlie = client_for(self.desk.cast.charlie)
        assert "It is done" in text_of(charlie.get(reverse("actions")))
        assert "It is done" not in text_of(self.client.get(reverse("actions")))
        done = reverse("action_done", args=(Action.objects.get().pk,))
        assert self.client.post(done, {"proof": "I say so."}).status_code == 403
        assert client_for(self.desk.tom).post(done, {"proof": "Me too."}).status_code == 404
        assert charlie.post(done, {"proof": "The form refuses."}).status_code == 302
        assert "The form refuses." in text_of(self.client.get(reverse("actions")))

    def test_an_auditor_reads_but_does_not_plan(self) -> None:
        audrey = client_for(self.desk.cast.audrey)
        key = self.data["findings"][0]["key"]
        assert "Agree and freeze" not in text_of(audrey.get(reverse("finding", args=(key,))))
        assert audrey.post(reverse("plan_action", args=(key,)), {}).status_code == 403
