"""A real browser paints code by its tokens, and reads our HTML as it was meant."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from conversations.rendering.code import Code
from conversations.rendering.highlighting import highlight
from conversations.rendering.markdown import blocks
from conversations.rendering.plain import plain
from conversations.rendering.tree import tree
from tests.chromium import running_chromium
from tests.rendering.attacks import ATTACKS

ROOT = Path(__file__).resolve().parents[2]
PAINTED = """() => Object.fromEntries([...CSS.highlights].map(([name, ranges]) =>
    [name, [...ranges].map(r => r.startContainer.data.slice(r.startOffset, r.endOffset))]))"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with running_chromium() as browser:
        yield browser.new_page()


@pytest.fixture
def page(browser_page: Page) -> Page:
    """Return an empty page that knows `paint`."""
    browser_page.goto("about:blank")
    browser_page.add_style_tag(path=ROOT / "static/css/highlight.css")
    script = (ROOT / "static/js/highlight.js").read_text() + "\nwindow.paint = paint;"
    browser_page.add_script_tag(content=script, type="module")
    browser_page.wait_for_function("typeof window.paint === 'function'")
    return browser_page


def show(page: Page, text: str) -> None:
    page.evaluate("html => { document.body.innerHTML = html; paint(document.body); }", "".join(blocks(text)))


def test_each_class_is_painted_over_plain_text(page: Page) -> None:
    show(page, "```python\ndef f(): return '😀'  # é\n```")
    assert page.evaluate(PAINTED) == {
        "code-k": ["def ", "return "],
        "code-n": ["f"],
        "code-s": ["'😀'  "],
        "code-c": ["# é\n"],
    }
    assert page.evaluate("document.querySelector('code').children.length") == 0


def test_painting_twice_adds_nothing(page: Page) -> None:
    show(page, "```python\nreturn 1\n```")
    page.evaluate("paint(document.body)")
    assert page.evaluate(PAINTED) == {"code-k": ["return "], "code-d": ["1\n"]}


def test_what_left_the_page_is_forgotten(page: Page) -> None:
    show(page, "```python\nreturn 1\n```")
    show(page, "```python\nbreak\n```")
    assert page.evaluate(PAINTED) == {"code-k": ["break\n"], "code-d": []}


def test_tokens_that_do_not_fit_paint_nothing(page: Page) -> None:
    page.evaluate("document.body.innerHTML = '<code data-tokens=\"K9\">short</code>'; paint(document.body)")
    assert page.evaluate(PAINTED) == {}


def test_a_block_may_be_the_root_itself(page: Page) -> None:
    block = f'<code data-tokens="{highlight(Code("python", "pass"))}">pass</code>'
    page.evaluate("html => { document.body.innerHTML = html; paint(document.body.firstChild); }", block)
    assert page.evaluate(PAINTED) == {"code-k": ["pass"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_painted_word_has_another_colour_than_the_text(page: Page, scheme: str) -> None:
    page.evaluate("s => document.documentElement.style.colorScheme = s", scheme)
    show(page, "```python\nreturn 1\n```")
    colour = "getComputedStyle(document.querySelector('code'), '::highlight(code-k)').color"
    assert page.evaluate(colour) == {"light": "rgb(138, 28, 124)", "dark": "rgb(224, 138, 214)"}[scheme]


def test_a_browser_reads_every_attack_as_the_html_that_was_meant(page: Page) -> None:
    """Parsed and written again it must be the same: mutation attacks live on the difference."""
    page.evaluate("document.body.innerHTML = '<div id=slot></div><p id=after></p>'")
    for html in [html for attack in ATTACKS for html in blocks(attack)] + [
        tree(ATTACKS),
        plain("".join(ATTACKS)),
    ]:
        read = page.evaluate("html => (slot.innerHTML = html, slot.innerHTML)", html)
        assert unescape(read) == unescape(html)
        assert (
            page.evaluate(
                "document.body.children.length + ' ' + document.body.querySelectorAll('script').length"
            )
            == "2 0"
        )
