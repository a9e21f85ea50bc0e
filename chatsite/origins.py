"""Which pages may open a socket: those of this very site, port and all.

A browser sends the cookies of a host to all its ports, so that another program's page on this machine would
otherwise come in as the person. Forms are guarded by Django, which compares in the same way.
"""

import logging
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host

from conversations.application import Application, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}

log = logging.getLogger("clearcall.access")


class OwnOriginsOnly:
    """Refuses the handshake of every page that is not the site's own."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin, host = _header(scope, b"origin"), _header(scope, b"host")
        if not is_own(origin, host):
            log.info("A socket was refused: its page is from %r, but this is %r.", origin, host)
            await WebsocketDenier()(scope, receive, send)
            return
        await self._application(scope, receive, send)


def is_own(origin: str, host: str) -> bool:
    """Say whether a page from `origin` may use the site, which it addressed as `host`."""
    page = _parts(origin)
    if page is None or (settings.HTTPS and page.scheme != "https"):
        return False
    if any(
        _place(page) == _place(trusted) for trusted in map(_parts, settings.CSRF_TRUSTED_ORIGINS) if trusted
    ):
        return True
    # The scheme is the page's: behind a proxy nothing else says by which one it was reached.
    here = _parts(f"{page.scheme}://{host}")
    # Without the list, any name that an attacker lets resolve to this machine would be its own origin.
    return (
        here is not None
        and _place(page) == _place(here)
        and validate_host(_bracketed(here.hostname or ""), settings.ALLOWED_HOSTS)
    )


def _header(scope: Scope, name: bytes) -> str:
    """Return the header's value; "" where it lacks or is there twice, for then somebody plays tricks."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1") if len(values) == 1 else ""


def _parts(origin: str) -> SplitResult | None:
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    fits = parts.scheme in DEFAULT_PORTS and parts.hostname and port != 0 and not parts.username
    return parts if fits else None


def _place(origin: SplitResult) -> tuple[str, str, int]:
    return origin.scheme, origin.hostname or "", origin.port or DEFAULT_PORTS[origin.scheme]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
