"""The cast, and tables for servers that are processes of their own."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Generator
from pathlib import Path, PurePath
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_migrate
from hypothesis import settings as examples
from pytest_django import Settings
from xdist.scheduler import LoadScopeScheduling

from chatsite.accounts.models import User
from tests.site.processes import manage

TESTS = Path(__file__).parent
# These start servers and browsers. Begun last, one file of theirs would keep the other cores idle.
SLOW = ("browser", "processes", "site", "doors", "chaos", "scripts", "mcp", "staff", "extraction")
# The files of such a package share a server or a browser, so one process takes them all.
SHARING = ("browser", "doors", "scripts", "site")

# A machine that has other work to do makes no example wrong.
examples.register_profile("unhurried", deadline=None)
examples.load_profile("unhurried")


class ByHousehold(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process a file at a time, and where files share a server all that do."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0])
        return str(file.parent if file.parts[1] in SHARING else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHousehold:
    return ByHousehold(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without a search for garbage, which took as long: what is collected is kept."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        package = item.path.relative_to(TESTS).parts[0]
        return SLOW.index(package) if package in SLOW else len(SLOW)

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Keep permissions and content types: to write them anew took nine tenths of emptying the database."""
    for model in (ContentType, Permission):
        model._meta.managed = False  # what is not managed is not flushed
    post_migrate.receivers.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash passwords in no time: the real way takes longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", password="alices-own-secret")


@pytest.fixture
def bob(db: None) -> User:
    return get_user_model().objects.create_user("bob", password="bobs-own-secret")


@pytest.fixture
def charlie(db: None) -> User:
    return get_user_model().objects.create_user(
        "charlie", password="charlies-own-secret", is_staff=True, is_superuser=True
    )


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database, to be copied: making tables is slow, so it is done once in a run."""
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    folder, half = run / "tables", run / "tables-half-made"
    with (run / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not folder.exists():
            half.mkdir(exist_ok=True)
            done = manage("migrate", var=half)
            assert done.returncode == 0, done.stderr
            half.rename(folder)
    return folder


@pytest.fixture
def var(tables: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tables, tmp_path / "var"))
