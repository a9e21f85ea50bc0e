"""PostgreSQL and Redis for tests: what the environment names, servers of their own, or what answers here.

As a program it prints what the tests would have to do without, a line for each.
"""

from __future__ import annotations

import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

PATIENCE = 30.0  # seconds until a server has started
STANDARD_POSTGRESQL, STANDARD_REDIS = "postgres://postgres@127.0.0.1:5432/postgres", "redis://127.0.0.1:6379"
# Where distributions put what starts a PostgreSQL: seldom on the path.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# Nothing of it has to outlive the machine.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Databases:
    """Makes and drops databases beside the one that an address names."""

    def __init__(self, address: str) -> None:
        self.address = address

    def make(self, *, like: str = "template1") -> str:
        """Make a database as a copy of another, which nobody may be connected to; returns its address."""
        name = f"clearcall_{secrets.token_hex(6)}"
        self._do(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, like)
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def drop(self, address: str) -> None:
        """Take a database away, whoever may still be connected to it."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name_of(address))

    def _do(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


class Process:
    """A server of the tests' own on a free port: it can be stopped and started again."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clearcall-"))
        self.port = _free_port()
        self._environment = {**os.environ, **(variables or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, command: list[str], answers: Callable[[], object], *, user: str | None) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", env=self._environment, **_as(user)
            )
        deadline = time.monotonic() + PATIENCE
        while not _succeeds(answers):
            alive = self._process.poll() is None and time.monotonic() < deadline
            assert alive, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it as a restart does: whoever is connected is thrown out."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it for good, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)


class OwnPostgreSQL(Process):
    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__(variables)
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self._data = self.folder / "data"
        if self._user:
            shutil.chown(self.folder, self._user)
        self._make()
        self.start()

    @property
    def address(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **HASTE}
        pairs = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [_postgresql("postgres"), "-D", str(self._data), *pairs]
        self.run(command, lambda: psycopg.connect(self.address).close(), user=self._user)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        super().stop(number)  # at SIGTERM it would wait for whoever is connected

    def _make(self) -> None:
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        done = subprocess.run(
            [_postgresql("initdb"), "-D", str(self._data), *options],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **_as(self._user),
        )
        assert done.returncode == 0, done.stdout + done.stderr


class OwnRedis(Process):
    def __init__(self) -> None:
        super().__init__()
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.run(command, lambda: _ping(self.address), user=None)


def can_start_postgresql() -> bool:
    if os.geteuid() == 0 and "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        return False
    return bool(_postgresql("initdb") and _postgresql("postgres"))


def can_start_redis() -> bool:
    return bool(shutil.which("redis-server"))


def name_of(address: str) -> str:
    """Return the name of the database at an address."""
    return urlsplit(address).path[1:]


def answering() -> tuple[str, str]:
    """Return the addresses of a PostgreSQL and a Redis that run already, "" where none is known of."""
    postgresql = os.environ.get("TEST_DATABASE_URL", "")
    if not postgresql and _succeeds(lambda: psycopg.connect(STANDARD_POSTGRESQL, connect_timeout=2).close()):
        postgresql = STANDARD_POSTGRESQL
    news = os.environ.get("TEST_REDIS_URL", "")
    if not news and _succeeds(lambda: _ping(STANDARD_REDIS)):
        news = STANDARD_REDIS
    return postgresql, news


def lacking() -> list[str]:
    """Return a sentence for each server that tests would have to do without."""
    postgresql, news = answering()
    lacks = []
    if not (postgresql or can_start_postgresql()):
        lacks.append("PostgreSQL is not installed, none answers here, and DATABASE_URL names none.")
    if not (news or can_start_redis()):
        lacks.append("Redis is not installed, none answers here, and REDIS_URL names none.")
    return lacks


def _postgresql(program: str) -> str:
    """Return where a program of PostgreSQL's newest version is, "" where it is not."""
    found = sorted(path for folder in FOLDERS for path in glob.glob(f"{folder}/{program}"))  # noqa: PTH207
    return found[-1] if found else shutil.which(program) or ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _as(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _ping(address: str) -> None:
    with redis.Redis.from_url(address, socket_connect_timeout=2) as it:
        it.ping()


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (psycopg.OperationalError, redis.RedisError):
        return False
    return True


if __name__ == "__main__":
    for sentence in lacking():
        print(sentence)
