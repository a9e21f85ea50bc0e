"""`call_api` against a host on loopback that does its worst."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from django.core.checks import run_checks
from pytest_django import Settings

from tools import ToolError
from tools.builtin.web.addresses import Address, is_public
from tools.builtin.web.calling import call_api, send
from tools.builtin.web.fetching import NOT_PUBLIC, Fetcher
from tools.builtin.web.hosts import Hosts, missing

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def anywhere(address: Address) -> bool:
    """Let tests connect to this machine, where their host is."""
    return True


class Host:
    """A host that keeps what it was asked; `answers` says what stands at a path."""

    def __init__(self) -> None:
        self.answers: dict[str, Handler] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.port = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.raw_path, dict(request.headers), await request.read()))
        return await self.answers[request.path](request)

    def says(self, path: str, **answer: Any) -> None:
        async def say(request: web.Request) -> web.Response:
            return web.Response(**answer)

        self.answers[path] = say

    def sends_on(self, path: str, location: str, status: int = 302) -> None:
        self.says(path, status=status, headers={"Location": location})

    def at(self, path: str, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, **options: Any) -> Fetcher:
        allowed = Hosts.of([f"localhost:{self.port}"])
        return Fetcher(allowed, **{"may_connect": anywhere, **options})


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with served() as host:
        yield host


@asynccontextmanager
async def served(context: ssl.SSLContext | None = None) -> AsyncIterator[Host]:
    host = Host()
    runner = web.ServerRunner(web.Server(host.handle), shutdown_timeout=0.1)  # type: ignore[arg-type]
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        host.port = runner.addresses[0][1]
        yield host
    finally:
        await runner.cleanup()


async def refusal(fetcher: Fetcher, url: str, **options: Any) -> str:
    with pytest.raises(ToolError, match=r"\.$") as refused:
        await send(fetcher, url, options.pop("method", "GET"), **options)
    return str(refused.value)


async def test_json_is_told_as_what_it_means(host: Host) -> None:
    host.says("/items", text='{"items": [1, 2.5, null]}', content_type="application/json")
    told = await send(host.fetcher(), host.at("/items?page=2#part"), "GET", headers={"accept-language": "de"})
    assert told == {
        "status": 200,
        "address": host.at("/items?page=2"),
        "type": "application/json",
        "body": {"items": [1, 2.5, None]},
    }
    method, path, headers, body = host.asked[0]
    assert (method, path, body) == ("GET", "/items?page=2", b"")
    assert headers["Host"] == f"localhost:{host.port}"
    assert headers["Accept-Language"] == "de"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


async def test_a_post_sends_an_object_as_json_and_text_as_it_is(host: Host) -> None:
    host.says("/items", status=201, text="made")
    for body in ({"a": "ü"}, "plain ü"):
        told = await send(host.fetcher(), host.at("/items"), "POST", body=body)
        assert (told["status"], told["body"]) == (201, "made")
    (_, _, first, as_json), (_, _, second, as_text) = host.asked
    assert (first["Content-Type"], as_json.decode()) == ("application/json", '{"a": "ü"}')
    assert (second["Content-Type"], as_text.decode()) == ("text/plain; charset=utf-8", "plain ü")


async def test_an_error_of_the_host_is_an_answer_too(host: Host) -> None:
    host.says("/", status=404, text="<h1>Nothing</h1>", content_type="text/html")
    told = await send(host.fetcher(), host.at("/"), "GET")
    assert (told["status"], told["body"]) == (404, "<h1>Nothing</h1>")


@pytest.mark.parametrize(
    ("raw", "type_", "told"),
    [
        ("ä".encode("latin-1"), "text/plain; charset=latin-1", "ä"),
        (b"\xff", "text/plain; charset=klingon", "\ufffd"),
        (b"616263", "text/plain; charset=hex", "616263"),
        (b"{broken", "application/json", "{broken"),
        (b"[" * 100_000, "application/json", "[" * 100_000),
        (b'{"a": NaN}', "application/problem+json", {"a": "NaN"}),
        (b"", "image/png", ""),
    ],
)
async def test_text_is_told_whatever_its_host_says_of_it(
    host: Host, raw: bytes, type_: str, told: object
) -> None:
    host.says("/", body=raw, headers={"Content-Type": type_})
    assert (await send(host.fetcher(), host.at("/"), "GET"))["body"] == told


async def test_what_is_no_text_is_refused(host: Host) -> None:
    host.says("/picture", body=b"\x89PNG", content_type="image/png")
    host.says("/disguised", body=b"MZ\0\0", content_type="text/plain")
    assert "200 with image/png of 4 bytes, which is no text" in await refusal(
        host.fetcher(), host.at("/picture")
    )
    assert "which is no text" in await refusal(host.fetcher(), host.at("/disguised"))


async def test_an_answer_without_end_is_refused(host: Host) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65536)

    host.answers["/"] = endless
    assert "longer than 256 KB" in await refusal(host.fetcher(), host.at("/"))


async def test_an_answer_that_swells_when_unpacked_is_refused(host: Host) -> None:
    bomb = gzip.compress(b"x" * 200_000_000)
    host.says("/", body=bomb, headers={"Content-Type": "text/plain", "Content-Encoding": "gzip"})
    assert "longer than 256 KB" in await refusal(host.fetcher(), host.at("/"))


@pytest.mark.parametrize("headers", [{"X": "y" * 100_000}, {f"X-{n}": "y" * 8000 for n in range(500)}])
async def test_headers_without_end_are_refused(host: Host, headers: dict[str, str]) -> None:
    host.says("/", headers=headers)
    assert "cannot be read" in await refusal(host.fetcher(), host.at("/"))


async def test_a_silent_host_is_left(host: Host) -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    host.answers["/"] = silent
    assert "within 0.2 seconds" in await refusal(host.fetcher(seconds=0.2), host.at("/"))


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
)
async def test_what_is_no_http_is_a_sentence(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(said)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        name = f"localhost:{server.sockets[0].getsockname()[1]}"
        fetcher = Fetcher(Hosts.of([name]), may_connect=anywhere)
        assert "answer cannot be read" in await refusal(fetcher, f"http://{name}/")


async def test_a_redirect_within_the_allowed_hosts_is_followed(host: Host) -> None:
    host.sends_on("/old", "/new?x=1")
    host.says("/new", text="here")
    told = await send(host.fetcher(), host.at("/old"), "GET")
    assert (told["address"], told["body"]) == (host.at("/new?x=1"), "here")


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST")])
async def test_a_redirected_post_is_sent_again_only_where_the_host_asks_for_that(
    host: Host, status: int, method: str
) -> None:
    host.sends_on("/old", "/new", status)
    host.says("/new", text="here")
    await send(host.fetcher(), host.at("/old"), "POST", body={"a": 1})
    assert [(asked[0], asked[3]) for asked in host.asked] == [
        ("POST", b'{"a": 1}'),
        (method, b'{"a": 1}' if method == "POST" else b""),
    ]


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://other.example/", "The host other.example is not allowed"),
        ("http://127.0.0.1/", "The host 127.0.0.1 is not allowed"),
        ("//169.254.169.254/latest/meta-data", "The host 169.254.169.254 is not allowed"),
        ("http://localhost:1/", "The port 1 of localhost is not allowed"),
        ("file:///etc/passwd", "Only addresses that begin with http"),
        ("gopher://localhost/", "Only addresses that begin with http"),
        ("http://user@localhost/", "user's name"),
        ("http://[bad", "cannot be read"),
    ],
)
async def test_a_redirect_to_elsewhere_is_refused(host: Host, location: str, words: str) -> None:
    host.sends_on("/", location)
    fetcher = Fetcher(Hosts.of([f"localhost:{host.port}", "localhost"]), may_connect=anywhere)
    assert words in await refusal(fetcher, host.at("/"))
    assert len(host.asked) == 1


async def test_redirects_in_a_circle_end(host: Host) -> None:
    host.sends_on("/", "/")
    assert "more than 5 times" in await refusal(host.fetcher(), host.at("/"))
    assert len(host.asked) == 6


async def test_a_name_that_leads_to_this_machine_is_not_asked(host: Host) -> None:
    assert await refusal(host.fetcher(may_connect=is_public), host.at("/")) == NOT_PUBLIC
    assert host.asked == []


async def test_each_connection_is_judged_by_the_address_it_goes_to(host: Host) -> None:
    """A name that means another address at the second time gains nothing by it."""
    host.sends_on("/", "/again")
    host.says("/again", text="secret")
    judged: list[Address] = []

    def only_once(address: Address) -> bool:
        judged.append(address)
        return ip_address("127.0.0.1") not in judged[:-1]

    assert await refusal(host.fetcher(may_connect=only_once), host.at("/")) == NOT_PUBLIC
    assert [asked[1] for asked in host.asked] == ["/"]


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "①②⑦.0.0.1"]
)
async def test_a_private_address_is_not_asked_even_where_staff_allow_it(host: Host, name: str) -> None:
    fetcher = Fetcher(Hosts.of([f"{name}:{host.port}"]))
    await refusal(fetcher, host.at("/", name))
    assert host.asked == []


async def test_a_name_without_an_address_is_a_sentence() -> None:
    fetcher = Fetcher(Hosts.of(["nothing.invalid"]))
    assert await refusal(fetcher, "http://nothing.invalid/") == "The host's name has no address."


async def test_a_port_where_nobody_listens_is_a_sentence(host: Host) -> None:
    fetcher = Fetcher(Hosts.of(["localhost:1"]), may_connect=anywhere)
    assert await refusal(fetcher, "http://localhost:1/") == "The host cannot be reached."


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_out_in_the_world(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::200e"])
def test_addresses_that_are_out_in_the_world(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://other.example/", "The host other.example is not allowed. Allowed are: api.example.org"),
        ("https://api.example.org.evil.example/", "is not allowed"),
        ("https://evilapi.example.org/", "is not allowed"),
        ("https://example.com/", "is not allowed"),
        ("https://api.example.org./", "is not allowed"),
        ("https://[::1]/", "is not allowed"),
        ("https://api.example.org:8080/", "The port 8080 of api.example.org is not allowed"),
        ("http://api.example.org:443/", "The port 443 of api.example.org is not allowed"),
        ("https://api.example.org:0/", "can be asked"),
        ("https://api.example.org:99999/", "cannot be read"),
        ("https://user:password@api.example.org/", "user's name or a password"),
        ("https://api.example.org@other.example/", "user's name or a password"),
        ("https://other.example\\@api.example.org/", "backslashes"),
        ("https://api.example.org/\r\nX: y", "control characters"),
        ("https://api.example.org/a b", "blanks"),
        ("ftp://api.example.org/", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("//api.example.org/", "http:// or https://"),
        ("api.example.org", "http:// or https://"),
        ("https://", "http:// or https://"),
        ("https://[", "cannot be read"),
        ("https://api.example.org/" + "x" * 2000, "longer than 2,000"),
    ],
)
async def test_an_address_that_is_not_allowed_is_a_sentence(url: str, words: str) -> None:
    fetcher = Fetcher(Hosts.of(["api.example.org", "*.example.com"]), may_connect=anywhere)
    assert words in await refusal(fetcher, url)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("API.Example.org", "https://api.example.org/x"),
        ("*.example.com", "http://a.b.example.com"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("api.example.org:8443", "https://API.example.org:8443/?a=%20b"),
    ],
)
def test_names_are_compared_as_the_network_does(allowed: str, url: str) -> None:
    assert Hosts.of([allowed]).checked(url).path in ("/", "/x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"headers": {"Authorization": "Bearer x"}}, "The header 'Authorization' is not allowed"),
        ({"headers": {"Host": "other.example"}}, "The header 'Host' is not allowed"),
        ({"headers": {"Cookie": "a=b"}}, "The header 'Cookie' is not allowed"),
        ({"headers": {"Accept": "a\r\nHost: b"}}, "plain text"),
        ({"headers": {"Accept": "x" * 501}}, "at most 500 characters"),
        ({"body": {"a": 1}}, "A GET has no body"),
        ({"method": "POST", "body": "x" * 100_001}, "longer than 100,000 bytes"),
    ],
)
async def test_what_may_not_be_sent_is_a_sentence(host: Host, options: dict[str, Any], words: str) -> None:
    assert words in await refusal(host.fetcher(), host.at("/"), **options)
    assert host.asked == []


@pytest.mark.skipif(not shutil.which("openssl"), reason="nothing here makes a certificate")
async def test_a_certificate_is_asked_for_the_hosts_name(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    options += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        ["openssl", "req", "-x509", *options, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)
    async with served(context) as host:
        host.says("/", text="safe")
        url = f"https://localhost:{host.port}/"
        assert "no certificate that is trusted" in await refusal(host.fetcher(), url)
        trusting = host.fetcher(trust=lambda: ssl.create_default_context(cafile=certificate))
        assert (await send(trusting, url, "GET"))["body"] == "safe"
        host.sends_on("/", f"http://localhost:{host.port}/")
        assert "without encryption" in await refusal(trusting, url)
    assert set(names) == {"localhost"}


async def test_the_tool_asks_no_host_that_is_not_set(settings: Settings) -> None:
    settings.ALLOWED_API_HOSTS = ["api.example.org"]
    assert missing() == ""
    with pytest.raises(ToolError, match="The host localhost is not allowed"):
        await call_api("http://localhost/")
    settings.ALLOWED_API_HOSTS = []
    assert "ALLOWED_API_HOSTS" in missing()


@pytest.mark.parametrize(
    "name", ["https://api.example.org", "api.example.org/path", "*", "a b", "[::1]", "u@h"]
)
def test_a_host_that_is_none_is_told_at_start_up(settings: Settings, name: str) -> None:
    settings.ALLOWED_API_HOSTS = [name]
    assert [message.id for message in run_checks(tags=["tools"])] == ["tools.E014"]
    assert "but must be names such as" in missing()
