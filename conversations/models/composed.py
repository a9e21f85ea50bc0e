"""Statements that are composed once and carried out often, for Django takes ten times as long to compose one.

A queryset is written as everywhere else, with `given("turn")` where a value comes each time it is asked:

    _OWN = Rows(lambda: Turn.objects.filter(pk=given("turn"), state=Turn.State.QUEUED))
    _OWN(turn=57)

Only what a turn needs is worth it. Whatever is given must have the column's type: nothing is converted for a
comparison but by the `field` that `given` names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar, cast

from django.db import connection, connections, models
from django.db.models import query as django_query
from django.db.models.expressions import Expression
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
Queryset = models.QuerySet[Any, Any]
Converter = tuple[int, list[Callable[..., Any]], Any]

_PLACE = re.compile(r"(?<!%)%s")


class Given(Expression):
    """Stands for a value that comes later; as the only member of a list, for all members of one."""

    def __init__(self, name: str, field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.kind = field

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", [self]  # never carried out: the place of this very object is what is looked for


def given(name: str, field: models.Field[Any, Any] | None = None) -> Given:
    """Stand for the value given as `name`; `field` converts what a database does not take as it is."""
    return Given(name, field)


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL, what stands between its places, and what goes into them."""

    sql: str
    pieces: tuple[str, ...]
    values: tuple[Any, ...]

    @classmethod
    def of(cls, sql: str, values: Iterable[Any]) -> _Statement:
        return cls(sql, tuple(_PLACE.split(sql)), tuple(values))

    def filled(self, facts: Mapping[str, Any], database: Any) -> tuple[str, list[Any]]:
        """Return the SQL with a place for each member of a list, and all that goes there."""
        values = [_value(value, facts, database) for value in self.values]
        if not any(type(value) is list for value in values):
            return self.sql, values
        lists = [value if type(value) is list else [value] for value in values]
        places = [",".join(["%s"] * len(these)) for these in lists]
        between = zip(places, self.pieces[1:], strict=True)
        return "".join([self.pieces[0], *chain.from_iterable(between)]), list(chain.from_iterable(lists))


def _value(value: Any, facts: Mapping[str, Any], database: Any) -> Any:
    if not isinstance(value, Given):
        return value
    fact = facts[value.name]
    if isinstance(fact, list):
        return fact or [None]  # which nothing equals, while an empty list is none to every database
    return value.kind.get_db_prep_save(fact, database) if value.kind else fact


class _Composed:
    """Composes at the first use, for it takes a database and all models."""

    def __init__(self, make: Callable[[], Queryset]) -> None:
        self._make = make
        self._statements: dict[Any, Any] = {}

    def _composed(self, key: Any, compose: Callable[[], Any]) -> Any:
        if key not in self._statements:
            self._statements[key] = compose()
        return self._statements[key]


class _Select(_Composed):
    def _fetch(self, facts: Mapping[str, Any]) -> tuple[SQLCompiler, list[tuple[Any, ...]]]:
        """Return rows in Python's types, and who knows what their columns are."""
        compiler, statement, converters = self._composed("", self._compose)
        database = connections["default"]
        sql, values = statement.filled(facts, database)
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall()
        return compiler, [_converted(row, converters, database) for row in found] if converters else found

    def _compose(self) -> tuple[SQLCompiler, _Statement, list[Converter]]:
        compiler = self._make().query.get_compiler("default")
        statement = _Statement.of(*compiler.as_sql())
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        return compiler, statement, [(at, each, column) for at, (each, column) in converters.items()]


def _converted(row: tuple[Any, ...], converters: list[Converter], database: Any) -> tuple[Any, ...]:
    values = list(row)
    for at, each, column in converters:
        for convert in each:
            values[at] = convert(values[at], column, database)
    return tuple(values)


class Rows(_Select, Generic[Row]):
    """A SELECT of rows, with those that `select_related` names."""

    def __init__(self, make: Callable[[], models.QuerySet[Row, Row]]) -> None:
        super().__init__(make)

    def __call__(self, **facts: Any) -> list[Row]:
        compiler, found = self._fetch(facts)
        shape = cast(_Shape, self._composed("shape", lambda: _Shape.of(compiler)))
        return [cast(Row, shape.made(values)) for values in found]

    def first(self, **facts: Any) -> Row | None:
        """Return the first row found; the queryset says how many are looked for."""
        return next(iter(self(**facts)), None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which columns are whose; as `ModelIterable` has it, which finds out anew for each query."""

    model: type[models.Model]
    names: list[str]
    columns: slice
    annotations: dict[str, int]
    beside: list[Any]

    @classmethod
    def of(cls, compiler: SQLCompiler) -> _Shape:
        klass, select = cast(dict[str, Any], compiler.klass_info), cast(list[Any], compiler.select)
        columns = slice(klass["select_fields"][0], klass["select_fields"][-1] + 1)
        populators: Any = django_query.get_related_populators
        return cls(
            klass["model"],
            [column.target.attname for column, *_ in select[columns]],
            columns,
            cast(dict[str, int], compiler.annotation_col_map),
            populators(klass, select, "default"),
        )

    def made(self, values: tuple[Any, ...]) -> models.Model:
        row = self.model.from_db("default", self.names, values[self.columns])
        for name, at in self.annotations.items():
            setattr(row, name, values[at])
        for populator in self.beside:
            populator.populate(values, row)
        return row


class Values(_Select):
    """A SELECT of columns, as `values_list` names them."""

    def __call__(self, **facts: Any) -> list[tuple[Any, ...]]:
        return self._fetch(facts)[1]

    def column(self, **facts: Any) -> list[Any]:
        """Return the only column."""
        return list(chain.from_iterable(self._fetch(facts)[1]))


class Update(_Composed):
    """An UPDATE; `fixed` are values that are expressions, and the same each time."""

    def __init__(self, make: Callable[[], Queryset], **fixed: Any) -> None:
        super().__init__(make)
        self._fixed = fixed

    def __call__(self, values: Mapping[str, Any], **facts: Any) -> int:
        """Set these fields, and return how many rows matched. An expression among them is composed anew."""
        if any(hasattr(value, "resolve_expression") for value in values.values()):
            statement = self._compose(values)
        else:
            statement = self._composed(tuple(values), lambda: self._compose(dict.fromkeys(values)))
        database = connections["default"]
        new = {f"new {name}": value for name, value in values.items()}
        sql, filled = statement.filled({**facts, **new}, database)
        with database.cursor() as cursor:
            cursor.execute(sql, filled)
            return int(cursor.rowcount)

    def _compose(self, values: Mapping[str, Any]) -> _Statement:
        rows = self._make()
        field = rows.model._meta.get_field
        new = {
            name: value
            if hasattr(value, "resolve_expression")
            else Given(f"new {name}", cast(Any, field(name)))
            for name, value in values.items()
        }
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values({**self._fixed, **new})
        return _Statement.of(*query.get_compiler("default").as_sql())


class Insert(Generic[Row]):
    """An INSERT of one row, all its fields as they are; no signals are sent."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def __call__(self, row: Row) -> Row:
        numbered = self._model._meta.auto_field
        fields = [field for field in self._model._meta.local_concrete_fields if field is not numbered]
        database = connections["default"]
        values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
        with database.cursor() as cursor:
            cursor.execute(self._composed(fields), values)
            if numbered:
                row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, "default"
        return row

    def _composed(self, fields: list[Any]) -> str:
        quoted, meta = connection.ops.quote_name, self._model._meta
        columns = ", ".join(quoted(field.column) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
        if meta.auto_field:
            sql += f" RETURNING {quoted(str(meta.auto_field.column))}"
        return sql
