"""How an allowed host is asked: the address of each connection is judged in the moment it is made."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import aiohttp
from yarl import URL

from tools import ToolError
from tools.builtin.web.addresses import Address, is_public, read
from tools.builtin.web.hosts import Hosts
from tools.builtin.web.messages import Request, Response
from tools.builtin.web.response import response

SECONDS = 15.0
"""For all of it, redirects too."""

MAX_REDIRECTS = 5
LONGEST_HEADER = 16 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
KEEP_THE_METHOD = {307, 308}
NOT_PUBLIC = "The host's name leads to an address that is not public, which is not asked. Name a public host."


class NotPublic(OSError):
    """Raised where a socket would be made; all have the same words, so that one stands for all."""

    def __init__(self) -> None:
        super().__init__(NOT_PUBLIC)


@cache
def trust() -> ssl.SSLContext:
    """Trust what this machine trusts; reading the certificates takes tens of milliseconds, so once."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Asks `hosts`, at addresses for which `may_connect` holds."""

    hosts: Hosts
    may_connect: Callable[[Address], bool] = is_public
    trust: Callable[[], ssl.SSLContext] = trust
    seconds: float = SECONDS

    async def fetch(self, request: Request) -> Response:
        """Follow redirects to allowed hosts; ToolError says why there is no answer."""
        try:
            async with asyncio.timeout(self.seconds), self._session() as session:
                return await self._follow(session, request)
        except TimeoutError:
            raise ToolError(f"The host did not answer within {self.seconds:g} seconds.") from None
        except aiohttp.ClientConnectorError as error:
            raise ToolError(_unreachable(error)) from error
        except aiohttp.ClientError as error:
            raise ToolError(f"The host's answer cannot be read ({type(error).__name__}).") from error

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=self.trust(), socket_factory=self._socket, use_dns_cache=False, force_close=True
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )

    def _socket(self, found: aiohttp.AddrInfoType) -> socket.socket:
        # Of the very address that is connected to next: whatever a name meant before does not count.
        family, kind, protocol, _, place = found
        address = read(str(place[0]))
        if address is None or not self.may_connect(address):
            raise NotPublic
        return socket.socket(family, kind, protocol)

    async def _follow(self, session: aiohttp.ClientSession, request: Request) -> Response:
        url, method, body = self.hosts.checked(request.address), request.method, request.body
        for _ in range(MAX_REDIRECTS + 1):
            async with session.request(
                method, url, data=body, headers=request.headers, allow_redirects=False
            ) as answer:
                if answer.status not in REDIRECTS or "Location" not in answer.headers:
                    return await response(answer)
                url = self._next(url, answer.headers["Location"])
            if answer.status not in KEEP_THE_METHOD:
                method, body = "GET", None
        raise ToolError(f"The host sent the request on more than {MAX_REDIRECTS} times.")

    def _next(self, url: URL, location: str) -> URL:
        try:
            joined = url.join(URL(location))
        except (ValueError, UnicodeError) as error:
            raise ToolError("The host sent the request on to an address that cannot be read.") from error
        if (url.scheme, joined.scheme) == ("https", "http"):
            raise ToolError(
                "The host sent the request on to an address without encryption, which is not asked."
            )
        try:
            return self.hosts.checked(str(joined))
        except ToolError as refusal:
            raise ToolError(f"The host sent the request on to another address. {refusal}") from None


def _unreachable(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error.__cause__, NotPublic):
        return NOT_PUBLIC
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "The host's name has no address."
    if isinstance(error, aiohttp.ClientSSLError):
        return "The host has no certificate that is trusted here."
    return "The host cannot be reached."
