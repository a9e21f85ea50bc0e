"""How a server for other people differs from one on a person's own machine."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.site.processes import PRODUCTION, Server, manage
from tests.site.test_probes import faults


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collected")
    done = manage("collectstatic", "--noinput", var=folder, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    return folder / "static"


@pytest.fixture
def serve(running: Callable[..., Server], collected: Path) -> Callable[..., str]:
    """Return where a server with these settings is."""

    def serve_one(**variables: str) -> str:
        return running(**{**PRODUCTION, "STATIC_DIR": str(collected), **variables}).link()

    return serve_one


def test_what_is_missing_is_said_one_by_one(tmp_path: Path, var: Path) -> None:
    without_tables = manage("serve", "--port", "0", var=tmp_path, **PRODUCTION)
    assert "run `manage.py migrate` first" in without_tables.stderr
    without_files = manage("serve", "--port", "0", var=var, **PRODUCTION)
    assert "run `manage.py collectstatic` first" in without_files.stderr


def test_there_is_no_enter_link(serve: Callable[..., str]) -> None:
    url = serve()
    assert "/enter/" not in url
    assert httpx2.get(f"{url}/sign-in/").status_code == 200
    assert httpx2.get(f"{url}/enter/anything").status_code == 404


def test_hashed_files_are_kept_for_good(serve: Callable[..., str], collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in ("admin/css/base.css", "css/clearcall.css"):
        answer = httpx2.get(f"{serve()}/static/{names[name]}")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
    assert "@layer reset, tokens, base" in answer.text
    assert "@import" not in answer.text


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


def test_a_server_that_is_ready_says_so_by_plain_http_to_any_host(serve: Callable[..., str]) -> None:
    url = serve(HTTPS="true")
    for path in ("/healthz", "/readyz"):
        answer = httpx2.get(url + path, headers={"Host": "10.0.0.7:8000"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert httpx2.head(url + path).status_code == 200
    assert faults(url) == {}
