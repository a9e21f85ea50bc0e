"""Requests on their way to one server, over connections that are used again."""

import asyncio
import ssl
from urllib.parse import urlsplit

import aiohttp
import httpx2
from yarl import URL

from conversations.llm.network.body import Body
from conversations.llm.network.failures import translated

# As many as the SDK allows itself: every running turn holds one.
MOST_CONNECTIONS = 1000
# Gateways add long headers of their own.
LONGEST_HEADER = 64 * 1024
# What aiohttp would add by itself; what is sent is the SDK's business.
UNASKED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

Times = dict[str, float | None]


class Network(httpx2.AsyncBaseTransport):
    """Sends requests straight to their server or through `proxy`; follows no redirect, unpacks nothing."""

    def __init__(self, *, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._session = self._session or _session(request.url.scheme, self._proxy)
        times: Times = request.extensions.get("timeout", {})
        try:
            async with asyncio.timeout(_longest(times)):
                with translated():
                    response = await _send(self._session, request, times)
        except TimeoutError as error:
            raise httpx2.WriteTimeout("The server did not take the request.") from error
        return httpx2.Response(response.status, headers=list(response.raw_headers), stream=Body(response))

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()


def _session(scheme: str, proxy: str | None) -> aiohttp.ClientSession:
    # To read whom to trust takes a fortieth of a second, which a server beside this one need not cost.
    is_encrypted = "https" in (scheme, urlsplit(proxy or "").scheme)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ssl=_trust() if is_encrypted else True),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=UNASKED,
        auto_decompress=False,
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
        proxy=proxy,
    )


def _trust() -> ssl.SSLContext:
    """Trust what this machine trusts, as httpx2 does."""
    context = httpx2.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _longest(times: Times) -> float | None:
    """Return when to give up: aiohttp itself waits for ever for a server that reads no request."""
    limits = (times.get("connect"), times.get("write"), times.get("read"))
    return None if None in limits else sum(limit or 0 for limit in limits)


async def _send(
    session: aiohttp.ClientSession, request: httpx2.Request, times: Times
) -> aiohttp.ClientResponse:
    encoding = request.headers.encoding
    return await session.request(
        request.method,
        # A name and password in the address would quarrel with the SDK's own Authorization.
        URL(str(request.url.copy_with(userinfo=b"", fragment=None)), encoded=True),
        headers=[(name.decode(encoding), value.decode(encoding)) for name, value in request.headers.raw],
        data=request.stream,
        allow_redirects=False,
        timeout=aiohttp.ClientTimeout(connect=times.get("connect"), sock_read=times.get("read")),
    )
