"""No request's body is taken in beyond a limit, whether it says how long it is or not."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from asgiref.testing import ApplicationCommunicator
from pytest_django import Settings

from chatsite.asgi import application
from tests.site.processes import PLAIN, Server

LIMIT = int(PLAIN["REQUEST_LIMIT_BYTES"])
HALF = {"type": "http.request", "body": b"x" * (LIMIT // 2), "more_body": True}


def pieces(count: int) -> Iterator[bytes]:
    return (b"x" * 1024 for _ in range(count))


def test_a_body_that_is_too_long_is_refused_with_a_sentence(running: Callable[..., Server]) -> None:
    address = f"{running(**PLAIN).origin()}/sign-in/"
    for body in (b"x" * (LIMIT + 1), pieces(65)):
        refused = httpx2.post(address, content=body)
        assert refused.status_code == 413
        assert "more than 65,536 bytes" in refused.text
    for body in (b"x" * LIMIT, pieces(64)):
        assert httpx2.post(address, content=body).status_code == 403  # read, and without a token
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send_without_end(address)
    assert httpx2.get(address).status_code == 200


def send_without_end(address: str) -> None:
    where = urlsplit(address)
    head = f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=20) as connection:
        connection.sendall(head.encode())
        for _ in range(10_000):
            connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


@pytest.mark.parametrize("headers", [[], [(b"content-length", str(LIMIT + 1).encode())]])
async def test_any_other_server_is_told_so_too(settings: Settings, headers: list[Any]) -> None:
    settings.REQUEST_LIMIT_BYTES = LIMIT
    scope = {"type": "http", "method": "POST", "path": "/sign-in/", "headers": headers, "query_string": b""}
    asked: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    for _ in range(3):
        await asked.send_input(HALF)
    assert (await asked.receive_output(timeout=10))["status"] == 413
    assert b"more than 65,536 bytes" in (await asked.receive_output(timeout=10))["body"]
    await asked.wait(timeout=10)
