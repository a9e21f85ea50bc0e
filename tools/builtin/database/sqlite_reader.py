"""A program of its own that reads an SQLite file for one question, and cannot do anything else.

Only a process can be ended in the middle of one step, and have a memory of its own to fill. It takes one JSON
object on its input and writes one to its output: {"columns", "rows", "more"} or {"refused"}.
"""

import json
import math
import resource
import sqlite3
import sys
import time
from typing import Any
from urllib.parse import quote

STEPS_BETWEEN_LOOKS = 10_000
MAX_LOOKS = 50_000
HEAP_BYTES = 192 * 1024 * 1024
PROCESS_BYTES = 1024 * 1024 * 1024
FILE_BYTES = 1024 * 1024
"""Enough for the shared memory of a file in WAL mode; sorting stays in the bounded heap."""

LONGEST_VALUE = 200_000
"""Bytes: some functions compare two texts in quadratic time within one step, which nothing interrupts."""

SCHEMA = (
    "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_xinfo(t.name) c "
    "WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY t.name, c.cid LIMIT 10000"
)
OWN_TABLES = (
    "SELECT count(*) FROM sqlite_master WHERE name IN ('django_migrations', 'conversations_conversation')"
)
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
SAFE = """
    abs avg ceil ceiling char coalesce concat concat_ws count cume_dist current_date current_time
    current_timestamp date datetime degrees dense_rank exp first_value floor format glob group_concat hex
    ifnull iif instr json json_array json_array_length json_each json_extract json_group_array
    json_group_object json_object json_type json_valid julianday lag last_value lead length like ln log log10
    log2 lower ltrim max min mod nth_value ntile nullif octet_length percent_rank pi pow power printf quote
    radians random rank replace round row_number rtrim sign sqrt strftime string_agg substr substring sum time
    timediff total trim trunc typeof unhex unicode unixepoch upper -> ->> acos asin atan atan2 cos sin tan
"""
FUNCTIONS = frozenset(SAFE.split())
READABLE_SYSTEM_TABLES = {"sqlite_master", "sqlite_schema"}


class Refusal(Exception):
    """Why there is no answer, in a sentence."""


class Guard:
    """What SQLite asks before each thing that a statement would do; `reason` keeps the first refusal."""

    def __init__(self) -> None:
        self.reason = ""

    def __call__(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        reason = _objection(action, first or "", second or "")
        self.reason = self.reason or reason
        return sqlite3.SQLITE_DENY if reason else sqlite3.SQLITE_OK


class Clock:
    """Ends a statement that takes too long or too many steps."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._looks = 0
        self.is_over = False

    def __call__(self) -> bool:
        self._looks += 1
        self.is_over = self._looks > MAX_LOOKS or time.monotonic() > self._end
        return self.is_over


def main() -> None:
    """Answer the one question that stands on the input."""
    asked = json.load(sys.stdin)
    try:
        said = ask(asked)
    except Refusal as refusal:
        said = {"refused": str(refusal)}
    except MemoryError:
        said = {"refused": "The query needs too much memory. Narrow it."}
    json.dump(said, sys.stdout)


def ask(asked: dict[str, Any]) -> dict[str, Any]:
    """Run a query, or list the columns where none is asked for."""
    _take_little(asked["seconds"])
    clock, guard = Clock(asked["seconds"]), Guard()
    try:
        connection = _opened(asked["path"])
        if connection.execute(OWN_TABLES).fetchone()[0] == 2:
            raise Refusal("This database is Clearcall's own, which is not to be read.")
        if not asked["sql"]:
            return {"columns": [], "rows": connection.execute(SCHEMA).fetchall(), "more": False}
        for limit, value in LIMITS.items():
            connection.setlimit(limit, value)
        connection.set_authorizer(guard)
        connection.set_progress_handler(clock, STEPS_BETWEEN_LOOKS)
        return _rows(connection.execute(asked["sql"]), asked)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Refusal(_sentence(error, guard, clock)) from error


def _take_little(seconds: float) -> None:
    bounds = {"AS": PROCESS_BYTES, "CPU": math.ceil(seconds) + 1, "FSIZE": FILE_BYTES, "CORE": 0}
    for name, most in bounds.items():
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
        except (
            ValueError,
            OSError,
        ):  # pragma: no cover  # a system that does not know it, or has less already
            continue


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=1, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    for pragma in (
        "query_only=ON",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "mmap_size=0",
        f"hard_heap_limit={HEAP_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _rows(cursor: sqlite3.Cursor, asked: dict[str, Any]) -> dict[str, Any]:
    if cursor.description is None:
        raise Refusal("That is no query. Write one SELECT.")
    if len(cursor.description) > asked["max_columns"]:
        raise Refusal(f"The query gives more than {asked['max_columns']} columns. Name those that you need.")
    rows: list[list[Any]] = []
    size = 0
    while len(rows) <= asked["max_rows"] and size <= asked["max_bytes"] and (row := cursor.fetchone()):
        rows.append([_plain(value, asked["max_cell"]) for value in row])
        size += sum(len(str(value)) for value in rows[-1])
    more = len(rows) > asked["max_rows"] or size > asked["max_bytes"]
    columns = [column[0][:200] for column in cursor.description]
    return {"columns": columns, "rows": rows[: asked["max_rows"]], "more": more}


def _plain(value: Any, longest: int) -> Any:
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > longest:
        return f"{value[:longest]} [cut]"
    return value


def _objection(action: int, first: str, second: str) -> str:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
        return ""
    if action == sqlite3.SQLITE_READ:
        table = first.lower()
        hidden = table.startswith(("sqlite_", "pragma_")) and table not in READABLE_SYSTEM_TABLES
        return f"The table {first} is SQLite's own and cannot be read here." if hidden else ""
    if action == sqlite3.SQLITE_FUNCTION:
        return "" if second.lower() in FUNCTIONS else f"The function {second[:64]} is not allowed here."
    return "Only one SELECT is allowed: nothing can be changed, attached or set here."


def _sentence(error: Exception, guard: Guard, clock: Clock) -> str:
    if guard.reason:
        return guard.reason
    if clock.is_over:
        return "The query took too long and was stopped. Narrow it, or look at fewer rows."
    if "one statement" in str(error):
        return "Only one statement at a time is allowed. Send one SELECT."
    if "too big" in str(error):
        return f"The query makes or reads a value of more than {LONGEST_VALUE:,} bytes. Ask for less of it."
    return f"The database refused: {str(error)[:500]}."


if __name__ == "__main__":
    main()
