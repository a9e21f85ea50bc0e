"""The tables and columns that a database has, as the model is told of them."""

from collections.abc import Iterable
from typing import TypedDict

MAX_TABLES = 60
MAX_COLUMNS = 60


class Table(TypedDict):
    """`columns` has "name type" for each; `left_out` counts those beyond the limit."""

    name: str
    columns: list[str]
    left_out: int


class Schema(TypedDict):
    """`tables_left_out` counts the tables beyond the limit."""

    kind: str
    tables: list[Table]
    tables_left_out: int


def schema(kind: str, columns: Iterable[tuple[str, str, str]]) -> Schema:
    """Sort triples of table, column and type by table; the order of the columns stays."""
    tables: dict[str, list[str]] = {}
    for table, column, type_ in columns:
        tables.setdefault(table, []).append(f"{column} {type_}".strip())
    told: list[Table] = [
        {"name": name[:200], "columns": [c[:200] for c in found[:MAX_COLUMNS]], "left_out": _beyond(found)}
        for name, found in list(tables.items())[:MAX_TABLES]
    ]
    return {"kind": kind, "tables": told, "tables_left_out": max(0, len(tables) - MAX_TABLES)}


def _beyond(columns: list[str]) -> int:
    return max(0, len(columns) - MAX_COLUMNS)
