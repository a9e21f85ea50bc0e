"""What a long conversation costs the browser: until it is ready, and for each frame that streams into it.

    python -m bench.browser [--turns 200] [--tokens 400] [--awake]

All turns are brought onto the page, as by scrolling up; then a reply streams into it, 50 tokens a second. A
frame costs what the main thread does between its coming and the next one's: script, style, layout and paint,
in processor time.
With `--awake` no core sleeps meanwhile (`bench.awake`).
It runs in the Chromium that `CHROMIUM` names, or the machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import uuid
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import django
from playwright.sync_api import BrowserContext, Page

from bench import server
from bench.awake import awake
from bench.page import conversation_of
from tests.chromium import running_chromium

CATEGORIES = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"]
WARMING = 25  # frames that come before those that count: code is compiled, elements are made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=400)
    parser.add_argument("--shape", choices=("prose", "list", "table", "code"), default="prose")
    parser.add_argument("--awake", action="store_true")
    parser.add_argument("--port", type=int, default=8996)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, awake(options.awake):
        environment = server.settings(Path(folder), model=options.port + 1)
        cookie, conversation = _rows(environment, options.turns)
        with (
            server.model(options.port + 1, shape=options.shape),
            server.clearcall(options.port, environment),
            running_chromium() as browser,
        ):
            context = browser.new_context(base_url=f"http://127.0.0.1:{options.port}")
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{options.port}"}])
            _measure(context, f"/conversations/{conversation}/", tokens=options.tokens)


def _rows(environment: Mapping[str, str], turns: int) -> tuple[str, uuid.UUID]:
    """Write a conversation of so many turns; returns its person's cookie too."""
    os.environ |= {**environment, "DJANGO_SETTINGS_MODULE": "chatsite.settings"}
    django.setup()

    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    person, client = get_user_model().objects.create_user("person"), Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}", conversation_of(person, turns)


def _measure(context: BrowserContext, address: str, *, tokens: int) -> None:
    page = context.new_page()
    for _ in range(2):  # the second time with what browsers keep
        page.goto(address, wait_until="load")
        ready = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    print(f"{ready:>8.0f} ms until the page is loaded and its scripts have run")
    _load_all(page)
    events = _streamed(page, tokens)
    messages, elements = page.locator(".message").count(), page.locator("*").count()
    print(f"{messages:>8} messages on the page, {elements:,} elements")
    _tell("all of the main thread", _costs(events, {"RunTask"}))
    _tell("script, style and layout", _costs(events, {"FunctionCall", "UpdateLayoutTree", "Layout"}))


def _tell(what: str, costs: list[float]) -> None:
    costs = sorted(costs[WARMING:])
    p95 = costs[int(len(costs) * 0.95)]
    print(f"{what:>26}: {median(costs):.2f} ms a frame (p50), {p95:.2f} (p95), {len(costs)} frames")


def _load_all(page: Page) -> None:
    """Have older turns loaded until there are none."""
    older = page.locator("#older")
    while older.is_visible():
        count = page.locator("article[data-turn]").count()
        older.evaluate("button => button.click()")
        page.wait_for_function(
            "count => document.querySelectorAll('article[data-turn]').length > count", arg=count
        )
    page.evaluate("document.querySelector('#chat .scroller').scrollTo(0, 1e9)")


def _streamed(page: Page, tokens: int) -> list[dict[str, Any]]:
    """Ask for a reply of so many tokens, and return what the browser did meanwhile."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.get_by_role("textbox", name="Message", exact=True).fill(str(tokens))
    page.get_by_role("button", name="Send", exact=True).click()
    last = page.locator("article[data-turn]").last
    # Asked seldom, because to ask costs the main thread too.
    page.wait_for_timeout(tokens * 20 + 1000)
    page.wait_for_function("turn => turn.dataset.state === 'completed'", arg=last.element_handle())
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return events


def _costs(events: list[dict[str, Any]], names: set[str]) -> list[float]:
    """Return the milliseconds of main thread that these took, from each message of the socket to the next."""
    came = sorted(event["ts"] for event in events if event["name"] == "WebSocketReceive")
    thread = next((event["pid"], event["tid"]) for event in events if event["name"] == "WebSocketReceive")
    costs = [0.0] * len(came)
    for event in events:
        if event["name"] in names and event.get("ph") == "X" and (event["pid"], event["tid"]) == thread:
            # What brings a frame begins before the frame is noted.
            number = bisect_right(came, event["ts"] + event["dur"]) - 1
            if number >= 0:
                costs[number] += event.get("tdur", event["dur"]) / 1000
    return costs[:-1]


if __name__ == "__main__":
    main()
