"""Who and what the tests of the site need."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatsite.accounts.models import User
from tests.site.processes import Server, manage
from tests.site.redis import Redis

PASSWORD = "a horse of course"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password=PASSWORD)


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_superuser("charlie", password=PASSWORD)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database, to be copied: making tables is slow."""
    folder = tmp_path_factory.mktemp("tables")
    done = manage("migrate", var=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def var(tables: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tables, tmp_path / "var"))


@pytest.fixture
def start(var: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start_one(*arguments: str, **variables: str) -> Server:
        servers.append(Server(*arguments, var=var, **variables))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if not shutil.which("redis-server"):
        pytest.skip("there is no redis-server here")
    running = Redis(tmp_path / "redis.sock")
    running.start()
    yield running
    running.stop()
