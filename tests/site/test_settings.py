"""What settings do, and what is said about wrong ones."""

import re
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from chatsite.environment import Environment
from chatsite.secret_key import kept_secret_key
from chatsite.stores import database
from tests.site.processes import PRODUCTION, ROOT, manage

SETTINGS_PAGE = (ROOT / "docs/settings.md").read_text()
# As many at once as do not hide each other: each row is a command of its own.
WRONG = [
    {
        "MODE": ("staging", "E001", "MODE is 'staging', but must be one of: local, production."),
        "SIGN_UP": ("maybe", "E002", "SIGN_UP is 'maybe', but must be true or false."),
        "STEP_LIMIT": ("many", "E003", "STEP_LIMIT is 'many', but must be a whole number, 1 or more."),
        "DATABASE_CONNECTIONS": ("1", "E003", "DATABASE_CONNECTIONS is '1', but must be a whole number, 4"),
        "DRAIN_SECONDS": ("nan", "E004", "DRAIN_SECONDS is 'nan', but must be a number of seconds"),
        "PUBLIC_URL": (
            "chat.example.org",
            "E005",
            "PUBLIC_URL is 'chat.example.org', but must be an address",
        ),
        "TIME_ZONE": ("Berlin", "E006", "TIME_ZONE is 'Berlin', but must be the name of a time zone"),
        "MCP_COMMANDS": ("time", "E009", "MCP_COMMANDS must be a JSON object of command lines"),
        "OPENAI_BASE_URL": ("http://127.0.0.1:9", "E010", "OPENAI_BASE_URL is set, so a real model is meant"),
        "DATABASE_URL": (
            "mysql://root:secret@127.0.0.1/clearcall",
            "E030",
            "DATABASE_URL must be an address such",
        ),
        "REDIS_URL": ("127.0.0.1:6379", "E031", "REDIS_URL must be an address such as redis://"),
        "TURN_EXECUTOR": ("celery", "E001", "TURN_EXECUTOR is 'celery', but must be one of: local, procr"),
        "EXTRA_APPS": ("no_such.app", "E007", "EXTRA_APPS names 'no_such.app', but there is no such"),
    },
    {
        "STEP_LIMIT": ("0", "E003", "STEP_LIMIT is '0', but must be a whole number, 1 or more."),
        "PUBLIC_URL": ("http://[:1", "E005", "PUBLIC_URL is 'http://[:1', but must be an address"),
        "OPENAI_API_KEY": ("sk-secret", "E010", "OPENAI_API_KEY is set, so a real model is meant"),
        "DATABASE_URL": (
            "postgres://root:secret@127.0.0.1:port/clearcall",
            "E030",
            "DATABASE_URL must be an",
        ),
        "VAR_DIR": ("manage.py", "E008", "VAR_DIR is "),
    },
    {
        "OPENAI_MODEL": ("any", "E011", "OPENAI_MODEL is set, but neither OPENAI_API_KEY"),
        "DATABASE_URL": ("postgres://127.0.0.1", "E030", "DATABASE_URL must be an address such"),
        "TURN_EXECUTOR": (
            "procrastinate",
            "E032",
            "TURN_EXECUTOR=procrastinate lets other processes run the",
        ),
    },
]
# What lacks something else, and all that is said of it.
LACKING = [
    (
        {"MODE": "production", "TURN_EXECUTOR": "procrastinate", "DATABASE_URL": "postgres://127.0.0.1/chat"},
        {
            "E020": "MODE=production needs SECRET_KEY",
            "E021": "MODE=production needs PUBLIC_URL or ALLOWED_HOSTS",
            "E022": "MODE=production needs a model: OPENAI_MODEL",
            "E032": "TURN_EXECUTOR=procrastinate lets other processes run the turns",
        },
    ),
    (
        {**PRODUCTION, "SECRET_KEY": "", "TURN_EXECUTOR": "procrastinate", "REDIS_URL": "redis://127.0.0.1"},
        {
            "E020": "MODE=production needs SECRET_KEY",
            "E032": "TURN_EXECUTOR=procrastinate lets other processes run the turns",
        },
    ),
    # An address that makes no sense is not called missing too.
    (
        {**PRODUCTION, "ALLOWED_HOSTS": "", "OPENAI_BASE_URL": "127.0.0.1:11434/v1"},
        {
            "E005": "OPENAI_BASE_URL is '127.0.0.1:11434/v1'",
            "E021": "MODE=production needs PUBLIC_URL or ALLOWED_HOSTS",
        },
    ),
    (
        {**PRODUCTION, "OPENAI_MODEL": "", "OPENAI_BASE_URL": "", "STEP_LIMIT": "no"},
        {"E003": "STEP_LIMIT is 'no'", "E022": "MODE=production needs a model: OPENAI_MODEL"},
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=" ".join)
def test_a_wrong_setting_is_a_numbered_sentence(
    tmp_path: Path, wrong: dict[str, tuple[str, str, str]]
) -> None:
    checked = manage("check", var=tmp_path, **{name: value for name, (value, _, _) in wrong.items()})
    assert checked.returncode == 1
    for _, code, sentence in wrong.values():
        assert f"(clearcall.{code}) {sentence}" in checked.stderr
    for never in ("Traceback", "secret@", "sk-secret"):
        assert never not in checked.stderr


@pytest.mark.parametrize(("variables", "said"), LACKING)
def test_all_that_lacks_something_else_is_said_at_once_and_nothing_more(
    tmp_path: Path, variables: dict[str, str], said: dict[str, str]
) -> None:
    checked = manage("check", var=tmp_path, **variables)
    assert checked.returncode == 1
    assert re.findall(r"\(clearcall\.(E\d+)\)", checked.stderr) == list(said)
    for code, sentence in said.items():
        assert f"(clearcall.{code}) {sentence}" in checked.stderr
    assert "Traceback" not in checked.stderr


def test_a_sqlite_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(SystemCheckError, match=r"\(clearcall.E033\) This Python's SQLite is"):
        call_command("check")


def test_a_server_does_not_start_on_wrong_settings(tmp_path: Path) -> None:
    assert "clearcall.E010" in manage("serve", var=tmp_path, OPENAI_API_KEY="sk-secret").stderr


def test_another_server_does_not_start_on_wrong_settings_either(tmp_path: Path) -> None:
    loaded = manage("shell", "-c", "import chatsite.asgi", var=tmp_path, OPENAI_API_KEY="sk-secret")
    assert "ImproperlyConfigured: OPENAI_API_KEY is set" in loaded.stderr


def test_production_passes_djangos_own_checks(tmp_path: Path) -> None:
    checked = manage("check", "--deploy", var=tmp_path, **{**PRODUCTION, "HTTPS": "true"})
    assert checked.returncode == 0
    assert "security." not in checked.stderr


def test_the_key_of_a_local_installation_is_made_once_and_only_its_owner_reads_it(tables: Path) -> None:
    kept = tables / "secret_key"  # made by the one command that has run there
    made = kept.read_text()
    assert kept_secret_key(kept) == made
    assert len(made) >= 50
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("text", "value"), [("true", True), ("Yes", True), ("0", False), ("off", False)])
def test_a_flag_may_be_written_in_several_ways(text: str, value: bool) -> None:
    environment = Environment({"FLAG": text})
    assert environment.flag("FLAG", not value) is value
    assert environment.problems == []


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    environment = Environment({"NUMBER": " ", "WORDS": ""})
    assert environment.whole("NUMBER", 7) == 7
    assert environment.words("WORDS") == []
    assert environment.problems == []


def test_a_database_is_named_by_one_address(tmp_path: Path) -> None:
    password = "p%40ss%2F"
    environment = Environment(
        {"DATABASE_URL": f"postgresql://al%20ice:{password}@[::1]:5433/chat?sslmode=require"}
    )
    found = database(environment, tmp_path)
    assert environment.problems == []
    facts = {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE")}
    assert facts == {
        "NAME": "chat",
        "USER": "al ice",
        "PASSWORD": "p@ss/",
        "HOST": "::1",
        "PORT": "5433",
        "CONN_MAX_AGE": 0,
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 10


def test_a_database_may_be_reached_through_a_socket_file(tmp_path: Path) -> None:
    environment = Environment({"DATABASE_URL": "postgres:///chat?host=/run/postgresql"})
    assert database(environment, tmp_path)["HOST"] == "/run/postgresql"
    assert environment.problems == []


def test_the_table_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|(?: `(.*?)`)? \|", SETTINGS_PAGE, re.MULTILINE)
    assert dict(rows) == settings.ENVIRONMENT.defaults
    assert len(rows) == len(dict(rows))


def test_the_table_lists_every_check() -> None:
    product = "".join(path.read_text() for path in (ROOT / "chatsite").glob("*.py"))
    numbers = set(re.findall(r'"(E0\d\d)"', product))
    assert set(re.findall(r"`clearcall\.(E0\d\d)`", SETTINGS_PAGE)) == numbers
    tried = {code for wrong in WRONG for _, code, _ in wrong.values()} | {
        code for _, said in LACKING for code in said
    }
    assert tried | {"E033"} == numbers  # which no environment can bring about


def test_the_environment_is_read_in_one_place() -> None:
    reads = re.compile(r"os\.environ\b(?!\.setdefault)|\bgetenv\b")
    readers = {
        str(path.relative_to(ROOT))
        for room in ("chatsite", "conversations", "tools")
        for path in (ROOT / room).rglob("*.py")
        if reads.search(path.read_text())
    }
    assert readers == {"chatsite/settings.py"}
