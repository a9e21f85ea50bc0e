"""Somebody at the page, who knows it only by the names that docs/page.md promises."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Locator, expect

# What may differ between a page that lived through it and its reload: clocks, focus, what was unfolded.
_WHAT_IS_SHOWN = """() => {
    const copy = root => {
        const clone = root.cloneNode(true);
        clone.querySelectorAll('[data-clock], [data-transient], [hidden]').forEach(el => el.remove());
        clone.querySelectorAll('*').forEach(el => {
            for (const name of ['open', 'style', 'tabindex', 'data-rev', 'data-attempt'])
                el.removeAttribute(name);
            if (el.getAttribute('class') === '') el.removeAttribute('class');
        });
        return clone.innerHTML.replace(/>\\s+</g, '><').replace(/\\s+/g, ' ').trim();
    };
    return [copy(document.getElementById('transcript')), copy(document.getElementById('trace-turns'))];
}"""


class Person:
    """One browser context with one page open."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(path)

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
        expect(self.conversation.locator("article[data-turn]")).to_have_count(turns + 1, timeout=10_000)
        self.wait_for_end(state)

    def wait_for_end(self, state: str = "completed") -> None:
        expect(self.turn()).to_have_attribute("data-state", state, timeout=30_000)

    def shown(self) -> Any:
        """Return what transcript and trace show, without what may rightly differ after a reload."""
        return self.page.evaluate(_WHAT_IS_SHOWN)

    def _note(self, message: Any) -> None:
        expected = ("WebSocket", "ERR_INTERNET_DISCONNECTED")  # a browser complains of every lost connection
        if message.type in ("error", "warning") and not any(words in message.text for words in expected):
            self.complaints.append(message.text)
