"""What every answer of the site tells a browser."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client, RequestFactory

from chatsite.accounts.models import User
from chatsite.asgi import application
from tests.site.conftest import PASSWORD

HERE = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
MANIFEST = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def drawn(text: str) -> str:
    request = RequestFactory().get("/")
    request.csp_nonce = "abc"  # type: ignore[attr-defined]
    return Template(text).render(Context({"request": request}))


def test_the_policy_lets_nothing_in_from_elsewhere(client: Client, db: None) -> None:
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, alice: User) -> None:
    answer = client.post("/sign-in/", {"username": "alice", "password": PASSWORD})
    cookie = answer.cookies["clearcall_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_static_file_is_sent_as_it_is_and_only_when_it_changed(client: Client) -> None:
    first = client.get("/static/admin/css/base.css")
    assert first.headers["Content-Type"].startswith("text/css")
    assert first.content
    again = client.get("/static/admin/css/base.css", HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/static/admin/css/none.css").status_code == 404
    assert client.get("/static/../manage.py").status_code == 404


def test_the_map_leads_to_files_that_are_served_as_they_lie() -> None:
    element = drawn("{% load modules %}{% import_map %}")
    assert element.startswith('<script type="importmap" nonce="abc">{"imports": {')
    assert re.search(r'"clearcall/socket": "/static/js/socket\.js\?v=[0-9a-f]+"', element)


def test_a_browser_keeps_a_file_as_it_lies_until_it_is_changed(
    tmp_path: Path, client: Client, settings: Any
) -> None:
    sheet = tmp_path / "changing.css"
    sheet.write_text("a {}")
    settings.STATICFILES_DIRS = [tmp_path]
    first = drawn("{% load static %}{% static 'changing.css' %}")
    kept = client.get(first)
    assert (kept.content, "immutable" in kept.headers["Cache-Control"]) == (b"a {}", True)
    assert client.get("/static/changing.css").headers["Cache-Control"] == "max-age=0, public"

    sheet.write_text("b {}")
    os.utime(sheet, (1, 1))
    second = drawn("{% load static %}{% static 'changing.css' %}")
    assert second != first
    assert client.get(second).content == b"b {}"


def test_the_map_leads_to_hashed_modules(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "from/js").mkdir(parents=True)
    (tmp_path / "from/js/main.js").write_text("import 'clearcall/socket'\n")
    (tmp_path / "from/js/socket.js").write_text("\n")
    settings.STATICFILES_DIRS = [tmp_path / "from"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "to"
    settings.STORAGES = MANIFEST
    call_command("collectstatic", verbosity=0, interactive=False)
    element = drawn("{% load modules %}{% import_map %}")
    assert re.search(r'"clearcall/socket": "/static/js/socket\.[0-9a-f]{12}\.js"', element)
    assert list((tmp_path / "to/js").glob("main.*.js"))


@pytest.mark.parametrize("origin", [None, b"https://elsewhere.example", b"null"])
async def test_a_socket_from_another_origin_is_refused(origin: bytes | None) -> None:
    headers = [(b"host", b"localhost"), *([] if origin is None else [(b"origin", origin)])]
    socket = WebsocketCommunicator(application, "/any", headers=headers)
    connected, _ = await socket.connect()
    assert not connected


async def test_a_socket_at_an_unknown_address_is_refused() -> None:
    socket = WebsocketCommunicator(application, "/any", headers=HERE)
    connected, _ = await socket.connect()
    assert not connected


def test_a_page_gets_all_its_styles_as_one_file_which_follows_its_parts(
    tmp_path: Path, client: Client, settings: Any
) -> None:
    parts = tmp_path / "static" / "css"
    parts.mkdir(parents=True)
    (parts / "main.css").write_text('@layer a, b;\n@import "one.css";\n@import "two.css";\n')
    (parts / "one.css").write_text("@layer a { p {} }\n")
    (parts / "two.css").write_text("@layer b { q {} }\n")
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    link = "{% load static %}{% static 'css/clearcall.css' %}"
    first = drawn(link)
    kept = client.get(first)
    assert kept.content.split() == b"@layer a, b; @layer a { p {} } @layer b { q {} }".split()
    assert "immutable" in kept.headers["Cache-Control"]
    assert drawn(link) == first

    (parts / "two.css").write_text("@layer b { em {} }\n")
    os.utime(parts / "two.css", (2_000_000_000, 2_000_000_000))
    assert drawn(link) != first
    assert b"@layer b { em {} }" in client.get(drawn(link)).content


def test_pages_ask_for_one_style_sheet(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert re.findall(r'<link rel="stylesheet" href="([^"?]+)', page) == ["/static/css/clearcall.css"]
