"""What aiohttp raises, by its exact class, as what httpx2 would have raised."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx2

FAILURES: dict[type, type[httpx2.TransportError]] = {
    aiohttp.ConnectionTimeoutError: httpx2.ConnectTimeout,
    aiohttp.SocketTimeoutError: httpx2.ReadTimeout,
    aiohttp.ClientProxyConnectionError: httpx2.ProxyError,
    aiohttp.ClientHttpProxyError: httpx2.ProxyError,
    aiohttp.ClientConnectorError: httpx2.ConnectError,
    aiohttp.ClientConnectionResetError: httpx2.WriteError,
    aiohttp.ServerDisconnectedError: httpx2.RemoteProtocolError,
    aiohttp.ClientResponseError: httpx2.RemoteProtocolError,
    aiohttp.ClientPayloadError: httpx2.RemoteProtocolError,
    aiohttp.InvalidURL: httpx2.UnsupportedProtocol,
    aiohttp.NonHttpUrlClientError: httpx2.UnsupportedProtocol,
    aiohttp.ClientError: httpx2.ReadError,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise aiohttp's errors as httpx2's; the nearest class in the table decides."""
    try:
        yield
    except aiohttp.ClientError as error:
        kind = next(FAILURES[each] for each in type(error).__mro__ if each in FAILURES)
        raise kind(str(error)) from error
