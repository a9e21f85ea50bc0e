"""How a server starts, and how it leaves."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from django.core.management import CommandError, call_command

from chatsite.serving.address import free_address
from tests.site.processes import PLAIN, Server, manage

Start = Callable[..., Server]
HOOKED = "tests.site.hooked_settings"


@pytest.mark.parametrize(
    ("host", "number"),
    [("127.0.0.2", signal.SIGINT), ("0.0.0.0", signal.SIGTERM), ("localhost", signal.SIGTERM)],
)
def test_the_link_works_at_the_host_that_was_asked_for_and_a_signal_ends_the_server_cleanly(
    start: Start, host: str, number: signal.Signals
) -> None:
    server = start("--host", host)
    assert httpx2.post(server.link()).status_code == 302
    server.signal(number)
    assert server.code() == 0
    assert "Traceback" not in server.errors.read_text()


def test_the_first_start_makes_the_database(tmp_path: Path) -> None:
    server = Server(var=tmp_path)
    try:
        assert httpx2.get(server.link()).status_code == 200
    finally:
        server.close()


def test_a_second_server_on_the_same_files_is_refused(running: Start) -> None:
    first = running(**PLAIN)
    second = manage("serve", "--port", "0", var=first.var)
    assert second.returncode == 1
    assert f"already runs on the files in {first.var}, at {first.origin()}." in second.stderr
    assert "Traceback" not in second.stderr


def test_the_files_are_free_again_after_a_crash(start: Start) -> None:
    server = start()
    server.link()
    server.signal(signal.SIGKILL)
    server.code()
    assert start().link()


def test_a_port_in_use_is_a_sentence(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = manage("serve", "--port", str(port), var=var)
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be listened on (address already in use)." in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [("127.0.0.1", 70000, "70000 is not a port"), ("no.such.host.invalid", 0, "cannot be listened on")],
)
def test_an_address_that_cannot_be_had_is_a_sentence(host: str, port: int, sentence: str) -> None:
    assert sentence in str(free_address(host, port))


def test_hooks_run_first_and_last_and_one_that_breaks_is_logged_and_keeps_no_other_from_running(
    start: Start,
) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="drain_badly,drain")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.line() == "drained"
    assert server.code() == 0
    assert "ValueError: a hook broke" in server.errors.read_text()


def test_neither_a_hook_nor_a_thread_that_never_ends_holds_the_server(start: Start) -> None:
    server = start(
        DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="leave_a_thread_behind,drain_for_ever", DRAIN_SECONDS="0.1"
    )
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.line() == "left"
    assert server.line() == "draining"
    assert server.code() == 0
    assert "Leaving, although not all was done" in server.errors.read_text()


def test_a_blocked_loop_does_not_hold_the_server(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="block", DRAIN_SECONDS="0.1")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGINT)
    assert server.code() == 1


def test_a_second_ctrl_c_ends_the_server_at_once(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="drain_for_ever", DRAIN_SECONDS="3600")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGINT)
    assert server.line() == "draining"
    server.signal(signal.SIGINT)
    assert server.code() == 130


def test_runserver_points_to_serve() -> None:
    with pytest.raises(CommandError, match="served by `manage"):
        call_command("runserver")
