"""Which pages may come in as the person whose browser shows them, at both doors: sockets and forms."""

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.site.processes import PLAIN, Server

Running = Callable[..., Server]
PROXIED = {"HTTPS": "true", "TRUSTED_PROXY": "true", "PUBLIC_URL": "https://chat.example.org"}
REFUSED = (400, 403)  # by the websocket library, which reads the header too, or by the site
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def handshake(url: str, *headers: tuple[str, str]) -> int:
    """Ask for a socket, and return the status that came: 101 is a socket, 403 a refusal."""
    where = urlsplit(url)
    lines = ["GET /live/ HTTP/1.1", *(f"{name}: {value}" for name, value in (*UPGRADE.items(), *headers))]
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(raw.makefile("rb").readline().split()[1])


def form(url: str, **headers: str) -> int:
    """Send a form as a page does that could read the site's cookies, and return the status that came."""
    secure = {"X-Forwarded-Proto": "https"} | {"Host": headers["Host"]} if "Host" in headers else {}
    page = httpx2.get(f"{url}/sign-in/", headers=secure)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]
    cookies = {"Cookie": page.headers["set-cookie"].partition(";")[0]}
    sent = {"csrfmiddlewaretoken": token, "username": "alice", "password": "wrong"}
    return httpx2.post(f"{url}/sign-in/", data=sent, headers={**secure, **cookies, **headers}).status_code


def test_the_site_itself_comes_in_and_another_port_of_its_host_does_not(running: Running) -> None:
    url = running(**PLAIN).origin()
    host, port = urlsplit(url).netloc, urlsplit(url).port or 0
    for door in (handshake_from, form_from):
        assert door(url, f"http://{host}", host) in (101, 200)
        for foreign in (
            f"http://127.0.0.1:{port + 1}",
            "http://127.0.0.1",
            f"http://localhost:{port}",
            f"http://{host}.evil.example",
            f"http://evil.example@{host}",
            "null",
            "http://[::1",
            f"http://127.0.0.1:{port}x",
        ):
            assert door(url, foreign, host) in REFUSED, foreign


def handshake_from(url: str, origin: str, host: str) -> int:
    return handshake(url, ("Host", host), ("Origin", origin))


def form_from(url: str, origin: str, host: str) -> int:
    return form(url, Origin=origin)


def test_a_page_without_an_origin_or_with_two_gets_no_socket(running: Running) -> None:
    url = running(**PLAIN).origin()
    host = urlsplit(url).netloc
    assert handshake(url, ("Host", host)) == 403
    assert handshake(url, ("Host", host), ("Origin", url), ("Origin", "http://evil.example")) in REFUSED


def test_a_name_that_was_made_to_lead_here_gets_no_socket(running: Running) -> None:
    url = running(**PLAIN).origin()
    host = f"evil.example:{urlsplit(url).port}"
    assert handshake(url, ("Host", host), ("Origin", f"http://{host}")) == 403


def test_who_is_refused_is_logged_for_the_operator(running: Running) -> None:
    server = running(**PLAIN)
    url = server.origin()
    assert handshake(url, ("Host", urlsplit(url).netloc), ("Origin", "http://localhost:3000")) == 403
    assert "A socket was refused: its page is from 'http://localhost:3000'" in server.errors.read_text()


@pytest.mark.parametrize("host", ["chat.example.org", "chat.example.org:443"])
def test_behind_a_proxy_the_public_address_comes_in(running: Running, host: str) -> None:
    url = running(**PROXIED).origin()
    forwarded = {"X-Forwarded-Proto": "https", "Host": host}
    assert handshake(url, ("Host", host), ("Origin", PROXIED["PUBLIC_URL"])) == 101
    assert form(url, Origin=PROXIED["PUBLIC_URL"], **forwarded) == 200
    for foreign in ("http://chat.example.org", "https://chat.example.org:8443", "https://example.org"):
        assert handshake(url, ("Host", host), ("Origin", foreign)) == 403
        assert form(url, Origin=foreign, **forwarded) == 403


def test_a_proxy_that_hides_the_host_still_lets_the_public_address_have_sockets(running: Running) -> None:
    url = running(**PROXIED).origin()
    assert handshake(url, ("Host", "app:8000"), ("Origin", PROXIED["PUBLIC_URL"])) == 101
    assert handshake(url, ("Host", "app:8000"), ("Origin", "https://app:8000")) == 403


def test_a_forwarded_host_is_believed_at_no_door(running: Running) -> None:
    url = running(**PROXIED).origin()
    host, claimed = "elsewhere.example", ("X-Forwarded-Host", "chat.example.org")
    assert handshake(url, ("Host", host), claimed, ("Origin", f"https://{host}")) == 403
    headers = {"Host": host, "X-Forwarded-Proto": "https", claimed[0]: claimed[1]}
    assert httpx2.get(f"{url}/sign-in/", headers=headers).status_code == 400
