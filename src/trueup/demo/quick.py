"""A history is played quickly: the same rows by the same verbs, with statements made once.

Most of the time of a load goes into composing the same statements again and again. While a
history is played nobody else writes, all is one transaction, and what was founded stays as it is;
so single rows are written by statements kept ready, what was founded is looked up once, and no
savepoints are set (a refusal ends the load anyway). A test plays a plan with and without and
compares every table and the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest.mock import patch

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.sql.compiler import SQLCompiler

from trueup.desk.base import access
from trueup.desk.base.access import Who
from trueup.desk.base.models import CalendarRow, Customer, Person, Team
from trueup.desk.feedback.verbs import answering, asking, calling
from trueup.desk.services.models import Agreement, Service
from trueup.desk.work.clocks import Stretch
from trueup.desk.work.models import Record
from trueup.desk.work.verbs import counting, door

FOUNDED = (Agreement, CalendarRow, Customer, Person, Service, Team)

_model: Any = Model
_insert, _update = _model._do_insert, _model._do_update
_compiler: Any = SQLCompiler
_select, _converters = _compiler.get_select, _compiler.get_converters
_stretches, _begin_wait, _end_wait = counting.stretches, counting.begin_wait, counting.end_wait
_sees = access.sees
_several: Any = QuerySet.bulk_create
_related: Any = ForwardManyToOneDescriptor.get_object
Fields = tuple[Any, ...]
Row = TypeVar("Row", bound=Model)


@contextmanager
def quickly() -> Iterator[None]:
    """Play quickly in here, where the database is the embedded one; elsewhere as always."""
    if connection.vendor != "sqlite":
        yield
        return
    kept = Kept()
    with (
        patch.object(Model, "_do_insert", kept.insert),
        patch.object(Model, "_do_update", kept.update),
        patch.object(ForwardManyToOneDescriptor, "get_object", kept.related),
        patch.object(QuerySet, "bulk_create", kept.several),
        patch.object(SQLCompiler, "get_select", kept.select),
        patch.object(SQLCompiler, "get_converters", kept.converters),
        patch.object(connection.features, "uses_savepoints", False),
        patch.object(door, "claim", _as_it_is),
        patch.object(asking, "claim", _as_it_is),
        patch.object(calling, "claim", _as_it_is),
        patch.object(answering, "claim", _as_it_is),
        patch.object(access, "sees", kept.sees),
        patch.object(counting, "stretches", kept.stretches),
        patch.object(counting, "begin_wait", kept.begin_wait),
        patch.object(counting, "end_wait", kept.end_wait),
    ):
        yield


def _as_it_is(thing: Row, version: int | None, **more: object) -> Row:
    """In the place of `claim`: nobody else writes, so what is held is what is stored."""
    return thing


class Kept:
    """Statements by table and columns, and what was founded by its key."""

    def __init__(self) -> None:
        self.inserts: dict[tuple[type[Model], Any], str] = {}
        self.updates: dict[tuple[type[Model], Fields], str] = {}
        self.found: dict[tuple[type[Model], Any], Model] = {}
        self.seen: dict[tuple[Who, type[Model], Any], bool] = {}
        self.selects: dict[Any, Any] = {}
        self.converts: dict[Any, Any] = {}
        self.waits: dict[Any, list[Stretch]] = {}

    def sees(self, who: Who, thing: Model) -> bool:
        """In the place of asking again who sees what was founded; rights stay as they are."""
        if type(thing) not in FOUNDED:
            return _sees(who, thing)
        mark = (who, type(thing), thing.pk)
        if mark not in self.seen:
            self.seen[mark] = _sees(who, thing)
        return self.seen[mark]

    def stretches(self, record: Record) -> list[Stretch]:
        """In the place of reading the waits of a record again."""
        if record.pk not in self.waits:
            self.waits[record.pk] = _stretches(record)
        return self.waits[record.pk]

    def begin_wait(self, act: Any, *told: Any) -> None:
        """Begin a wait; those known are old."""
        self.waits.pop(act.record.pk, None)
        _begin_wait(act, *told)

    def end_wait(self, act: Any) -> None:
        """End a wait, where there is one."""
        if all(each.ended_at is not None for each in self.stretches(act.record)):
            return
        self.waits.pop(act.record.pk, None)
        _end_wait(act)

    @property
    def select(self) -> Any:
        """In the place of composing all columns of one table."""

        def do(compiler: Any, with_col_aliases: bool = False) -> Any:
            query = compiler.query
            mark = (query.model, query.base_table)
            plain = (
                query.default_cols
                and not with_col_aliases
                and query.selected is None
                and not query.select_related
                and not query.annotations
                and not query.extra
                and not query.combinator
                and query.deferred_loading == (frozenset(), True)
            )
            if not plain:
                return _select(compiler, with_col_aliases)
            if mark not in self.selects:
                self.selects[mark] = _select(compiler, with_col_aliases)
            return self.selects[mark]

        return do

    @property
    def converters(self) -> Any:
        """In the place of composing how the columns of one table are read."""

        def do(compiler: Any, columns: list[Any]) -> Any:
            known = self.selects.get((compiler.query.model, compiler.query.base_table))
            if known is None or len(known[0]) != len(columns) or known[0][0][0] is not columns[0]:
                return _converters(compiler, columns)
            mark = (compiler.query.model, compiler.query.base_table)
            if mark not in self.converts:
                self.converts[mark] = _converters(compiler, columns)
            return self.converts[mark]

        return do

    @property
    def insert(self) -> Any:
        """In the place of `Model._do_insert`."""

        def do(row: Model, manager: Any, using: str, fields: Any, back: Any, raw: bool) -> Any:
            key = (type(row), len(fields))
            if key not in self.inserts:
                self.inserts[key] = _insert_sql(type(row), fields, back)
            values = [field.pre_save(row, True) for field in fields]
            if any(hasattr(value, "resolve_expression") for value in values):
                return _insert(row, manager, using, fields, back, raw)
            told = connection.connection.execute(self.inserts[key], _plain(fields, values))
            return [tuple(told.fetchone())] if back else []

        return do

    @property
    def several(self) -> Any:
        """In the place of `bulk_create`: no statement of hundreds of columns is composed."""

        def do(rows: Any, objs: Iterable[Any], **more: object) -> list[Any]:
            if more:
                return list(_several(rows, objs, **more))
            made = list(objs)
            meta = rows.model._meta
            given = not made or made[0].pk is not None
            fields = [each for each in meta.concrete_fields if given or not each.primary_key]
            text = _insert_sql(rows.model, fields, [] if given else [meta.pk])
            for each in made:
                values = [field.pre_save(each, True) for field in fields]
                told = connection.connection.execute(text, _plain(fields, values))
                if not given:
                    each.pk = told.fetchone()[0]
                each._state.adding, each._state.db = False, rows.db
            return made

        return do

    @property
    def update(self) -> Any:
        """In the place of `Model._do_update`."""

        def do(
            row: Model, rows: Any, using: str, key: Any, values: Any, names: Any, forced: bool
        ) -> bool:
            if not values or any(hasattr(value, "resolve_expression") for *_, value in values):
                return bool(_update(row, rows, using, key, values, names, forced))
            fields = tuple(field for field, _, _ in values)
            mark = (type(row), fields)
            if mark not in self.updates:
                self.updates[mark] = _update_sql(type(row), fields)
            told = _plain(fields, [value for *_, value in values])
            pk = row._meta.pk.get_db_prep_value(key, connection)
            return bool(connection.connection.execute(self.updates[mark], [*told, pk]).rowcount)

        return do

    @property
    def related(self) -> Any:
        """In the place of the look-up behind a foreign key."""

        def do(descriptor: Any, instance: Model) -> Any:
            field = descriptor.field
            if field.remote_field.model not in FOUNDED:
                return _related(descriptor, instance)
            mark = (field.remote_field.model, getattr(instance, field.attname))
            if mark not in self.found:
                self.found[mark] = _related(descriptor, instance)
            return self.found[mark]

        return do


def _plain(fields: Any, values: list[Any]) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]


def _insert_sql(model: type[Model], fields: Any, back: Any) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join("?" * len(fields))
    told = ", ".join(quote(field.column) for field in back or ())
    text = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608
    return f"{text} RETURNING {told}" if told else text


def _update_sql(model: type[Model], fields: Fields) -> str:
    quote: Any = connection.ops.quote_name
    pk = model._meta.pk
    assert pk is not None
    told = ", ".join(f"{quote(field.column)} = ?" for field in fields)
    return f"UPDATE {quote(model._meta.db_table)} SET {told} WHERE {quote(pk.column)} = ?"  # noqa: S608
