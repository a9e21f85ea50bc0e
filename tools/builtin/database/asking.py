"""`describe_database` and `query_database`: what is in a database, asked for and never changed."""

import asyncio
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tools import ToolError, defaults, tool
from tools.builtin.database import sqlite
from tools.builtin.database.answer import Answer
from tools.builtin.database.sample_shop import ensure_sample_shop
from tools.builtin.database.schema import Schema
from tools.builtin.database.source import Source, missing, source

LONGEST_SQL = 10_000


@tool(safe_to_repeat=True, missing=missing)
async def describe_database() -> Schema:
    """List the tables and columns of the database, and say whether it speaks SQLite or PostgreSQL."""
    asked = await _source()
    if asked.kind == "SQLite":
        return await sqlite.describe(asked.place, seconds=defaults.query_seconds())
    from tools.builtin.database import postgresql  # whose driver takes its time to import

    return await postgresql.describe(asked.place, seconds=defaults.query_seconds())


@tool(safe_to_repeat=True, missing=missing)
async def query_database(
    sql: Annotated[
        str,
        Field(
            max_length=LONGEST_SQL,
            description="One SELECT in the dialect that describe_database names, of the tables it lists.",
        ),
    ],
) -> Answer:
    """Read rows from the database with one SQL query.

    At most the first 100 rows come back, so let the database count, sum up and sort.
    """
    if "\0" in sql or not sql.strip():
        raise ToolError("There is no query. Write one SELECT.")
    asked = await _source()
    if asked.kind == "SQLite":
        return await sqlite.query(asked.place, sql, seconds=defaults.query_seconds())
    from tools.builtin.database import postgresql

    return await postgresql.query(asked.place, sql, seconds=defaults.query_seconds())


async def _source() -> Source:
    found = source()
    if found is None:
        raise ToolError(missing())
    sample = defaults.sample_database()
    if sample and found.place == str(sample):
        await asyncio.to_thread(ensure_sample_shop, Path(sample))
    return found
