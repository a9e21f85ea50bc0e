"""`query_database` and `describe_database` on real SQLite files: reading works, and nothing else does."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tools import ToolError
from tools.builtin.database.answer import Answer, answer
from tools.builtin.database.asking import describe_database, query_database
from tools.builtin.database.sample_shop import ensure_sample_shop
from tools.builtin.database.schema import schema
from tools.builtin.database.source import NOT_SET_UP, missing


@pytest.fixture(autouse=True)
def shop(settings: Settings, tmp_path: Path) -> Path:
    settings.QUERY_DATABASE_URL = ""
    settings.SAMPLE_DATABASE = tmp_path / "shop.sqlite3"
    return tmp_path / "shop.sqlite3"


async def ask(sql: str) -> Answer:
    found: Answer = await query_database(sql)
    return found


async def test_the_sample_shop_is_made_when_it_is_first_asked(shop: Path) -> None:
    assert not shop.exists()
    assert await ask("SELECT count(*) AS orders, min(id) AS first FROM orders") == {
        "columns": ["orders", "first"],
        "rows": [[400, 1]],
        "remark": "",
    }
    assert shop.exists()


def test_the_sample_shop_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        ensure_sample_shop(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


async def test_the_tables_are_described() -> None:
    told = await describe_database()
    assert told["kind"] == "SQLite"
    assert [table["name"] for table in told["tables"]] == ["customers", "orders", "products"]
    assert told["tables"][0]["columns"] == ["id INTEGER", "name TEXT", "city TEXT", "since DATE"]


async def test_more_rows_than_are_told_are_mentioned() -> None:
    told = await ask("SELECT id FROM orders ORDER BY id")
    assert told["rows"] == [[number] for number in range(1, 101)]
    assert told["remark"].startswith("These are the first 100 of more rows.")


async def test_no_row_is_told_as_that() -> None:
    told = await ask("SELECT name FROM customers WHERE id < 0")
    assert (told["columns"], told["rows"], told["remark"]) == (["name"], [], "No row fits.")


async def test_what_json_cannot_hold_is_told_all_the_same() -> None:
    told = await ask("SELECT x'00ff' AS raw, 9e999 AS huge, NULL AS none, CAST(x'ff41' AS TEXT) AS odd")
    assert told["rows"] == [["[2 bytes]", "inf", None, "\ufffdA"]]


async def test_a_long_value_is_cut() -> None:
    told = await ask("SELECT printf('%05000d', 0) AS zeros")
    assert told["rows"] == [["0" * 1000 + " [cut]"]]


async def test_rows_that_are_too_much_together_are_left_out() -> None:
    told = await ask("SELECT printf('%01000d', id) AS zeros FROM orders LIMIT 90")
    assert 40 < len(told["rows"]) < 60
    assert "first" in told["remark"]


def test_a_row_that_is_too_long_alone_is_said_to_be() -> None:
    told = answer(["a"], [["x" * 50_000]], more=False)
    assert (told["rows"], told["remark"].split(".")[0]) == ([], "The first row is too long to be told")


def test_a_schema_without_end_is_cut() -> None:
    told = schema("SQLite", [(f"t{table}", f"c{column}", "") for table in range(70) for column in range(70)])
    assert (len(told["tables"]), told["tables_left_out"]) == (60, 10)
    assert (len(told["tables"][0]["columns"]), told["tables"][0]["left_out"]) == (60, 10)


REFUSED = [
    ("INSERT INTO customers VALUES (99, 'x', 'y', 'z')", "Only one SELECT is allowed"),
    ("UPDATE customers SET name = 'x'", "Only one SELECT is allowed"),
    ("DELETE FROM customers", "Only one SELECT is allowed"),
    ("DROP TABLE customers", "Only one SELECT is allowed"),
    ("CREATE TEMP TABLE mine (a)", "Only one SELECT is allowed"),
    ("WITH gone AS (SELECT 1) DELETE FROM customers", "Only one SELECT is allowed"),
    ("SELECT 1; DROP TABLE customers", "Only one statement"),
    ("ATTACH '/tmp/other' AS other", "Only one SELECT is allowed"),
    ("VACUUM INTO '/tmp/copy'", "Only one SELECT is allowed"),
    ("BEGIN IMMEDIATE", "Only one SELECT is allowed"),
    ("PRAGMA query_only = OFF", "Only one SELECT is allowed"),
    ("PRAGMA journal_mode", "Only one SELECT is allowed"),
    ("SELECT load_extension('/tmp/evil.so')", "The function load_extension is not allowed"),
    ("SELECT writefile('/tmp/x', 'y')", "no such function: writefile"),
    ("SELECT readfile('/etc/passwd')", "no such function: readfile"),
    ("SELECT length(randomblob(1000000000))", "The function randomblob is not allowed"),
    ("SELECT replace(printf('%190000s', ' '), ' ', 'xx')", "more than 200,000 bytes"),
    (
        "WITH RECURSIVE n(x) AS (SELECT printf('%0150000d', 1) UNION ALL SELECT x FROM n) "
        "SELECT x || random() AS y FROM n ORDER BY y",
        "too much memory",
    ),
    (f"SELECT {', '.join(['1'] * 65)}", "more than 64 columns"),
    (f"SELECT {'NOT ' * 2000}1", "The database refused"),
    ("SELECT nonsense FROM customers", "no such column: nonsense"),
    ("SELEKT", "The database refused"),
    ("SELECT 'unclosed", "The database refused"),
    ("-- nothing", "That is no query"),
    (" \n", "There is no query"),
    ("SELECT 1\0", "There is no query"),
]


async def test_a_pragma_is_no_table_either(shop: Path) -> None:
    # Which of the two steps of it is refused first depends on SQLite's version.
    with pytest.raises(ToolError, match=r"Only one SELECT is allowed|is SQLite's own and cannot be read"):
        await query_database("SELECT * FROM pragma_database_list")


@pytest.mark.parametrize(("sql", "words"), REFUSED, ids=[sql[:40] for sql, _ in REFUSED])
async def test_whatever_is_no_modest_question_is_a_sentence(shop: Path, sql: str, words: str) -> None:
    ensure_sample_shop(shop)
    before = shop.read_bytes()
    with pytest.raises(ToolError, match=r"\.$") as refused:
        await query_database(sql)
    assert words in str(refused.value)
    assert shop.read_bytes() == before
    assert list(shop.parent.iterdir()) == [shop]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n",
        "SELECT sum(a.id * b.id) FROM orders a, orders b, orders c, orders d",
    ],
)
async def test_a_query_without_end_is_ended(settings: Settings, sql: str) -> None:
    settings.QUERY_SECONDS = 0.2
    with pytest.raises(ToolError, match="took too long"):
        await query_database(sql)


async def test_a_query_that_nobody_waits_for_is_ended(shop: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    task = asyncio.create_task(query_database(endless))
    children = Path(f"/proc/{os.getpid()}/task")

    def readers() -> list[str]:
        found = " ".join(each.read_text() for each in children.glob("*/children")).split()
        return [line for pid in found if "sqlite_reader" in (line := command(pid))]

    def command(pid: str) -> str:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it has ended since
            return ""

    if not children.exists():
        pytest.skip("processes can only be listed where there is /proc")
    async with asyncio.timeout(60):
        while not readers():
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while readers():
            await asyncio.sleep(0)


async def test_a_file_in_wal_mode_is_read(shop: Path) -> None:
    ensure_sample_shop(shop)
    with closing(sqlite3.connect(shop)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("DELETE FROM orders WHERE id > 10")
        writer.commit()
        assert (await ask("SELECT count(*) FROM orders"))["rows"] == [[10]]


async def test_a_file_with_clearcalls_tables_is_refused_whatever_it_is_called(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as own:
        own.execute("CREATE TABLE django_migrations (a)")
        own.execute("CREATE TABLE conversations_conversation (a)")
    for asked in (query_database("SELECT * FROM conversations_conversation"), describe_database()):
        with pytest.raises(ToolError, match="Clearcall's own"):
            await asked


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
async def test_a_file_that_is_no_database_is_a_sentence(
    settings: Settings, tmp_path: Path, content: bytes
) -> None:
    settings.QUERY_DATABASE_URL = f"sqlite:///{tmp_path}/other"
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ToolError, match="The database refused"):
        await query_database("SELECT * FROM customers")


async def test_a_file_that_is_not_there_is_a_sentence_and_is_not_made(
    settings: Settings, tmp_path: Path
) -> None:
    settings.QUERY_DATABASE_URL = f"sqlite:///{tmp_path}/absent"
    with pytest.raises(ToolError, match="unable to open database file"):
        await describe_database()
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/shop",
        "sqlite:///relative",
        "sqlite://host/x",
        "postgres://[bad",
        "postgresql://host",
        "x",
    ],
)
def test_an_address_that_makes_no_sense_is_told_at_start_up(settings: Settings, url: str) -> None:
    settings.QUERY_DATABASE_URL = url
    assert [message.id for message in run_checks(tags=["tools"])] == ["tools.E013"]
    assert missing().startswith("QUERY_DATABASE_URL must be an address")


def test_clearcalls_own_file_is_refused_at_start_up_by_every_name(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "clearcall.sqlite3"
    own.touch()
    (tmp_path / "soft").symlink_to(own)
    (tmp_path / "hard").hardlink_to(own)
    monkeypatch.setitem(settings.DATABASES, "own", {"ENGINE": "django.db.backends.sqlite3", "NAME": own})
    for name in ("clearcall.sqlite3", "soft", "hard", f"../{tmp_path.name}/soft"):
        settings.QUERY_DATABASE_URL = f"sqlite:///{tmp_path}/{name}"
        assert "Clearcall's own database" in str(run_checks(tags=["tools"])[0].msg)
        assert "Clearcall's own database" in missing()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", ""])
def test_clearcalls_own_postgresql_is_refused_at_start_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    own = {"NAME": "chat", "HOST": "127.0.0.1", "PORT": "", "ENGINE": "django.db.backends.postgresql"}
    monkeypatch.setitem(settings.DATABASES, "own", own)
    settings.QUERY_DATABASE_URL = f"postgres://someone:else@{host}:5432/chat"
    assert "Clearcall's own database" in missing()
    settings.QUERY_DATABASE_URL = f"postgres://someone:else@{host}:5432/shop"
    assert missing() == ""


def test_without_a_database_the_tools_say_what_staff_can_do(settings: Settings) -> None:
    settings.SAMPLE_DATABASE = None
    assert missing() == NOT_SET_UP
