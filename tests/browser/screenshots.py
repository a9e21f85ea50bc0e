"""Pictures of the main states, light, dark and on a phone: python -m tests.browser.screenshots [FOLDER]"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.chromium import running_chromium
from tests.site.processes import ROOT, Server

PARALLEL = "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?"
CONTACTS = """I am Alice, alice@example.com.
---
Write to Bob at bob@example.com or call 030 1234567.
---
Charlie, charlie@example.com"""
LONG = "Write a long answer with a table, a task list and some Python code."


def empty(person: Person) -> None:
    expect(person.box).to_be_visible()


def parallel(person: Person) -> None:
    person.ask_and_wait(PARALLEL)
    person.replies().first.get_by_role("link", name="get_weather").first.click()


def streaming(person: Person) -> None:
    person.ask(LONG)
    expect(person.replies().last).to_contain_text("able", timeout=20_000)


def queued(person: Person) -> None:
    person.ask(LONG)
    expect(person.stop_button).to_be_visible()
    person.ask("What is 1+1?")
    expect(person.turn()).to_have_attribute("data-state", "queued")


def long_answer(person: Person) -> None:
    person.ask_and_wait(LONG)


def failed(person: Person) -> None:
    person.ask_and_wait("Call a tool with bad arguments")
    person.ask_and_wait("Please cut the stream", "incomplete")
    person.ask_and_wait("Please fail with 500", "failed")


def approval(person: Person) -> None:
    person.ask_and_wait(
        "How much is 12 * 7? And put “Lunch with the team” into my calendar today.", "waiting"
    )
    person.conversation.locator("[data-approval]").scroll_into_view_if_needed()


def calendar(person: Person) -> None:
    person.open("/calendar/")


def extraction(person: Person) -> None:
    person.open("/extract/")
    person.page.get_by_label("What to extract").select_option(label="Contact")
    person.page.get_by_label("Texts", exact=True).fill(CONTACTS)
    person.page.get_by_role("button", name="Extract", exact=True).click()
    expect(person.page.get_by_text("3 of 3 done")).to_be_visible(timeout=20_000)


def servers(person: Person) -> None:
    """Look at what an MCP server offers before it is accepted."""
    page = person.page
    person.open("/admin/tools/mcpserver/add/")
    page.get_by_label("Name:").fill("clock")
    page.get_by_label("Transport:").select_option("stdio")
    page.get_by_label("Command:").select_option("time")
    page.get_by_role("button", name="Save", exact=True).click()
    while "Connected" not in page.locator("#result_list .field-standing").inner_text():
        page.reload()
    page.get_by_role("link", name="clock").click()
    page.get_by_role("link", name="to be accepted").click()
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("accept")
    page.get_by_role("button", name="Go", exact=False).first.click()
    expect(page.get_by_role("heading", name="Accept tools")).to_be_visible()


def tools(person: Person) -> None:
    person.open("/tools/")


def conversations(person: Person) -> None:
    """Open the list of conversations, which a phone keeps out of sight."""
    opener = person.page.get_by_role("button", name="Conversations")
    if opener.is_visible():
        opener.click()


def record(person: Person) -> None:
    person.open("/admin/conversations/conversation/")
    person.page.get_by_role("link", name="the weather in Berlin").first.click()
    person.page.locator('[data-tool-call="get_weather"] summary').first.click()


def administration(person: Person) -> None:
    person.open("/admin/conversations/conversation/")


STATES: tuple[Callable[[Person], None], ...] = (
    empty,
    long_answer,
    parallel,
    streaming,
    queued,
    failed,
    approval,
    calendar,
    extraction,
    servers,
    conversations,
    tools,
    administration,
    record,
)
SETTINGS = {
    "MESSAGES_PER_MINUTE": "1000",
    "LOG_LEVEL": "ERROR",
    "MCP_COMMANDS": json.dumps(
        {"time": f"{sys.executable} -m mcp_server_time --local-timezone Europe/Berlin"}
    ),
}
SCREENS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with running_chromium() as browser:
        for look in SCREENS:
            # Each look begins anew, so that all have the same conversations in their lists.
            with tempfile.TemporaryDirectory() as var:
                server = Server(var=Path(var), **SETTINGS)
                try:
                    take(browser, server.link(), look=look, folder=folder)
                finally:
                    server.close()


def take(browser: Browser, link: str, *, look: str, folder: Path) -> None:
    base = link.partition("/enter/")[0]
    context = browser.new_context(base_url=base, locale="en-GB", **SCREENS[look])  # type: ignore[arg-type]
    person = Person(context)
    person.open(link)
    person.page.get_by_role("button", name="Enter").click()
    for state in STATES:
        person.open("/")
        state(person)
        person.page.wait_for_timeout(400)  # what slides in has come to rest
        person.page.screenshot(path=folder / f"{state.__name__.replace('_', '-')}-{look}.png")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
