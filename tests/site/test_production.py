"""How a server for other people differs from one on a person's own machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.site.processes import PRODUCTION, Server, manage


@pytest.fixture(scope="module")
def collected(tables: Path) -> Path:
    """The migrated folder, with static files in it; nothing that these tests do changes it."""
    done = manage("collectstatic", "--noinput", var=tables, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    return tables


@pytest.fixture
def serve(collected: Path) -> Iterator[Callable[..., str]]:
    servers: list[Server] = []

    def serve_one(**variables: str) -> str:
        servers.append(Server(var=collected, **{**PRODUCTION, **variables}))
        return servers[-1].link()

    yield serve_one
    for server in servers:
        server.close()


def test_what_is_missing_is_said_one_by_one(tmp_path: Path) -> None:
    without_tables = manage("serve", "--port", "0", var=tmp_path, **PRODUCTION)
    assert "run `manage.py migrate` first" in without_tables.stderr
    manage("migrate", var=tmp_path, **PRODUCTION)
    without_files = manage("serve", "--port", "0", var=tmp_path, **PRODUCTION)
    assert "run `manage.py collectstatic` first" in without_files.stderr


def test_there_is_no_enter_link(serve: Callable[..., str]) -> None:
    url = serve()
    assert "/enter/" not in url
    assert httpx2.get(f"{url}/sign-in/").status_code == 200
    assert httpx2.get(f"{url}/enter/anything").status_code == 404


def test_hashed_files_are_kept_for_good(serve: Callable[..., str], collected: Path) -> None:
    names = json.loads((collected / "static/staticfiles.json").read_text())["paths"]
    answer = httpx2.get(f"{serve()}/static/{names['admin/css/base.css']}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"


def test_everything_is_https_as_the_proxy_says(serve: Callable[..., str]) -> None:
    page = f"{serve(HTTPS='true', TRUSTED_PROXY='true')}/sign-in/"
    assert httpx2.get(page).headers["location"] == page.replace("http:", "https:")
    answer = httpx2.get(page, headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == "max-age=86400"
    assert "Secure" in answer.headers["set-cookie"]


def test_nobody_is_believed_to_be_the_proxy_unless_a_setting_says_so(serve: Callable[..., str]) -> None:
    page = f"{serve(HTTPS='true')}/sign-in/"
    assert httpx2.get(page, headers={"X-Forwarded-Proto": "https"}).status_code == 301
