"""Who may use an enter link: someone at this very machine, with nothing in between."""

from functools import wraps
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

FORWARDING = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


class EnterView(Protocol):
    def __call__(self, request: HttpRequest, token: str) -> HttpResponse: ...


def only_from_this_machine(view: EnterView) -> EnterView:
    """Hide the view from everybody else: a proxy on this machine is a loopback peer too, but it says so."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        if not (settings.IS_LOCAL and _is_direct(request) and _is_loopback(request)):
            raise Http404
        return view(request, token)

    return guarded


def _is_direct(request: HttpRequest) -> bool:
    return not any(name in FORWARDING or name.startswith("HTTP_X_FORWARDED") for name in request.META)


def _is_loopback(request: HttpRequest) -> bool:
    # An attacker's name that resolves to 127.0.0.1 leads here too: the Host itself must be loopback.
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return (host == "localhost" or _is_loopback_address(host)) and _is_loopback_address(
        request.META["REMOTE_ADDR"]
    )


def _is_loopback_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
