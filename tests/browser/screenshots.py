"""Pictures of the main states, light, dark and on a phone: python -m tests.browser.screenshots [FOLDER]"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.person import Person
from tests.site.processes import ROOT, Server

PARALLEL = "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?"
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


def tools(person: Person) -> None:
    person.open("/tools/")


STATES: tuple[Callable[[Person], None], ...] = (
    empty,
    parallel,
    streaming,
    queued,
    long_answer,
    failed,
    tools,
)
SCREENS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        server = Server(var=Path(var), MESSAGES_PER_MINUTE="1000", LOG_LEVEL="ERROR")
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            take_all(browser, server.link(), folder)
        finally:
            browser.close()
            server.close()


def take_all(browser: Browser, link: str, folder: Path) -> None:
    entered = browser.new_context()
    page = entered.new_page()
    page.goto(link)
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url("**/")
    cookies = entered.storage_state()
    for look, options in SCREENS.items():
        for state in STATES:
            context = browser.new_context(
                storage_state=cookies,
                base_url=link.partition("/enter/")[0],
                locale="en-GB",
                **options,  # type: ignore[arg-type]
            )
            person = Person(context)
            person.open("/")
            state(person)
            person.page.screenshot(path=folder / f"{state.__name__.replace('_', '-')}-{look}.png")
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
