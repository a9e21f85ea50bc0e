"""What machines that watch a server are told, and who may read its numbers."""

import json
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from django.test import Client

from chatsite.accounts.models import User
from tests.site.processes import PLAIN, TELLING, TOKEN, Server, manage
from tests.site.redis import Redis, a_redis
from tests.site.waiting import PATIENCE, until

Start = Callable[..., Server]
Running = Callable[..., Server]
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def faults(url: str) -> dict[str, str]:
    """Ask once whether a server is ready; {} where it is."""
    answer = httpx2.get(f"{url}/readyz", timeout=PATIENCE)
    said = answer.json()
    assert answer.status_code == (200 if said["ready"] else 503)
    assert said["ready"] is (said["faults"] == {})
    return dict(said["faults"])


def test_only_reading_probes_are_answered(running: Running) -> None:
    assert httpx2.post(f"{running(**PLAIN).origin()}/healthz").status_code == 404


def test_a_server_that_leaves_lives_but_is_not_ready(start: Start) -> None:
    server = start(
        DJANGO_SETTINGS_MODULE="tests.site.hooked_settings", DRAINING="drain_for_ever", DRAIN_SECONDS="3600"
    )
    assert server.line() == "started"
    url = server.origin()
    assert faults(url) == {"turns": "Nothing here takes turns."}
    server.signal(signal.SIGTERM)
    assert server.line() == "draining"
    assert faults(url)["process"] == "This process is leaving."
    assert httpx2.get(f"{url}/healthz").status_code == 200
    server.signal(signal.SIGTERM)
    server.code()


def test_a_database_that_breaks_or_falls_behind_is_named_without_what_it_said(
    start: Start, var: Path
) -> None:
    server = start()
    url = server.origin()
    assert faults(url) == {}
    with closing(sqlite3.connect(var / "clearcall.sqlite3", isolation_level=None)) as rows:
        rows.execute("ALTER TABLE django_migrations RENAME COLUMN applied TO secret_column")
        until(lambda: faults(url).get("database") == "It failed (OperationalError).")
        rows.execute("ALTER TABLE django_migrations RENAME COLUMN secret_column TO applied")
        rows.execute("DELETE FROM django_migrations WHERE app = 'conversations'")
        until(lambda: "manage.py migrate" in faults(url).get("database", ""))
    assert "Not ready: database: It failed (OperationalError)." in server.errors.read_text()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """Have one that each test leaves as it found it: there."""
    yield from a_redis(tmp_path_factory.mktemp("redis"))


def test_a_redis_that_dies_is_named_until_it_is_back(running: Running, redis: Redis) -> None:
    server = running(REDIS_URL=redis.url)
    url = server.origin()
    assert faults(url) == {}
    redis.stop()
    until(lambda: "news" in faults(url))
    assert "redis.sock" not in faults(url)["news"]
    redis.start()
    until(lambda: faults(url) == {})
    assert "Ready again: news" in server.errors.read_text()


def test_a_redis_that_hangs_is_named_until_it_goes_on(running: Running, redis: Redis) -> None:
    url = running(REDIS_URL=redis.url).origin()
    assert faults(url) == {}
    redis.process.send_signal(signal.SIGSTOP)
    until(lambda: "news" in faults(url))
    assert httpx2.get(f"{url}/healthz").status_code == 200
    redis.process.send_signal(signal.SIGCONT)
    until(lambda: faults(url) == {})


def test_the_numbers_are_for_who_bears_the_token(running: Running) -> None:
    url = running(**TELLING).origin()
    answer = httpx2.get(f"{url}/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'clearcall_turns_open{state="queued"} 0.0' in answer.text
    for wrong in ("Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"):
        refused = httpx2.get(f"{url}/metrics", headers={b"Authorization": wrong.encode()})
        assert refused.status_code == 403
        assert "clearcall_" not in refused.text
    assert httpx2.get(f"{url}/metrics").status_code == 404


def test_without_a_token_an_empty_one_opens_nothing(running: Running) -> None:
    url = running(**PLAIN).origin()
    for empty in ("Bearer", ""):
        assert httpx2.get(f"{url}/metrics", headers={"Authorization": empty}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_numbers_are_for_staff_too(client: Client, alice: User, charlie: User) -> None:
    assert client.get("/metrics").status_code == 404
    client.force_login(alice)
    assert client.get("/metrics").status_code == 404
    client.force_login(charlie)
    assert "clearcall_sockets_open" in client.get("/metrics").content.decode()


def test_a_turn_is_counted_and_timed(running: Running) -> None:
    server = running(**TELLING)
    url = server.origin()
    asked = manage("ask", "What is 12 * 12?", "--user", "demo", "--json", var=server.var)
    assert asked.returncode == 0, asked.stderr
    trace = json.loads(asked.stdout)
    text = httpx2.get(f"{url}/metrics", headers=BEARER).text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    replies = [message for message in trace["messages"] if message["role"] == "assistant"]
    assert numbers['clearcall_turns_ended_total{ending="answered",state="completed"}'] == "1.0"
    assert numbers['clearcall_tool_seconds_count{outcome="succeeded",tool="calculate"}'] == "1.0"
    assert float(numbers["clearcall_first_token_seconds_count"]) == len(replies) == 2
    assert float(numbers["clearcall_characters_total"]) >= sum(len(reply["text"]) for reply in replies)
    assert float(numbers["clearcall_frame_delay_seconds_count"]) > 0
    assert numbers["clearcall_turns_running"] == "0.0"
    assert numbers["clearcall_rows_read"] == "1.0"
