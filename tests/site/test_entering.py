"""How the link of a fresh start signs in, and whom it does not."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from chatsite.accounts.demo import demo_account
from chatsite.accounts.models import EnterLink, User
from tests.site.processes import TELLING, Server, manage
from tests.site.waiting import until
from tools.builtin.calendar.sample import SAMPLE
from tools.models import CalendarEvent

Running = Callable[..., Server]
HERE = "127.0.0.1"


@pytest.fixture
def link(db: None) -> str:
    return f"/enter/{EnterLink.make(demo_account())}"


def test_the_link_shows_a_button_that_signs_in_once(running: Running) -> None:
    server = running(**TELLING)
    link = server.link()
    with httpx2.Client() as browser:
        assert "<button" in browser.get(link).text
        assert browser.get(link).status_code == 200
        entered = browser.post(link)
        assert entered.headers["location"] == "/"
        assert browser.get(f"{server.origin()}/account/").status_code == 200
        assert browser.post(link).status_code == 410
        assert "no longer works" in browser.get(link).text


def test_the_link_is_not_kept_and_tells_no_other_site(client: Client, link: str) -> None:
    for answer in (client.get(link, HTTP_HOST=HERE), client.post(link, HTTP_HOST=HERE)):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]


def test_the_secret_of_a_link_is_in_no_log(running: Running) -> None:
    server = running(**TELLING)
    link = printed(server)
    httpx2.get(link)
    httpx2.get(f"{link}x")
    until(lambda: "GET /enter/... 410" in server.errors.read_text())
    logged = server.errors.read_text()
    assert "GET /enter/... 200" in logged
    assert link.rpartition("/")[2] not in logged


def test_the_secret_of_a_link_is_not_in_the_database(link: str) -> None:
    kept = EnterLink.objects.values().get()
    assert link.rpartition("/")[2] not in str(kept)


def test_a_link_lives_ten_minutes(client: Client, link: str) -> None:
    EnterLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link, HTTP_HOST=HERE).status_code == 410
    assert client.post(link, HTTP_HOST=HERE).status_code == 410
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "request_data",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "clearcall.example"},
        {"HTTP_X_FORWARDED_FOR": HERE},
        {"HTTP_X_FORWARDED_PROTO": "http"},
        {"HTTP_FORWARDED": f"for={HERE}"},
        {"HTTP_X_REAL_IP": HERE},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_is_hidden_from_all_but_this_machine(
    client: Client, link: str, settings: Any, method: str, request_data: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    request_data = {"REMOTE_ADDR": HERE, "HTTP_HOST": "localhost:8000", **request_data}
    assert getattr(client, method)(link, **request_data).status_code == 404
    assert EnterLink.objects.get().used_at is None


@pytest.mark.parametrize(
    ("peer", "host"), [("::1", "[::1]:8000"), ("::ffff:127.0.0.1", "127.0.0.1"), (HERE, "localhost")]
)
def test_a_link_works_by_every_name_of_this_machine(client: Client, link: str, peer: str, host: str) -> None:
    assert client.post(link, REMOTE_ADDR=peer, HTTP_HOST=host).status_code == 302


def test_there_are_no_links_in_production(client: Client, link: str, settings: Any) -> None:
    settings.IS_LOCAL = False
    assert client.post(link, HTTP_HOST=HERE).status_code == 404


def test_a_link_does_not_sign_in_someone_who_was_switched_off(client: Client, link: str) -> None:
    User.objects.update(is_active=False)
    assert client.post(link, HTTP_HOST=HERE).status_code == 410


def test_the_command_prints_another_link_while_the_server_runs(running: Running) -> None:
    assert httpx2.post(printed(running(**TELLING))).status_code == 302


def printed(server: Server) -> str:
    return manage("enter", var=server.var).stdout.strip()


def test_the_command_has_no_link_where_no_server_runs(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="is not running"):
        call_command("enter")


def test_the_command_has_no_links_in_production(settings: Settings) -> None:
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="local mode only"):
        call_command("enter")


def test_the_demo_account_sees_the_admin_and_has_no_password(db: None, client: Client) -> None:
    demo = demo_account()
    assert demo_account() == demo
    assert not demo.has_usable_password()
    client.force_login(demo)
    assert client.get("/admin/").status_code == 200


def test_two_that_are_first_at_once_get_the_same_account_furnished_once(transactional_db: None) -> None:
    both = threading.Barrier(2)

    def come(_: int) -> User:
        both.wait()
        try:
            return demo_account()
        finally:
            connections.close_all()

    for _ in range(5):
        User.objects.all().delete()
        with ThreadPoolExecutor(2) as pool:
            assert set(pool.map(come, range(2))) == {User.objects.get()}
        assert CalendarEvent.objects.count() == len(SAMPLE)


def test_other_rooms_may_furnish_the_demo_account(db: None, settings: Any) -> None:
    settings.DEMO_ACCOUNT_HOOKS = ["tests.site.hooked.greet"]
    assert demo_account().first_name == "Greeted"


def test_a_new_link_sweeps_up_those_that_no_longer_work(link: str) -> None:
    EnterLink.use(link.rpartition("/")[2])
    EnterLink.make(demo_account())
    assert EnterLink.objects.count() == 1
