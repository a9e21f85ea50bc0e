"""A button about a call, pressed on a page that was never shown it."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.person import Person

CARD = """([call, shown, wish]) => {
    const card = document.createElement('div');
    Object.assign(card.dataset, { approval: '', call, shown });
    card.innerHTML = `<button data-do="${wish}">Forged</button><input><p role="alert"></p>`;
    document.body.append(card);
}"""


def press_forged(person: Person, call: Locator, wish: str, *, shown: str) -> None:
    """Have a page of theirs send a wish by its own socket; `shown` says what they claim to have seen."""
    person.open("/")
    person.page.evaluate(CARD, [call.get_attribute("data-call-id"), shown, wish])
    person.page.get_by_role("button", name="Forged").click()
