"""How a PostgreSQL database is asked: by a role without powers, in a read-only transaction."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.adapt import Loader

from tools import ToolError
from tools.builtin.database.answer import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Answer, answer
from tools.builtin.database.schema import Schema, schema

CONNECT_SECONDS, LOCK_SECONDS, GRACE_SECONDS = 5, 1, 3
UNREACHABLE = "The database cannot be reached now."
TOO_LONG = "The query took too long and was stopped. Narrow it, or look at fewer rows."

# As a query it takes the snapshot after which no SQL can leave read-only; true means SET LOCAL.
BOUNDS = """SELECT set_config('transaction_read_only', 'on', true),
    set_config('statement_timeout', %(statement)s, true), set_config('lock_timeout', %(lock)s, true),
    set_config('idle_in_transaction_session_timeout', '30s', true),
    set_config('max_parallel_workers_per_gather', '0', true)"""
POWERS = """SELECT rolname FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER') AND (
    rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
    OR (rolname LIKE 'pg\\_%' AND rolname NOT IN ('pg_read_all_data', 'pg_database_owner')))"""
OWN_TABLES = """SELECT count(DISTINCT relname) FROM pg_class
    WHERE relname IN ('django_migrations', 'conversations_conversation')"""
# What may do more than give a value: wait, lock, tell others, run a text as SQL, reach other servers.
EFFECTS = """SELECT DISTINCT proname FROM pg_proc
    WHERE provolatile = 'v' AND proname <> ALL (%(harmless)s) AND prorettype NOT IN (
        SELECT oid FROM pg_type WHERE typtype = 'p' AND typname ~ 'trigger|handler|internal')"""
HARMLESS = ["random", "gen_random_uuid", "clock_timestamp", "timeofday"]
SCHEMA = """SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
        a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND (has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))
    ORDER BY 1, a.attnum LIMIT 10000"""

SMALL_TYPES = {16, 20, 21, 23, 700, 701}
"""bool, int8, int2, int4, float4, float8: told as JSON has them. Of others the database makes short texts."""

WORD = re.compile(r"[^\W\d][\w$]*")
UNICODE_ESCAPES = re.compile(r"u&[\"']", re.IGNORECASE)
"""They write a name without its letters, so that nothing here could recognise it."""


class _Text(Loader):
    def load(self, data: Any) -> str:
        return bytes(data).decode(errors="replace")


async def query(place: str, written: str, *, seconds: float) -> Answer:
    """Run one SELECT for at most so many seconds."""
    async with _reading(place, seconds) as connection:
        await _refuse_effects(connection, written)
        asked = sql.SQL(written.rstrip("; \t\r\n"))
        # Parsed alone first: a whole statement cannot end the parentheses that it is put in afterwards.
        await _execute(connection, sql.SQL("PREPARE asked AS {}").format(asked))
        columns = await _columns(connection, asked)
        wanted = sql.SQL(", ").join(_cell(index, type_) for index, (_, type_) in enumerate(columns))
        names = sql.SQL(", ").join(_name(index) for index in range(len(columns)))
        cursor = await _execute(
            connection,
            sql.SQL("SELECT {} FROM (\n{}\n) AS asked({}) LIMIT {}").format(
                wanted, asked, names, MAX_ROWS + 1
            ),
        )
        rows = [[_plain(value) for value in row] for row in await cursor.fetchall()]
    return answer([name for name, _ in columns], rows[:MAX_ROWS], more=len(rows) > MAX_ROWS)


async def describe(place: str, *, seconds: float) -> Schema:
    """List the tables and columns that the role may read."""
    async with _reading(place, seconds) as connection:
        return schema("PostgreSQL", await (await connection.execute(SCHEMA)).fetchall())


@asynccontextmanager
async def _reading(place: str, seconds: float) -> AsyncIterator[AsyncConnection]:
    try:
        async with asyncio.timeout(CONNECT_SECONDS + seconds + GRACE_SECONDS):
            async with await _connected(place) as connection:
                await connection.set_read_only(True)
                for type_ in ("text", "varchar", "bpchar"):
                    connection.adapters.register_loader(type_, _Text)
                bounds = {"statement": f"{seconds:g}s", "lock": f"{LOCK_SECONDS}s"}
                await connection.execute(BOUNDS, bounds)
                await _refuse_powers(connection)
                yield connection
                await connection.rollback()
    except TimeoutError:
        raise ToolError(TOO_LONG) from None
    except psycopg.Error as error:
        raise ToolError(_sentence(error)) from error


async def _connected(place: str) -> AsyncConnection:
    try:
        return await AsyncConnection.connect(
            place, connect_timeout=CONNECT_SECONDS, application_name="clearcall query", client_encoding="utf8"
        )
    except psycopg.Error as error:
        # libpq's words name the host and the role, which are the installation's own business.
        raise ToolError(UNREACHABLE) from error


async def _refuse_powers(connection: AsyncConnection) -> None:
    powers = [name for (name,) in await (await connection.execute(POWERS)).fetchall()]
    if powers:
        raise ToolError(
            "The database is not asked, because the role in QUERY_DATABASE_URL has powers beyond reading "
            f"({', '.join(sorted(powers)[:5])}). Staff must name one without any."
        )
    own = await (await connection.execute(OWN_TABLES)).fetchone()
    if own and own[0] == 2:
        raise ToolError("This database is Clearcall's own, which is not to be read.")


async def _refuse_effects(connection: AsyncConnection, written: str) -> None:
    if UNICODE_ESCAPES.search(written):
        raise ToolError(
            'Names and texts with U&"..." escapes are not allowed here. Write the letters themselves.'
        )
    rows = await (await connection.execute(EFFECTS, {"harmless": HARMLESS})).fetchall()
    said = {word.lower() for word in WORD.findall(written)}
    if found := sorted(name for (name,) in rows if _is_named(name, said, written)):
        raise ToolError(
            f"The function {found[0]} may do more than give a value, so it is not allowed here. Leave it out."
        )


def _is_named(function: str, said: set[str], written: str) -> bool:
    """Say whether a query names a function, in any case; one whose name is no word stands in it as it is."""
    if WORD.fullmatch(function):
        return function.lower() in said
    return function.replace('"', '""') in written


async def _columns(connection: AsyncConnection, asked: sql.Composable) -> list[tuple[str, int]]:
    cursor = await _execute(connection, sql.SQL("SELECT * FROM (\n{}\n) AS asked LIMIT 0").format(asked))
    columns = [(column.name[:200], column.type_code) for column in cursor.description or ()]
    if not columns:
        raise ToolError("The query gives no columns. Name some.")
    if len(columns) > MAX_COLUMNS:
        raise ToolError(f"The query gives more than {MAX_COLUMNS} columns. Name those that you need.")
    return columns


async def _execute(connection: AsyncConnection, command: sql.Composed) -> psycopg.AsyncCursor:
    # Prepared, because the protocol for that takes one statement only.
    return await connection.cursor().execute(command, prepare=True)


def _cell(index: int, type_: int) -> sql.Composable:
    if type_ in SMALL_TYPES:
        return _name(index)
    return sql.SQL("left(({})::text, {})").format(_name(index), MAX_CELL + 1)


def _name(index: int) -> sql.Identifier:
    return sql.Identifier(f"c{index}")


def _plain(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_CELL:
        return f"{value[:MAX_CELL]} [cut]"
    return str(value) if isinstance(value, float) and value - value != 0 else value


def _sentence(error: psycopg.Error) -> str:
    match error:
        case psycopg.errors.QueryCanceled():
            return TOO_LONG
        case psycopg.errors.LockNotAvailable():
            return "Another process holds what the query needs. Try later."
        case psycopg.errors.ReadOnlySqlTransaction():
            return "Only one SELECT is allowed: nothing can be changed here."
        case psycopg.OperationalError() if error.diag.message_primary is None:
            return UNREACHABLE
    said = error.diag.message_primary or "it gave no reason"
    if "multiple commands" in said:
        return "Only one statement at a time is allowed. Send one SELECT."
    return f"The database refused: {said[:500]}."
