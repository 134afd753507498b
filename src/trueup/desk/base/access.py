"""The one place where access is asked: what one may see, and what one may do.

Rooms register rules for their tables. Lists, counts, single objects, searches and exports all
use the same condition, so they cannot disagree. Nothing registered means nothing allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from trueup.core.actors import Actor
from trueup.core.refusals import NotFound, Refused
from trueup.core.words import N_
from trueup.desk.base.models import Subject
from trueup.desk.base.viewer import Scope, Viewer, Who, actor_of, viewer_of

__all__ = [
    "NOTHING",
    "NOT_YOURS",
    "NotAllowed",
    "Scope",
    "Viewer",
    "Who",
    "actor_of",
    "behind",
    "every",
    "get",
    "may",
    "reasons",
    "register",
    "require",
    "sees",
    "subjects",
    "verbs_of",
    "viewer_of",
    "visible",
]

NOTHING = N_("There is nothing here, or it is not yours to see.")
NOT_YOURS = N_("Your role does not include this step. Ask your team lead or administrator.")
NONE = Q(pk__in=())
ALL = ~NONE

M = TypeVar("M", bound=Model)


class NotAllowed(Refused):
    """Visible, but this step is not for this person."""

    code = "not_allowed"


Allow = Callable[[Viewer, Any], bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one table: which rows a viewer sees, and who may do which verb."""

    visible: Callable[[Viewer], Q]
    inside: Callable[[Viewer], Q]
    verbs: Mapping[str, Allow]
    kinds: tuple[str, ...]


_rules: dict[type[Model], Rules] = {}


def register(
    model: type[Model],
    *,
    visible: Callable[[Viewer], Q],
    inside: Callable[[Viewer], Q] = lambda _: NONE,
    verbs: Mapping[str, Allow] | None = None,
    kinds: tuple[str, ...] = (),
) -> None:
    """Declare the rules of a table, once, from the `policy` module of its room.

    `visible` gives a condition without joins that repeat rows (use ``pk__in`` with a subquery).
    `inside` narrows it to the rows whose private parts a viewer sees too; without it nobody does.
    `verbs` maps a verb to a test of the viewer and the object; for verbs that create, the object
    is None. `kinds` are the kinds of Subject whose details stand in this table.
    """
    _rules[model] = Rules(visible, inside, dict(verbs or {}), kinds)


def visible(who: Who, rows: QuerySet[M]) -> QuerySet[M]:
    """Those of `rows` that this person may see; empty where no rule is declared."""
    for viewer in _viewers(who):
        rows = rows.filter(_condition(viewer, rows.model))
    return rows


def reasons(who: Who, model: type[Model]) -> list[Q]:
    """What `visible` asks, taken apart: a row is visible where one of these holds, maybe several.

    For lists that read the first rows for each reason instead of all rows for any of them.
    """
    found = [_condition(viewer, model) for viewer in _viewers(who)]
    if len(found) == 1 and found[0].connector == Q.OR and not found[0].negated:
        return [Q(one) for one in found[0].children]
    whole = Q()
    for condition in found:
        whole &= condition
    return [whole]


def every(who: Who, model: type[M]) -> QuerySet[M]:
    """All rows of a table that this person may see."""
    return visible(who, model._default_manager.all())


def sees(who: Who, thing: Model) -> bool:
    """Whether this very row is in the visible set; to whom all rows are, needs no query."""
    conditions = [_condition(viewer, type(thing)) for viewer in _viewers(who)]
    if not thing._state.adding and all(each is ALL for each in conditions):
        return True
    return visible(who, type(thing)._default_manager.filter(pk=thing.pk)).exists()


def may(who: Who, verb: str, subject: Model | type[Model]) -> bool:
    """Whether this person may do `verb` to the object, or create one where a class is given."""
    model, thing = _split(subject)
    if thing is not None and not sees(who, thing):
        return False
    return _allows(who, verb, model, thing)


def require(who: Who, verb: str, subject: Model | type[Model]) -> None:
    """The same as `may`, raising NotFound where it is not visible and Refused where not allowed."""
    model, thing = _split(subject)
    if thing is not None and not sees(who, thing):
        raise NotFound(NOTHING)
    if not _allows(who, verb, model, thing):
        raise NotAllowed(NOT_YOURS, verb=verb)


def get(who: Who, model: type[M], key: UUID | str | int, *, field: str | None = None) -> M:
    """The row with this key if visible; NotFound, in the same words, if missing or hidden.

    `field` names the input that carried the key.
    """
    try:
        found = every(who, model).filter(pk=key).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise NotFound(NOTHING, field=field)
    return found


def behind(who: Who, subject: UUID | str) -> Model:
    """What stands behind a subject, if visible; else NotFound."""
    try:
        kind = Subject.objects.filter(pk=subject).values_list("kind", flat=True).first()
    except (ValidationError, ValueError):
        kind = None
    for model, rules in _rules.items():
        if kind in rules.kinds:
            return get(who, model, subject)
    raise NotFound(NOTHING)


def subjects(viewer: Viewer, *, inside: bool = False) -> Q:
    """The condition on a `subject` column: the thing behind it, or its inside, is visible."""
    condition = NONE
    for model, rules in _rules.items():
        if rules.kinds:
            rows = model._default_manager.filter(rules.visible(viewer))
            if inside:
                rows = rows.filter(rules.inside(viewer))
            condition |= Q(subject__in=rows.values("pk"))
    return condition


def verbs_of(model: type[Model]) -> frozenset[str]:
    """The verbs declared for a table."""
    return frozenset(_rules[model].verbs) if model in _rules else frozenset()


def _split(subject: Model | type[Model]) -> tuple[type[Model], Model | None]:
    if isinstance(subject, Model):
        return type(subject), subject
    return subject, None


def _condition(viewer: Viewer, model: type[Model]) -> Q:
    rules = _rules.get(model)
    return rules.visible(viewer) if rules else NONE


def _allows(who: Who, verb: str, model: type[Model], thing: Model | None) -> bool:
    if isinstance(who, Actor) and who.kind == "system":
        return True
    rules = _rules.get(model)
    allow = rules.verbs.get(verb) if rules else None
    found = list(_viewers(who))
    return allow is not None and bool(found) and all(allow(one, thing) for one in found)


def _viewers(who: Who) -> Iterator[Viewer]:
    """Everyone whose rights count: nobody for the system, two where one acts for another."""
    if isinstance(who, Actor):
        if who.kind == "system":
            return
        who = _present(who)
    yield who
    if who.behalf is not None:
        yield who.behalf


def _present(actor: Actor) -> Viewer:
    found = viewer_of(actor.person, actor.on_behalf_of) if actor.person else None
    if found is None:
        raise NotAllowed(N_("This account is no longer active."))
    return found
