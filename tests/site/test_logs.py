"""What the log of a real server does not say, however it is brought to say it."""

import signal
from collections.abc import Callable
from urllib.parse import unquote

from tests.site.processes import Server
from tests.site.redis import Redis
from tests.site.secrets import NEVER_SAID, PASSWORD_IN_ADDRESS, SETTINGS

Start = Callable[..., Server]
HOOKED = {"DJANGO_SETTINGS_MODULE": "tests.site.hooked_settings", "LOG_LEVEL": "DEBUG"}
SECRETS = [secret.removeprefix("Bearer ").removeprefix("/enter/") for secret in NEVER_SAID.values()]


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_the_secrets_are_ones_that_would_be_found() -> None:
    assert secrets_in(" ".join(NEVER_SAID.values())) == SECRETS


def test_messages_arguments_and_tracebacks_are_masked(start: Start) -> None:
    server = start(**HOOKED, **SETTINGS, DRAINING="fail_with_all_secrets")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    assert server.code() == 0
    logged = server.errors.read_text()
    for said in ("A message with", "An argument:", "ValueError:", "RuntimeError:", "[secret removed]"):
        assert said in logged
    assert "[card number ending in 1111]" in logged
    assert secrets_in(logged) == []


def test_the_last_words_of_a_server_that_cannot_start_are_masked(start: Start) -> None:
    server = start(**HOOKED, **SETTINGS, STARTING="fail_with_all_secrets", DRAINING="drain")
    assert server.code() == 1
    logged = server.errors.read_text()
    assert "This program failed." in logged
    assert "RuntimeError:" in logged
    assert secrets_in(logged) == []


def test_a_password_in_an_address_is_masked_as_it_is_and_as_it_is_written(start: Start, redis: Redis) -> None:
    password = unquote(PASSWORD_IN_ADDRESS)
    saying = f"{PASSWORD_IN_ADDRESS} and {password}"
    server = start(**HOOKED, REDIS_URL=redis.url, SAYING=saying, DRAINING="say")
    assert server.line() == "started"
    server.link()
    server.signal(signal.SIGTERM)
    server.code()
    logged = server.errors.read_text()
    assert "What was said: [secret removed] and [secret removed]" in logged
    assert PASSWORD_IN_ADDRESS not in logged
    assert password not in logged
