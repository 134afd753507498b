"""Playing a plan: every act goes through the verb it names, by the person it names, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from trueup.core.actors import SYSTEM
from trueup.demo import acts as plans
from trueup.demo import voice
from trueup.demo.acts import Act
from trueup.demo.organisation import Organisation
from trueup.desk.base.access import Who
from trueup.desk.base.models import Person
from trueup.desk.work import verbs
from trueup.desk.work.models import Approval, Record

TELL_EVERY = 100
ENDS = ("close", "confirm")


def play(
    acts: Sequence[Act],
    made: Organisation,
    set_clock: Callable[[datetime], None],
    tell: Callable[[int, int], None],
) -> dict[int, Record]:
    """Play all acts; the records by their numbers in the plan. A refusal is a fault of the plan."""
    records: dict[int, Record] = {}
    asking = voice.Asking()
    for done, act in enumerate(acts):
        set_clock(act.at)
        asking.morning(act.at)
        _play(act, made, records)
        if act.verb in ENDS:
            asking.closed(records[act.record], act.at)
        if done % TELL_EVERY == 0:
            tell(done, len(acts))
    tell(len(acts), len(acts))
    return records


def _play(act: Act, made: Organisation, records: dict[int, Record]) -> None:
    actor: Who = SYSTEM if act.who == plans.SYSTEM else made.viewer(act.who)
    args = _meant(act.args, made)
    if act.verb == "report":
        opened: Callable[..., Record] = verbs.report
        records[act.record] = opened(**args, actor=actor, via=act.via, at=act.at)
        return
    record = records[act.record]
    if act.verb == "rate":
        voice.answer(record, made.viewer(act.who), act.at, args["csat"], args["comment"])
        return
    thing = _asked(record, made.people[act.who]) if act.verb == "decide" else record
    verb: Callable[..., object] = getattr(verbs, act.verb)
    done = verb(thing, **args, actor=actor, via=act.via, at=act.at)
    records[act.record] = done if isinstance(done, Record) else Record.objects.get(pk=record.pk)


def _asked(record: Record, approver: Person) -> Approval:
    """The approval that waits for this person's answer."""
    return Approval.objects.get(record=record, approver=approver, decision="pending")


def _meant(args: Mapping[str, object], made: Organisation) -> dict[str, object]:
    """The arguments with things in the place of their keys."""
    tables: dict[str, Mapping[str, object]] = {
        "service": made.services,
        "customer": made.customers,
        "requester": made.people,
        "person": made.people,
        "team": made.teams,
    }
    if "steps" in args:
        steps = args["steps"]
        assert isinstance(steps, tuple)
        return {**args, "steps": [verbs.Asked(step, made.people[name]) for step, name in steps]}
    return {
        name: tables[name][value] if name in tables and isinstance(value, str) else value
        for name, value in args.items()
    }
