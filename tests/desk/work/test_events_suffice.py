"""For every verb: its events, replayed on nothing else, give the record as it is stored."""

from __future__ import annotations

import pytest

from tests.desk.work.replayed import assert_replays
from tests.desk.work.scene import after
from trueup.core.actors import SYSTEM
from trueup.core.lifecycles import load
from trueup.desk.work import verbs

pytestmark = pytest.mark.django_db


def hold(desk, record):
    return verbs.hold(
        record,
        waiting_for="supplier",
        reason="  The provider looks at its logs ",
        next_contact_at=after(48),
        actor=desk.who("charlie"),
        at=after(1),
    )


def ask(desk, record):
    return verbs.ask(
        record,
        text="Which address?",
        next_contact_at=after(24),
        actor=desk.who("charlie"),
        at=after(1),
    )


def asked(desk):
    return ask(desk, desk.worked())


def solved(desk):
    return desk.solve(desk.worked(), at=after(1))


def major(desk, record):
    return verbs.declare_major(
        record,
        impact_sentence="Nobody gets mail",
        incident_lead=desk.cast.charlie,
        communication_lead=desk.lea,
        actor=desk.who("dora"),
        at=after(1),
    )


CASES = {
    "report": lambda d: d.report(impact=2, urgency=1, description="since eight"),
    "triage": lambda d: d.triage(d.report()),
    "triage of another service": lambda d: d.triage(
        d.report(service=None, team=d.second, requester=d.cast.alice, actor=d.who("charlie"))
    ),
    "take": lambda d: verbs.take(d.report(), actor=d.who("charlie"), at=after(1)),
    "start": lambda d: d.worked(),
    "assign": lambda d: verbs.assign(
        d.worked(), team=d.second, person=d.tom, actor=d.who("charlie"), at=after(1)
    ),
    "release": lambda d: verbs.release(d.worked(), actor=d.who("charlie"), at=after(1)),
    "acknowledge": lambda d: verbs.acknowledge(d.report(), text="We have it", actor=SYSTEM),
    "comment": lambda d: (
        verbs.comment(d.worked(), text="We are on it", actor=d.who("charlie")).record
    ),
    "note": lambda d: verbs.note(d.worked(), text="Odd", actor=d.who("charlie")).record,
    "ask": asked,
    "answer": lambda d: verbs.answer(asked(d), text="alice@", actor=d.who("alice"), at=after(2)),
    "hold": lambda d: hold(d, d.worked()),
    "hold renewed": lambda d: hold(d, asked(d)),
    "resume": lambda d: verbs.resume(
        hold(d, d.worked()), reason="They answered", actor=d.who("charlie"), at=after(2)
    ),
    "classify": lambda d: verbs.classify(
        d.worked(), category="network", ci_note="sw-1", actor=d.who("charlie")
    ),
    "set_priority": lambda d: verbs.set_priority(
        d.worked(), impact=1, urgency=1, actor=d.who("charlie"), at=after(1)
    ),
    "escalate": lambda d: verbs.escalate(
        d.worked(), to="duty lead", reason="P1", actor=d.who("charlie")
    ),
    "declare_major": lambda d: major(d, d.worked()),
    "end_major": lambda d: verbs.end_major(major(d, d.worked()), actor=d.who("dora"), at=after(2)),
    "review": lambda d: verbs.review(
        d.solve(major(d, d.worked()), at=after(2)),
        text="The probe came late",
        actor=d.who("dora"),
        at=after(3),
    ),
    "redact": lambda d: verbs.redact(d.worked(), person=d.cast.alice, actor=SYSTEM),
    "resolve": solved,
    "resolve on hold": lambda d: d.solve(hold(d, d.worked()), at=after(2)),
    "confirm": lambda d: verbs.confirm(solved(d), actor=d.who("alice"), at=after(2)),
    "close": lambda d: verbs.close(solved(d), actor=SYSTEM, at=after(2)),
    "reopen": lambda d: verbs.reopen(solved(d), reason="Again", actor=d.who("alice"), at=after(2)),
    "cancel": lambda d: verbs.cancel(
        d.report(), reason="Found it", actor=d.who("alice"), at=after(1)
    ),
    "log_work": lambda d: (
        verbs.log_work(d.worked(), minutes=7.5, started_at=after(1), actor=d.who("charlie")).record
    ),
    "edit": lambda d: verbs.edit(
        d.worked(), field="title", value=" No mail ", actor=d.who("charlie")
    ),
    "link": lambda d: verbs.link(
        d.worked(), type="parent", other=d.report(), actor=d.who("charlie")
    ),
    "unlink": lambda d: unlinked(d),
    "watch": lambda d: verbs.watch(d.report(), person=d.cast.anna, actor=d.who("alice")),
    "unwatch": lambda d: verbs.unwatch(
        verbs.watch(d.report(), person=d.cast.anna, actor=d.who("alice")),
        person=d.cast.anna,
        actor=d.who("alice"),
    ),
    "contact_due": lambda d: verbs.contact_due(hold(d, d.worked()), actor=SYSTEM, at=after(48)),
}


def unlinked(desk):
    other = desk.report()
    one = verbs.link(desk.worked(), type="parent", other=other, actor=desk.who("charlie"))
    return verbs.unlink(one, type="parent", other=other, actor=desk.who("charlie"))


@pytest.mark.parametrize("case", CASES)
def test_events_suffice(desk, case) -> None:
    assert_replays(CASES[case](desk))


def test_no_verb_of_an_incident_is_left_out() -> None:
    tried = {name.split()[0] for name in CASES}
    assert {verb for _, verb in load("incident").steps} <= tried
