"""Windows that are opened again: a new one starts a process and asks for all files of the site anew."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

# Where nothing runs. From a blank page Chromium goes on in a new process, which costs more than a page does.
RESTING_PLACE = "/static/img/mark.svg"
_PLACE = {"locale": "en-GB", "timezone_id": "UTC"}
# How a page may be looked at: it can change that, and needs no window of its own for it.
_LOOKS: dict[str, Any] = {
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "viewport": {"width": 1280, "height": 720},
}


class Windows:
    """Contexts with a page each. One that was given back is as new, but for what it has fetched."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self._asked_for: dict[Page, dict[str, Any]] = {}
        self._idle: dict[str, list[Page]] = defaultdict(list)

    def open(self, **options: Any) -> Page:
        """Take a window; the options are those of Playwright's `new_context`."""
        kind = {name: value for name, value in options.items() if name not in _LOOKS}
        idle = self._idle[_key(kind)]
        page = idle.pop() if idle else self._new(kind)
        _look(page, **{name: options.get(name, usual) for name, usual in _LOOKS.items()})
        return page

    def give_back(self, page: Page, **options: Any) -> None:
        """Keep a window for whoever asks for such a one next, or from now on for one with these options."""
        context = page.context
        self._asked_for[page] = options = options or self._asked_for[page]
        context.set_offline(False)
        page.unroute_all()
        page.goto(RESTING_PLACE)
        for other in context.pages:
            if other != page:
                other.close()
        kept = {"origin": self._base_url, "storageTypes": "local_storage"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        context.clear_cookies()
        if state := options.get("storage_state"):
            context.add_cookies(json.loads(Path(state).read_text())["cookies"])
        self._idle[_key(options)].append(page)

    def close(self, page: Page) -> None:
        """Give none back: something was done to it that nothing takes away."""
        page.context.close()

    def _new(self, kind: dict[str, Any]) -> Page:
        context = self._browser.new_context(**{**_PLACE, "base_url": self._base_url, **kind})
        page = context.new_page()
        self._asked_for[page] = kind
        return page


def _look(page: Page, *, viewport: ViewportSize, **media: Any) -> None:
    page.emulate_media(**media)
    page.set_viewport_size(viewport)


def _key(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))
