"""`query_database` on a real PostgreSQL: a role without powers reads, and nothing else is possible."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from pytest_django import Settings

from tests import stores
from tests.processes.conftest import without
from tests.stores import OwnPostgreSQL
from tools import ToolError
from tools.builtin.database.asking import describe_database, query_database

SHOP = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text, spent numeric(10, 2), born date, tags text[]);
INSERT INTO customers SELECT n, 'Customer ' || n, n + 0.25, date '2000-01-01' + n, ARRAY['a', 'b']
    FROM generate_series(1, 300) n;
CREATE TABLE secrets (word text);
CREATE SEQUENCE numbers;
CREATE FUNCTION careless() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "Care Less"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "RunAway"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION sly(anyarray) RETURNS anyarray LANGUAGE sql AS 'SELECT $1';
CREATE ROLE reader LOGIN;
CREATE ROLE writer LOGIN;
GRANT SELECT ON customers TO reader;
GRANT USAGE ON SEQUENCE numbers TO reader;
GRANT ALL ON customers, secrets TO writer;
CREATE ROLE boss LOGIN SUPERUSER;
CREATE ROLE maker LOGIN CREATEDB;
CREATE ROLE giver LOGIN CREATEROLE;
CREATE ROLE copier LOGIN REPLICATION;
CREATE ROLE thief LOGIN;
GRANT pg_read_server_files TO thief;
CREATE ROLE climber LOGIN NOINHERIT;
GRANT maker TO climber;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgreSQL]:
    """Run one of our own, for roles are the whole server's."""
    if not stores.can_start_postgresql():
        without("PostgreSQL to make roles in")
    server = OwnPostgreSQL()
    asked(server, "CREATE DATABASE shop", database="postgres")
    asked(server, SHOP)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def shop(server: OwnPostgreSQL, settings: Settings) -> OwnPostgreSQL:
    settings.QUERY_DATABASE_URL = address(server, "reader")
    return server


def address(server: OwnPostgreSQL, role: str, database: str = "shop") -> str:
    return f"postgresql://{role}@127.0.0.1:{server.port}/{database}"


def asked(server: OwnPostgreSQL, sql: str, database: str = "shop") -> list[tuple[object, ...]]:
    """Ask as the owner, beside the tool."""
    with psycopg.connect(address(server, "postgres", database), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


async def test_rows_come_with_their_values() -> None:
    told = await query_database(
        "SELECT id, id AS id, name, spent, born, tags, id > 1 AS more, 0.5::float8, NULL "
        "FROM customers LIMIT 1;"
    )
    assert told == {
        "columns": ["id", "id", "name", "spent", "born", "tags", "more", "float8", "?column?"],
        "rows": [[1, 1, "Customer 1", "1.25", "2000-01-02", "{a,b}", False, 0.5, None]],
        "remark": "",
    }


async def test_what_a_role_may_read_is_described() -> None:
    told = await describe_database()
    assert told["kind"] == "PostgreSQL"
    assert [table["name"] for table in told["tables"]] == ["customers"]
    assert told["tables"][0]["columns"][2] == "spent numeric(10,2)"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM customers ORDER BY id DESC",
        "WITH few AS (SELECT id FROM customers) SELECT id FROM few ORDER BY 1 DESC -- a remark",
        "TABLE customers ORDER BY id DESC",
        "SELECT id, '%s {}' FROM customers ORDER BY id DESC",
    ],
)
async def test_more_rows_than_are_told_are_mentioned_and_stand_in_order(sql: str) -> None:
    told = await query_database(sql)
    assert [row[0] for row in told["rows"]] == list(range(300, 200, -1))
    assert told["remark"].startswith("These are the first 100 of more rows.")


async def test_a_huge_value_is_cut_by_the_database() -> None:
    told = await query_database("SELECT repeat('x', 100000000) AS long, 'NaN'::float8 AS odd")
    assert told["rows"] == [["x" * 1000 + " [cut]", "nan"]]


REFUSED = [
    ("INSERT INTO customers VALUES (999)", "The database refused"),
    ("INSERT INTO customers VALUES (999) RETURNING id", "The database refused"),
    ("WITH made AS (INSERT INTO customers VALUES (999) RETURNING id) SELECT * FROM made", "database refused"),
    ("SELECT * INTO copied FROM customers", "The database refused"),
    ("SELECT id FROM customers FOR UPDATE", "Only one SELECT is allowed"),
    ("SELECT 1; DROP TABLE customers", "Only one statement"),
    ("COMMIT; DROP TABLE customers", "The database refused"),
    ("COMMIT", "The database refused"),
    ("SET TRANSACTION READ WRITE", "The database refused"),
    ("SELECT set_config('transaction_read_only', 'off', true)", "The function set_config may do more"),
    ("SELECT \"set_config\"('transaction_read_only', 'off', true)", "The function set_config may do more"),
    ("SELECT U&\"set\\005Fconfig\"('transaction_read_only', 'off', true)", "escapes are not allowed"),
    ("SELECT Pg_Sleep(100)", "The function pg_sleep may do more"),
    ("SELECT pg_catalog.pg_sleep_for('1 hour')", "The function pg_sleep_for may do more"),
    ("SELECT pg_advisory_lock(1)", "The function pg_advisory_lock may do more"),
    ("SELECT pg_notify('a', 'b')", "The function pg_notify may do more"),
    ("NOTIFY a", "The database refused"),
    ("SELECT nextval('numbers')", "The function nextval may do more"),
    ("SELECT lo_import('/etc/passwd')", "The function lo_import may do more"),
    ("SELECT lo_create(0)", "The function lo_create may do more"),
    ("SELECT pg_read_file('/etc/passwd')", "The function pg_read_file may do more"),
    ("SELECT pg_ls_dir('/')", "The function pg_ls_dir may do more"),
    ("SELECT pg_terminate_backend(1)", "The function pg_terminate_backend may do more"),
    ("SELECT pg_logical_emit_message(false, 'a', 'b')", "pg_logical_emit_message may do more"),
    ("SELECT query_to_xml('SELECT pg_sleep(100)', true, true, '')", "may do more"),
    ("SELECT careless()", "The function careless may do more"),
    ("SELECT sly(ARRAY[1])", "The function sly may do more"),
    ('SELECT "RunAway"()', "The function RunAway may do more"),
    ('SELECT "Care Less"()', "The function Care Less may do more"),
    ("COPY customers TO '/tmp/customers'", "The database refused"),
    ("COPY (SELECT 1) TO PROGRAM 'id'", "The database refused"),
    ("DO $$ BEGIN PERFORM 1; END $$", "The database refused"),
    ("CALL careless()", "may do more"),
    ("EXPLAIN ANALYZE SELECT 1", "The database refused"),
    ("LOCK TABLE customers", "The database refused"),
    ("SELECT * FROM secrets", "permission denied"),
    ("SELECT 1) AS q, (SELECT 2", "The database refused"),
    ("SELECT 1) AS asked(c0) UNION ALL SELECT 2 FROM (SELECT 1", "The database refused"),
    ("SELECT 1 /*", "The database refused"),
    ("SELECT $$", "The database refused"),
    ("SELECT FROM customers", "The query gives no columns"),
    (f"SELECT {', '.join(['1'] * 65)}", "more than 64 columns"),
    ("SELECT repeat('x', 2000000000)", "The database refused"),
    (";", "The database refused"),
    ("SELECT nonsense", 'column "nonsense" does not exist'),
    ("SELECT 1/0", "division by zero"),
]


@pytest.mark.parametrize(("sql", "words"), REFUSED, ids=[sql[:50] for sql, _ in REFUSED])
async def test_whatever_is_no_modest_question_is_a_sentence(
    shop: OwnPostgreSQL, sql: str, words: str
) -> None:
    with pytest.raises(ToolError, match=r"\.$") as refused:
        await query_database(sql)
    assert words in str(refused.value)
    assert asked(shop, "SELECT count(*), sum(id) FROM customers") == [(300, 45150)]
    assert asked(shop, "SELECT is_called FROM numbers") == [(False,)]


async def test_a_role_that_may_write_still_only_reads(shop: OwnPostgreSQL, settings: Settings) -> None:
    settings.QUERY_DATABASE_URL = address(shop, "writer")
    assert (await query_database("SELECT count(*) FROM customers"))["rows"] == [[300]]
    with pytest.raises(ToolError, match="The database refused"):
        await query_database("DELETE FROM customers RETURNING id")
    assert asked(shop, "SELECT count(*) FROM customers") == [(300,)]


@pytest.mark.parametrize("role", ["postgres", "boss", "maker", "giver", "copier", "thief", "climber"])
async def test_a_role_with_powers_is_not_used(shop: OwnPostgreSQL, settings: Settings, role: str) -> None:
    settings.QUERY_DATABASE_URL = address(shop, role)
    for question in (query_database("SELECT 1"), describe_database()):
        with pytest.raises(ToolError, match="powers beyond reading"):
            await question


async def test_a_database_with_clearcalls_tables_is_refused_whatever_it_is_called(
    shop: OwnPostgreSQL, settings: Settings
) -> None:
    asked(shop, "CREATE DATABASE alias", database="postgres")
    asked(shop, "CREATE TABLE django_migrations ()", database="alias")
    asked(shop, "CREATE TABLE conversations_conversation ()", database="alias")
    settings.QUERY_DATABASE_URL = address(shop, "reader", "alias")
    with pytest.raises(ToolError, match="Clearcall's own"):
        await query_database("SELECT 1")


async def test_a_table_that_another_holds_is_not_waited_for(shop: OwnPostgreSQL) -> None:
    with psycopg.connect(address(shop, "postgres")) as other:
        other.execute("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(ToolError, match="Another process holds what the query needs"):
            await query_database("SELECT count(*) FROM customers")


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n",
        "SELECT count(*) FROM customers a, customers b, customers c, customers d",
    ],
)
async def test_a_query_without_end_is_ended(settings: Settings, sql: str) -> None:
    settings.QUERY_SECONDS = 0.2
    with pytest.raises(ToolError, match="took too long"):
        await query_database(sql)


async def test_a_query_that_nobody_waits_for_is_ended_in_the_database(shop: OwnPostgreSQL) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'clearcall query' "
        "AND state = 'active' AND query LIKE '%LIMIT 101%'"
    )
    task = asyncio.create_task(query_database(endless))
    async with asyncio.timeout(60):
        while asked(shop, running) != [(1,)]:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while asked(shop, running) != [(0,)]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:{}/shop", "postgresql://reader@/shop?host=/none"]
)
async def test_a_database_that_does_not_let_in_is_a_sentence_without_names(
    shop: OwnPostgreSQL, settings: Settings, url: str
) -> None:
    settings.QUERY_DATABASE_URL = url.format(shop.port)
    with pytest.raises(ToolError) as refused:
        await query_database("SELECT 1")
    assert str(refused.value) == "The database cannot be reached now."


async def test_a_server_that_hangs_up_is_a_sentence(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with suppress(OSError):  # the listener is gone
                while True:  # libpq comes back without encryption, or does not
                    listener.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        settings.QUERY_DATABASE_URL = f"postgresql://reader@127.0.0.1:{listener.getsockname()[1]}/shop"
        with pytest.raises(ToolError, match="cannot be reached"):
            await query_database("SELECT 1")
