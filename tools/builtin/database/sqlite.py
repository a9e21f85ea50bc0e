"""How an SQLite file is asked: by a process of its own, which is ended when nobody waits for it any more."""

import json
from pathlib import Path
from typing import Any

from tools import ToolError
from tools.builtin.database.answer import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Answer,
    answer,
)
from tools.builtin.database.schema import Schema, schema
from tools.builtin.reader_process import read

READER = Path(__file__).with_name("sqlite_reader.py")
TOO_LONG = "The query took too long and was stopped. Narrow it, or look at fewer rows."


async def query(path: str, sql: str, *, seconds: float) -> Answer:
    """Run one SELECT for at most so many seconds."""
    said = await _asked(path, sql, seconds)
    return answer(said["columns"], said["rows"], more=said["more"])


async def describe(path: str, *, seconds: float) -> Schema:
    """List tables and columns."""
    said = await _asked(path, "", seconds)
    return schema("SQLite", said["rows"])


async def _asked(path: str, sql: str, seconds: float) -> dict[str, Any]:
    question = {
        "path": path,
        "sql": sql,
        "seconds": seconds,
        "max_rows": MAX_ROWS,
        "max_columns": MAX_COLUMNS,
        "max_cell": MAX_CELL,
        "max_bytes": MAX_BYTES,
    }
    written = await read(READER, json.dumps(question).encode(), seconds=seconds)
    try:
        said: dict[str, Any] = json.loads(written)
    except ValueError:  # it was ended for taking too much
        raise ToolError(TOO_LONG) from None
    if "refused" in said:
        raise ToolError(said["refused"])
    return said
