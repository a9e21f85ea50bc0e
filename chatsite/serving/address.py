"""Where a server listens, and how people write that."""

import ipaddress
import secrets
import socket
from dataclasses import dataclass

TAKEN_MEANWHILE = "it was taken a moment ago"
# Where a free port is looked for: below those that systems give to connections, for one of these might be
# opened before the server listens.
FREE = range(20_000, 32_768)
TRIES = 20


@dataclass(frozen=True, slots=True)
class Address:
    """A host as it is listened on, and a port."""

    host: str
    port: int

    def url(self) -> str:
        return f"http://{self.bracketed()}:{self.port}"

    def bracketed(self) -> str:
        host = self.nearest()
        return f"[{host}]" if ":" in host else host

    def nearest(self) -> str:
        """Return the host that this very machine reaches the server at."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    def is_loopback(self) -> bool:
        host = self.nearest()
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def free_address(host: str, port: int) -> Address | str:
    """Return the address (port 0 becomes a free one), or a sentence that says why it cannot be had."""
    for _ in range(1 if port else TRIES):
        found = _probed(host, port or secrets.choice(FREE))
        if isinstance(found, Address):
            break
    return found


def _probed(host: str, port: int) -> Address | str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            # Two that are both bound, but do not listen yet, would not disturb each other.
            probe.listen(1)
            return Address(host, probe.getsockname()[1])
    except OSError as error:
        return cannot_listen(host, port, error.strerror or str(error))
    except OverflowError:
        return f"{port} is not a port: ports go from 0 to 65535."


def cannot_listen(host: str, port: int, reason: str) -> str:
    return f"Port {port} on {host} cannot be listened on ({reason.lower()}). Choose another one with --port."
