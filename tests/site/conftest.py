"""Who and what the tests of the site need."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatsite.accounts.models import User
from tests.site.processes import Server
from tests.site.redis import Redis, a_redis

PASSWORD = "a horse of course"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password=PASSWORD)


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_superuser("charlie", password=PASSWORD)


@pytest.fixture
def start(var: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start_one(*arguments: str, **variables: str) -> Server:
        servers.append(Server(*arguments, var=var, **variables))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def running(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Share a server between all tests that want its settings, and leave it as they found it."""
    servers: dict[frozenset[tuple[str, str]], Server] = {}

    def one(**variables: str) -> Server:
        wanted = frozenset(variables.items())
        if wanted not in servers:
            var = Path(shutil.copytree(tables, tmp_path_factory.mktemp("running") / "var"))
            servers[wanted] = Server(var=var, **variables)
            servers[wanted].link()
        return servers[wanted]

    yield one
    for server in servers.values():
        server.close()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    yield from a_redis(tmp_path)
