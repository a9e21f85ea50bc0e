"""How soon a reply's first word is on the page: from the model's server sending it to the browser showing it.

    python -m bench.first_word [--turns 40]

One page, one question after the other. The word carries the time at which it was sent; the page notes when it
has it. It runs in the Chromium that `CHROMIUM` names, or the machine's.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page

from bench import server
from tests.chromium import running_chromium

TOKENS = 10
THINKING = 0.5  # seconds until the model begins: no model answers while the page still shows the question
WARMING = 5  # turns before those that count: what is imported with the first, compiled and cached
_NOTE_WORDS = """() => {
    window.shown = new Map();
    const transcript = document.getElementById("transcript");
    new MutationObserver(() => {
        const now = performance.timeOrigin + performance.now();
        for (const [, sent] of transcript.textContent.matchAll(/w(\\d{10,})/g))
            if (!shown.has(sent)) shown.set(sent, now);
    }).observe(transcript, { subtree: true, childList: true, characterData: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--port", type=int, default=8992)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = server.settings(Path(folder), model=options.port + 1)
        (cookie,) = server.people(1, environment)
        address = f"http://127.0.0.1:{options.port}"
        with (
            server.model(options.port + 1, shape="prose", thinking=THINKING),
            server.clearcall(options.port, environment),
            running_chromium() as browser,
        ):
            page = browser.new_page(base_url=address)
            name, _, value = cookie.partition("=")
            page.context.add_cookies([{"name": name, "value": value, "url": address}])
            page.goto("/")
            page.evaluate(_NOTE_WORDS)
            delays = _first_words(page, options.turns + WARMING)
    cuts = quantiles(delays[WARMING:], n=20)
    print(f"first word on the page after {cuts[9]:.1f} ms (p50), {cuts[18]:.1f} (p95), {options.turns} turns")


def _first_words(page: Page, turns: int) -> list[float]:
    """Ask for so many short replies; returns the milliseconds that each first word took to the page."""
    delays: list[float] = []
    known: set[str] = set()
    for number in range(turns):
        page.get_by_role("textbox", name="Message", exact=True).fill(str(TOKENS))
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator("article[data-turn][data-state=completed]").nth(number).wait_for()
        shown: dict[str, float] = page.evaluate("Object.fromEntries(window.shown)")
        first = min(shown.keys() - known, key=int)
        known |= shown.keys()
        since_boot = time.time_ns() - time.monotonic_ns()
        delays.append(shown[first] - (since_boot + int(first)) / 1e6)
    return delays


if __name__ == "__main__":
    main()
