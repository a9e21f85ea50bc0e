"""`call_api`: ask a host that staff allow, and tell what it says."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools import ToolError, defaults, tool
from tools.builtin.web.hosts import Hosts, missing
from tools.builtin.web.messages import Method, Request, Response

if TYPE_CHECKING:
    from tools.builtin.web.fetching import Fetcher

LONGEST_BODY = 100_000
LONGEST_VALUE = 500
HEADERS = {
    "accept",
    "accept-language",
    "content-type",
    "idempotency-key",
    "if-modified-since",
    "if-none-match",
    "x-request-id",
}
"""None that says who asks, or on whose behalf: those are not the model's to choose."""


@tool(effects="writes", missing=missing)
async def call_api(
    url: Annotated[
        str, Field(description="The whole address, such as https://api.example.org/items?page=2.")
    ],
    method: Method = "GET",
    body: Annotated[
        dict[str, Any] | list[Any] | str | None,
        Field(description="What a POST sends: an object or a list as JSON, or text as it is."),
    ] = None,
    headers: Annotated[
        dict[str, str] | None, Field(description="Such as Accept or If-None-Match; no credentials.")
    ] = None,
) -> Response:
    """Send an HTTP request to an API that staff allow, and get status, type and text or JSON back."""
    from tools.builtin.web.fetching import Fetcher  # whose library takes its time to import

    return await send(
        Fetcher(Hosts.of(defaults.allowed_api_hosts())), url, method, body=body, headers=headers
    )


async def send(
    fetcher: "Fetcher", url: str, method: Method, *, body: Any = None, headers: dict[str, str] | None = None
) -> Response:
    """Check what the model wrote, and have it sent."""
    wanted = {
        "Accept": "application/json, text/*;q=0.8",
        "User-Agent": "Clearcall",
        **_checked(headers or {}),
    }
    if body is None:
        return await fetcher.fetch(Request(method, url, wanted))
    if method == "GET":
        raise ToolError("A GET has no body. Send a POST, or put the values into the address.")
    raw = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode(errors="replace")
    if len(raw) > LONGEST_BODY:
        raise ToolError(f"The body is longer than {LONGEST_BODY:,} bytes.")
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    return await fetcher.fetch(Request(method, url, {"Content-Type": kind, **wanted}, raw))


def _checked(headers: dict[str, str]) -> dict[str, str]:
    checked = {}
    for name, value in headers.items():
        if name.lower() not in HEADERS:
            raise ToolError(
                f"The header {name[:64]!r} is not allowed. Allowed are: {', '.join(sorted(HEADERS))}."
            )
        if len(value) > LONGEST_VALUE or not (value.isascii() and value.isprintable()):
            raise ToolError(f"The header {name} must be plain text of at most {LONGEST_VALUE} characters.")
        checked[name.title()] = value
    return checked
