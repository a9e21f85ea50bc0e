"""Servers to share: a PostgreSQL and a Redis, and an installation of several processes on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import stores
from tests.processes.installation import Installation
from tests.stores import Databases, OwnPostgreSQL, OwnRedis


def without(what: str) -> None:
    """Skip, but never where everything must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"There is no {what}, and with CI=true the tests that need it must run.")
    pytest.skip(f"There is no {what} here.")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Name the PostgreSQL to use: the one that is named, one of our own, which is quick, or what answers."""
    if os.environ.get("TEST_DATABASE_URL") or not stores.can_start_postgresql():
        address, _ = stores.answering()
        if not address:
            without("PostgreSQL")
        yield Databases(address)
        return
    server = OwnPostgreSQL()
    yield Databases(server.address)
    server.close()


@pytest.fixture(scope="session")
def news() -> Iterator[str]:
    """Name the Redis to use."""
    if os.environ.get("TEST_REDIS_URL") or not stores.can_start_redis():
        _, address = stores.answering()
        if not address:
            without("Redis")
        yield address
        return
    server = OwnRedis()
    yield server.address
    server.close()


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """Name an empty database of the test's own."""
    address = databases.make()
    yield address
    databases.drop(address)


@pytest.fixture
def installation(database: str, news: str, tmp_path: Path) -> Iterator[Installation]:
    """Servers and workers on one database and one Redis, none of them started yet."""
    whole = Installation(tmp_path, database=database, news=news)
    yield whole
    whole.close()
