"""The way to the model's server: straight there, or through the proxy that the environment names."""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from conversations.llm.errors import ModelError

NO_WEB_PROXY = (
    "The way to the model's server leads through a proxy that is no web proxy. Let HTTPS_PROXY begin with "
    "http:// or https://, or add the server to NO_PROXY."
)


def proxy_to(base_url: str) -> str | None:
    """Return the address of the proxy, if any; raise ModelError where it is no web proxy."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _local(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return _web(proxies.get(parts.scheme) or proxies.get("all"))


def _local(host: str) -> bool:
    """A model on this very machine is never behind a proxy, whatever NO_PROXY forgets to say."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _web(proxy: str | None) -> str | None:
    if not proxy:
        return None
    address = proxy if "://" in proxy else f"http://{proxy}"
    if not address.startswith(("http://", "https://")):
        raise ModelError("unreachable", NO_WEB_PROXY)
    return address
