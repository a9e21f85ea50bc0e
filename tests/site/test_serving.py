"""How a server starts, and how it leaves."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.site.processes import Server, manage

Start = Callable[..., Server]
HOOKED = "tests.site.hooked_settings"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(start: Start, number: signal.Signals) -> None:
    server = start()
    server.link()
    server.signal(number)
    assert server.code() == 0
    assert "Traceback" not in server.errors.read_text()


def test_the_first_start_makes_the_database(tmp_path: Path) -> None:
    server = Server(var=tmp_path)
    try:
        assert httpx2.get(server.link()).status_code == 200
    finally:
        server.close()


def test_a_second_server_on_the_same_files_is_refused(start: Start, var: Path) -> None:
    link = start().link()
    second = manage("serve", "--port", "0", var=var)
    assert second.returncode == 1
    assert f"already runs on the files in {var}, at {link.partition('/enter/')[0]}." in second.stderr
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
    ("arguments", "sentence"),
    [
        (("--port", "70000"), "70000 is not a port"),
        (("--host", "no.such.host.invalid"), "cannot be listened on"),
    ],
)
def test_an_address_that_cannot_be_had_is_a_sentence(
    var: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    refused = manage("serve", *arguments, var=var)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_hooks_run_before_the_server_is_ready_and_before_it_leaves(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="drain")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.line() == "drained"
    assert server.code() == 0


def test_a_hook_that_breaks_is_logged_and_keeps_no_other_from_running(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="drain_badly,drain")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.line() == "drained"
    assert server.code() == 0
    assert "ValueError: a hook broke" in server.errors.read_text()


def test_the_server_does_not_wait_for_ever(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="drain_for_ever", DRAIN_SECONDS="0.1")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.code() == 0
    assert "Leaving, although not all was done" in server.errors.read_text()


def test_a_thread_that_never_ends_does_not_hold_the_server(start: Start) -> None:
    server = start(DJANGO_SETTINGS_MODULE=HOOKED, DRAINING="leave_a_thread_behind")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGINT)
    assert server.line() == "left"
    assert server.code() == 0


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


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0", "localhost"])
def test_the_link_works_at_the_host_that_was_asked_for(start: Start, host: str) -> None:
    link = start("--host", host).link()
    assert httpx2.post(link).status_code == 302


def test_runserver_points_to_serve(var: Path) -> None:
    assert "served by `manage.py serve`" in manage("runserver", var=var).stderr
