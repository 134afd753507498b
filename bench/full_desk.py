"""A desk full of records, and every list of it that somebody can open."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone
from tests import people
from tests.desk.web.pages import client_for
from tests.desk.work.scene import scene

from trueup.core.actors import SYSTEM
from trueup.desk.base.models import Subject
from trueup.desk.base.verbs import add_customer, add_team, grant
from trueup.desk.services import verbs as services
from trueup.desk.work.models import Record, SearchTerm, Watcher
from trueup.desk.work.reads import ORDERS, VIEWS
from trueup.desk.work.reads.pages import key_of

BACKLOG, HEAP, RARE = 300, 2000, 100
WORDS, FREQUENT = 3000, 20
AMONG = ("open", "open", "open", "open", "waiting", "resolved")
STATES = {("request", "open"): "fulfilment", ("request", "resolved"): "fulfilled"}


class FullDesk:
    """Records in bulk: `RARE` marks values that only some of the first 1,000 records have."""

    def __init__(self, *, growing: bool) -> None:
        self.growing = growing
        self.scene = scene()
        self.record = self.scene.worked()
        self.rare_customer = add_customer(name="Gamma", actor=SYSTEM)
        self.rare_team = add_team(name="Storage", actor=SYSTEM)
        self.rare_person = people.person("rosa", "technician", team=self.rare_team)
        self.rare_service = services.add_service(
            name="Archive",
            owner=self.scene.cast.olga,
            team=self.rare_team,
            calendar=self.scene.office,
            actor=SYSTEM,
        )
        self.scoped = people.person("sven", team=self.scene.second)
        grant(self.scoped, "technician", scope=self.scene.second.pk, actor=SYSTEM)
        self.rarely = people.person("runa", team=self.rare_team)
        grant(self.rarely, "technician", scope=self.rare_team.pk, actor=SYSTEM)

    def fill(self, first: int, last: int) -> None:
        """Add the records `first` to `last` in heaps."""
        draw, now = random.Random(first), timezone.now()
        for start in range(first, last, HEAP):
            numbers = range(start, min(start + HEAP, last))
            records = [self._record(n, draw, now) for n in numbers]
            Subject.objects.bulk_create(one.subject for one in records)
            Record.objects.bulk_create(records)
            terms = [
                SearchTerm(record_id=one.pk, term=word)
                for one in records
                for word in one.title.split()
            ]
            SearchTerm.objects.bulk_create(terms, batch_size=HEAP)
            alice = self.scene.cast.alice
            watched = [one for n, one in zip(numbers, records, strict=True) if n % 20 == 1]
            Watcher.objects.bulk_create(Watcher(record=one, person=alice) for one in watched)

    def _record(self, n: int, draw: random.Random, now: Any) -> Record:
        cast, rare = self.scene.cast, n < 10 * RARE and n % RARE < 2
        live = n % 10 < 3 if self.growing or n < 1000 else False
        evidence = AMONG[draw.randrange(6)] if live else "closed"
        opened = now - timedelta(minutes=draw.randint(0, 800_000))
        kind = "task" if rare else ("incident", "request")[draw.randrange(2)]
        if kind == "task" and evidence == "resolved":
            evidence = "open"
        subject = Subject(id=uuid.uuid4(), kind=kind, number=f"INC-9{n}", label="x")
        return Record(
            subject=subject,
            kind=kind,
            number=subject.number,
            title=" ".join(sorted(_words(draw))),
            description="x" * 400,
            state=STATES.get((kind, evidence), "working" if evidence == "open" else evidence),
            evidence=evidence,
            service=self.rare_service if rare else self.scene.mail,
            customer=self.rare_customer if rare else (cast.acme, cast.beta)[n % 2],
            requester=cast.alice if n % 20 == 0 else cast.bert,
            team=self.rare_team if rare else (cast.desk, cast.desk, self.scene.second)[n % 3],
            assignee=self._holder(n, rare=rare),
            channel="mail",
            priority=1 if rare else draw.randint(2, 5),
            opened_at=opened,
            touched_at=opened,
            last_word=draw.choice(("in", "out")),
            due_at=opened + timedelta(hours=8) if live else None,
            risk_at=opened + timedelta(hours=6) if live and draw.random() < 0.1 else None,
            closed_at=None if live else opened,
            agreement=self.scene.promise,
        )

    def _holder(self, n: int, *, rare: bool) -> Any:
        held = (self.scene.cast.charlie, self.scene.tom, None)
        return self.rare_person if rare else held[n % 7 % 3]

    def pages(self) -> list[tuple[str, Client, str]]:
        """Each list by name: who looks, and the address."""
        cast = self.scene.cast
        works, part, little = map(client_for, (cast.charlie, self.scoped, self.rarely))
        asks, speaks = client_for(cast.alice), client_for(cast.anna)
        agreed = f"/customer/agreements/{self.scene.promise.pk}/records"
        own = [
            ("needs me now", works, "/now"),
            ("board", works, "/board"),
            ("record", works, f"/records/{self.record.pk}"),
            ("record, team's technician", part, f"/records/{self._of(self.scene.second)}"),
            ("palette, words", works, "/palette?q=mail+word17"),
            ("portal", asks, "/portal"),
            ("portal, typing", asks, "/portal/answers?q=mail+word17+often3"),
            *((f"my requests, {one or 'all'}", asks, f"/my?show={one}") for one in _SHOWN),
            ("my request", asks, f"/my/{self.record.pk}"),
            *((f"customer, {one}", speaks, f"/customer/records?show={one}") for one in _DONE),
            ("an agreement's records", client_for(cast.mona), agreed),
        ]
        queues = [(name, works, queue) for name, queue in self._queues()]
        for who, name in ((part, "team's technician"), (little, "small team's technician")):
            queues += [(f"{name}, {view}", who, f"/work?view={view}") for view in _SCOPED]
        return [*queues, *own]

    def _queues(self) -> list[tuple[str, str]]:
        found = [(f"view {name}", _queue(name)) for name in VIEWS]
        for name, common, rare in self._filters():
            for view in ("open", "closed"):
                found.append((f"{view}, {name}", _queue(view, **{name: common})))
                found.append((f"{view}, rare {name}", _queue(view, **{name: rare})))
        team = {"team": str(self.scene.cast.desk.pk)}
        for view in ("open", "closed", "all"):
            for words in ("word17", "mail", "often3 often4", "wor"):
                found.append((f"{view}, words {words}", _queue(view, text=words)))
        found += [
            ("all, team", _queue("all", **team)),
            ("closed, team and word", _queue("closed", text="word17", **team)),
            ("closed, team and rare customer", _queue("closed", customer=self._gamma, **team)),
            ("closed, half way down", _queue("closed", after=self._middle("touched"))),
            ("open, half way down", _queue("open", after=self._middle("due"))),
            ("queue, is there news", "/work/news?view=open&position=0&since=2036-01-01T00:00:00Z"),
        ]
        return found

    @property
    def _gamma(self) -> str:
        return str(self.rare_customer.pk)

    def _filters(self) -> list[tuple[str, str, str]]:
        scene, cast = self.scene, self.scene.cast
        return [
            ("team", str(cast.desk.pk), str(self.rare_team.pk)),
            ("service", str(scene.mail.pk), str(self.rare_service.pk)),
            ("customer", str(cast.acme.pk), self._gamma),
            ("assignee", "me", str(self.rare_person.pk)),
            ("kind", "incident", "task"),
            ("priority", "3", "1"),
        ]

    def _of(self, team: Any) -> Any:
        return Record.objects.filter(team=team).values_list("pk", flat=True)[0]

    def _middle(self, order: str) -> str:
        """The key half way down the list."""
        rows = Record.objects.filter(ended=order == "touched").order_by(*ORDERS[order])
        return key_of(rows[rows.count() // 2 - 30], ORDERS[order])


_SHOWN, _DONE, _SCOPED = ("", "open", "done"), ("open", "done", "all"), ("open", "closed", "all")


def _queue(view: str, **more: str) -> str:
    return f"/work?{urlencode({'view': view, **more})}"


def _words(draw: random.Random) -> set[str]:
    """Eight words of a title: one all have, two that a tenth of all have, and rare ones."""
    found = {f"word{draw.randrange(WORDS)}" for _ in range(5)} | {"mail"}
    return found | {f"often{draw.randrange(FREQUENT)}" for _ in range(2)}
