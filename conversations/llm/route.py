"""The way to the model's server: straight there, or through the proxy that the environment names."""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

# As many as the SDK allows itself: every running turn holds one.
LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)


def transport_to(base_url: str) -> httpx2.AsyncHTTPTransport:
    """Return a transport; a client that is given one leaves the environment's proxies to it."""
    return httpx2.AsyncHTTPTransport(limits=LIMITS, proxy=_proxy(base_url))


def _proxy(base_url: str) -> str | None:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _local(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _local(host: str) -> bool:
    """A model on this very machine is never behind a proxy, whatever NO_PROXY forgets to say."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
