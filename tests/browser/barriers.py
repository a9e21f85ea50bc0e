"""What axe finds wrong with a page: all of it, or where the page is drawn in other colours those alone."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERYTHING = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
# All of the rules above that look at a colour. To each other one, a page is the same in light and dark.
COLOURS = ("color-contrast", "link-in-text-block")
# What axe would preload, it puts into the page inline, which our policy rightly refuses. What is right is
# not asked for: to describe each of these parts and to send it took longer than to look at them.
_FIND = """runOnly => axe.run({ runOnly, preload: false, resultTypes: ["violations"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes[0])}`))"""
# A colour on its way to another would be judged for what it is in between. What moves for ever has no end.
_COME_TO_REST = """() => document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity).forEach(each => each.finish())"""


def found(page: Page) -> list[str]:
    """Name what is wrong with a page as it is now."""
    return _run(page, EVERYTHING)


def found_in_the_dark(page: Page) -> list[str]:
    """Name what is wrong with the colours of a page in the dark, and light it again."""
    _draw(page, "dark")
    wrong = _run(page, {"type": "rule", "values": COLOURS})
    _draw(page, "light")
    return wrong


def _draw(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate(_COME_TO_REST)


def _run(page: Page, rules: object) -> list[str]:
    page.wait_for_load_state()  # or it would judge a page whose styles are on their way
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_FIND, rules))
