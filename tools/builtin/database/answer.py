"""What a query gives, small enough to be told whole."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

MAX_ROWS = 100
MAX_COLUMNS = 64
MAX_CELL = 1_000
"""Characters of one value; the rest of a longer one is not read by anyone."""

MAX_BYTES = 48 * 1024
"""Of all rows as JSON: below the limit of a tool's result, which would cut in the middle of a row."""


class Answer(TypedDict):
    """`rows` has a list for each row, in the order of `columns`; `remark` says what is not there."""

    columns: list[str]
    rows: list[list[Any]]
    remark: str


def answer(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, more: bool) -> Answer:
    """Take as many rows as fit; `more` says whether the database had further ones."""
    taken: list[list[Any]] = []
    size = 0
    for row in rows:
        size += len(json.dumps(row, ensure_ascii=False).encode())
        if size > MAX_BYTES:
            more = True
            break
        taken.append(list(row))
    return {"columns": list(columns), "rows": taken, "remark": _remark(len(taken), more=more)}


def _remark(count: int, *, more: bool) -> str:
    if more and not count:
        return "The first row is too long to be told. Ask for fewer columns, or for parts of them."
    if more:
        return f"These are the first {count} of more rows. Narrow the query, or let it count and sum up."
    return "" if count else "No row fits."
