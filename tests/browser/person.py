"""Somebody at the page, who knows it only by the names that docs/page.md promises."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import barriers

# What may differ between a page that lived through it and its reload: clocks, focus, what was unfolded.
_WHAT_IS_SHOWN = """([ids, without]) => ids.map(id => {
    const clone = document.getElementById(id).cloneNode(true);
    clone.querySelectorAll('[data-clock], [data-transient], [hidden]').forEach(el => el.remove());
    if (without) clone.querySelectorAll(without).forEach(el => el.remove());
    clone.querySelectorAll('*').forEach(el => {
        for (const name of ['open', 'style', 'tabindex', 'data-rev', 'data-attempt'])
            el.removeAttribute(name);
        if (el.getAttribute('class') === '') el.removeAttribute('class');
    });
    return clone.innerHTML.replace(/>\\s+</g, '><').replace(/\\s+/g, ' ').trim();
})"""


class Person:
    """One browser context with one page open."""

    def __init__(self, context: BrowserContext, page: Page | None = None) -> None:
        self.context = context
        self.page = page or context.new_page()
        self.complaints: list[str] = []
        self.is_changed = False  # whether the page is such as no other person may have it
        self.page.on("console", self._note)
        self.page.on("pageerror", self._note_error)

    @classmethod
    def at(cls, page: Page) -> Person:
        """Sit down at a page that is open already."""
        return cls(page.context, page)

    def leave(self) -> None:
        """Look no longer at the page."""
        self.page.remove_listener("console", self._note)
        self.page.remove_listener("pageerror", self._note_error)

    def open(self, path: str) -> None:
        self.page.goto(path)

    def sign_up(self, name: str) -> None:
        """Make an account of one's own, and enter."""
        self.open("/sign-up/")
        self.page.get_by_label("Username").fill(name)
        for field in ("Password", "Password confirmation"):
            self.page.get_by_label(field, exact=False).first.fill("a-secret-of-ones-own")
        self.page.get_by_role("button", name="Make the account").click()
        expect(self.box).to_be_visible(timeout=30_000)

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def conversation(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    @property
    def trace(self) -> Locator:
        return self.page.get_by_role("complementary", name="Trace")

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name="Stop", exact=True)

    def turn(self, number: int = -1) -> Locator:
        return self.conversation.locator("article[data-turn]").nth(number)

    def replies(self) -> Locator:
        return self.conversation.locator('[data-message][data-role="assistant"]')

    def calls(self, name: str = "") -> Locator:
        return self.trace.locator(f'[data-tool-call="{name}"]' if name else "[data-tool-call]")

    def ask(self, text: str, *, choice: str = "") -> None:
        """Write a message and send it, without waiting for its answer."""
        if choice:
            self.page.get_by_role("combobox", name="Tool choice").select_option(choice)
        self.box.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def ask_and_wait(self, text: str, state: str = "completed", *, choice: str = "") -> None:
        turns = self.conversation.locator("article[data-turn]").count()
        self.ask(text, choice=choice)
        expect(self.conversation.locator("article[data-turn]")).to_have_count(turns + 1)
        self.wait_for_end(state)

    def wait_for_end(self, state: str = "completed") -> None:
        expect(self.turn()).to_have_attribute("data-state", state, timeout=30_000)

    def shown(self, *ids: str, without: str = "") -> Any:
        """Return what these parts show, without what may rightly differ after a reload, or what is named."""
        return self.page.evaluate(_WHAT_IS_SHOWN, [ids or ("transcript", "trace-turns"), without])

    def barriers(self) -> list[str]:
        """Return what axe finds wrong with the page as it is now."""
        return barriers.found(self.page)

    def barriers_in_the_dark(self) -> list[str]:
        """Return what axe finds wrong with the colours that the page has in the dark."""
        return barriers.found_in_the_dark(self.page)

    def excess(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(
            self.page.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth", self._root())
        )

    def excess_below(self) -> int:
        """Return by how many pixels the page itself, not a part of it, could be scrolled down."""
        return int(
            self.page.evaluate(
                "({ scrollHeight, clientHeight }) => scrollHeight - clientHeight", self._root()
            )
        )

    def _root(self) -> Any:
        return self.page.evaluate_handle("document.documentElement")

    def _note_error(self, error: Any) -> None:
        self.complaints.append(str(error))

    def _note(self, message: Any) -> None:
        expected = ("WebSocket", "ERR_INTERNET_DISCONNECTED")  # a browser complains of every lost connection
        if message.type in ("error", "warning") and not any(words in message.text for words in expected):
            self.complaints.append(message.text)
