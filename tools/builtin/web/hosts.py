"""Which hosts staff allow, and what an address must look like to lead to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from yarl import URL

from tools import ToolError, defaults

NOT_SET_UP = "No host may be asked yet. Staff can allow some in ALLOWED_API_HOSTS."
LONGEST_ADDRESS = 2_000
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names such as `api.example.org`, `*.example.org` (all below it) or `api.example.org:8443`."""

    allowed: tuple[str, ...]

    @classmethod
    def of(cls, written: Sequence[str]) -> "Hosts":
        return cls(tuple(filter(None, map(_normal, written))))

    def checked(self, address: str) -> URL:
        """Read an address that is allowed; ToolError says what is wrong with any other."""
        url = _read(address)
        host, port = url.raw_host or "", url.port
        if port == PORTS[url.scheme] and self._allow(host):
            return url
        if self._allow(f"{host}:{port}"):
            return url
        if self._allow(host):
            raise ToolError(f"The port {port} of {host} is not allowed. Leave it out.")
        known = ", ".join(self.allowed[:20])
        raise ToolError(f"The host {host[:100]} is not allowed. Allowed are: {known}. Staff can add others.")

    def _allow(self, host: str) -> bool:
        return host in self.allowed or any(
            host.endswith(name[1:]) for name in self.allowed if name.startswith("*.")
        )


def problem() -> str:
    """Say which of the hosts that are set is none, or ""."""
    wrong = next((name for name in defaults.allowed_api_hosts() if not _normal(name)), "")
    return (
        f"ALLOWED_API_HOSTS names {wrong!r}, but must be names such as api.example.org or *.example.org, "
        "without a scheme and a path."
        if wrong
        else ""
    )


def missing() -> str:
    """Say why there is no host to ask, or ""."""
    return "" if Hosts.of(defaults.allowed_api_hosts()).allowed else problem() or NOT_SET_UP


def _read(address: str) -> URL:
    if len(address) > LONGEST_ADDRESS:
        raise ToolError(f"The address is longer than {LONGEST_ADDRESS:,} characters.")
    if any(ord(character) <= 32 or ord(character) == 127 or character == "\\" for character in address):
        raise ToolError("The address has blanks, control characters or backslashes. Encode them.")
    try:
        url = URL(address)
        host = url.raw_host
        port = url.port
    except (ValueError, UnicodeError) as error:
        raise ToolError(
            "The address cannot be read. Write one such as https://api.example.org/path."
        ) from error
    if url.scheme not in PORTS or not host or not port:
        raise ToolError("Only addresses that begin with http:// or https:// and name a host can be asked.")
    if url.raw_user is not None or url.raw_password is not None or "@" in url.raw_authority:
        raise ToolError("The address has a user's name or a password in it. Leave them out.")
    return url.with_fragment(None)


def _normal(name: str) -> str:
    """Write a host as addresses do: lower case, punycode; "" where it is none."""
    below, name = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    try:
        url = URL(f"https://{name}")
        plain = "/" not in name and url.raw_user is None and not (url.raw_query_string or url.fragment)
        host = url.raw_host or ""
        port = f":{url.explicit_port}" if url.explicit_port else ""
    except (ValueError, UnicodeError):
        return ""
    return f"{below}{host}{port}" if host and plain and not set("/:* ") & set(host) else ""
