"""Staff find, read and decide in a real browser, while the person they decide about is at her page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.person import Person
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

Visit = Callable[..., Person]
CONVERSATIONS = "/admin/conversations/conversation/"
POLICIES = "/admin/tools/toolpolicy/"
QUESTION = "What's the weather in Berlin and Paris?"
# What only she can do on her own page, and the door to the exchange, which is another one for staff.
HERS = ".turn-actions, [data-edit], a[href*='/raw/'], a[href*='/exchange/']"
MOST_TABS = 200
DESK: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def alice(windows: Windows) -> Iterator[Person]:
    """Alice, who made an account of her own and has asked what went well and what did not."""
    alice = Person.at(windows.open(storage_state=None))
    alice.sign_up("alice")
    alice.ask_and_wait(QUESTION)
    alice.ask_and_wait("Please fail with 500", "failed")
    yield alice
    alice.context.close()


@pytest.fixture
def visit_as_alice(alice: Person) -> Iterator[Person]:
    """Another tab of hers, so that the first stays as it is."""
    tab = Person(alice.context)
    yield tab
    tab.page.close()


@pytest.fixture(scope="module")
def charlies_own(windows: Windows, signed_in: Path) -> None:
    """Give Charlie a conversation too."""
    charlie = Person.at(windows.open(storage_state=signed_in))
    charlie.open("/")
    charlie.ask_and_wait("What is 6*7?")
    charlie.leave()
    windows.give_back(charlie.page)


@pytest.fixture
def charlie(visit: Visit, alice: Person, charlies_own: None) -> Person:
    """Charlie, who may do all."""
    return visit("/admin/")


def listed(charlie: Person) -> list[str]:
    """Return whose conversations the list shows."""
    return charlie.page.locator("#result_list tbody .field-person").all_inner_texts()


def narrow(charlie: Person, heading: str, choice: str) -> None:
    """Choose one of a filter's links."""
    group = charlie.page.locator("#changelist-filter details").filter(
        has=charlie.page.get_by_text(heading, exact=True)
    )
    with charlie.page.expect_navigation():
        group.get_by_role("link", name=choice, exact=True).click()


def read(charlie: Person) -> None:
    """Open the record of Alice's conversation."""
    charlie.open(CONVERSATIONS)
    charlie.page.get_by_role("link", name=QUESTION).click()
    expect(charlie.page.get_by_role("heading", level=1)).to_have_text(QUESTION)


@pytest.mark.parametrize(
    ("heading", "choice"),
    [
        ("By tool", "get_weather"),
        ("By state of a turn", "Failed"),
        ("By kind of error", "provider failed"),
        ("By person", "alice"),
    ],
)
def test_a_filter_leaves_what_it_names(charlie: Person, heading: str, choice: str) -> None:
    charlie.open(CONVERSATIONS)
    assert {"alice", "demo"} <= set(listed(charlie))
    narrow(charlie, heading, choice)
    assert set(listed(charlie)) == {"alice"}
    narrow(charlie, heading, "All")
    assert {"alice", "demo"} <= set(listed(charlie))


def test_a_day_leads_to_what_was_said_on_it(charlie: Person) -> None:
    charlie.open(CONVERSATIONS)
    with charlie.page.expect_navigation(url=re.compile("active_at__day=")):
        charlie.page.locator(".toplinks a").last.click()
    assert {"alice", "demo"} <= set(listed(charlie))
    charlie.open(f"{CONVERSATIONS}?active_at__year=2001&active_at__month=2&active_at__day=3")
    assert listed(charlie) == []


def test_a_record_shows_what_the_person_s_page_shows(alice: Person, charlie: Person) -> None:
    parts = [
        part
        for turn in alice.conversation.locator("article[data-turn]").all()
        for part in (
            f"turn-{turn.get_attribute('data-turn')}",
            f"trace-turn-{turn.get_attribute('data-turn')}",
        )
    ]
    assert len(parts) == 4
    read(charlie)
    assert charlie.shown(*parts, without=HERS) == alice.shown(*parts, without=HERS)


def test_arguments_and_the_exact_exchange_unfold(charlie: Person) -> None:
    read(charlie)
    call = charlie.page.locator('[data-tool-call="get_weather"]').first
    expect(call.get_by_text("Arguments")).to_be_hidden()
    call.locator("summary").first.click()
    expect(call.get_by_text("Arguments")).to_be_visible()
    expect(call.locator(".tree").first).to_contain_text("Berlin")
    model_call = charlie.page.locator(".model-call").first
    model_call.locator("summary").first.click()
    model_call.get_by_role("link", name="Exact request and response").click()
    expect(charlie.page.get_by_role("main")).to_contain_text("data: [DONE]")
    as_sent = charlie.page.get_by_text('"role":"user"')
    expect(as_sent).to_be_hidden()
    charlie.page.get_by_text("As it was sent").click()
    expect(as_sent).to_be_visible()


def test_links_copies_and_bars_work_as_on_the_person_s_page(charlie: Person) -> None:
    read(charlie)
    page = charlie.page
    call = page.locator('[data-tool-call="get_weather"]').nth(1)
    page.get_by_role("link", name="get_weather").nth(1).click()
    expect(call.get_by_text("Arguments")).to_be_visible()
    expect(call).to_be_focused()
    expect(page.locator("[data-bar]").first).to_have_attribute("style", re.compile("--from: 0.0000; --to: "))
    page.get_by_role("button", name="Copy the question").first.click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    page.get_by_role("link", name=re.compile("^Call ")).last.click()
    page.get_by_role("link", name=re.compile("^Turn ")).first.click()
    named = page.locator(f"[id='{page.url.partition('#')[2]}']")
    expect(named.get_by_text("Arguments")).to_be_visible()
    expect(named).to_be_focused()


def decide(charlie: Person, tool: str) -> None:
    charlie.open(f"{POLICIES}add/")
    charlie.page.get_by_label("Tool", exact=False).first.select_option(tool)


def save(charlie: Person) -> None:
    charlie.page.get_by_role("button", name="Save", exact=True).click()
    expect(charlie.page.locator(".messagelist")).to_contain_text("was added successfully")


def is_told(alice: Person, tool: str, reason: str, *, question: str) -> None:
    """See that the person's page and her next reply both say why the tool is left out."""
    alice.open("/tools/")
    expect(alice.page.locator(f"#switch-{tool} .reason")).to_have_text(reason)
    expect(alice.page.locator("main").get_by_role("switch", name=tool)).to_have_count(0)
    alice.open("/")
    alice.ask_and_wait(question)
    expect(alice.calls(tool)).to_have_count(0)
    model_call = alice.trace.locator(".model-call").first
    expect(model_call).to_contain_text(re.compile(r"tools? left out"))
    model_call.locator("summary").first.click()
    expect(model_call.locator(".left-out")).to_contain_text(reason)


@pytest.fixture
def undecided(charlie: Person) -> Iterator[None]:
    """Take away what a test has decided."""
    yield
    charlie.open(POLICIES)
    while (links := charlie.page.locator("#result_list .field-name a")).count():
        links.first.click()
        charlie.page.get_by_role("link", name="Delete").click()
        charlie.page.get_by_role("button", name="Yes").click()


@pytest.mark.usefixtures("undecided")
def test_a_tool_that_staff_switch_off_says_so_to_everyone(visit_as_alice: Person, charlie: Person) -> None:
    decide(charlie, "calculate")
    charlie.page.get_by_label("Enabled").uncheck()
    save(charlie)
    reason = "Calculate is switched off for everyone."
    is_told(visit_as_alice, "calculate", reason, question="What is 6*7?")


@pytest.mark.usefixtures("undecided")
def test_a_tool_for_a_group_says_so_to_the_others(visit_as_alice: Person, charlie: Person) -> None:
    charlie.open("/admin/auth/group/add/")
    charlie.page.get_by_label("Name").fill("Almanac")
    save(charlie)
    decide(charlie, "get_time")
    charlie.page.locator("input[name=groups]").check()
    save(charlie)
    reason = "Get time is only for groups that you are not in."
    is_told(visit_as_alice, "get_time", reason, question="What time is it in Tokyo?")


@pytest.mark.usefixtures("alice")
def test_nobody_is_kept_out_of_the_pages(visit: Visit) -> None:
    charlie = visit()
    charlie.open(CONVERSATIONS)
    is_for_everyone(charlie)
    read(charlie)
    is_for_everyone(charlie)
    charlie.page.locator('[data-tool-call="get_weather"] summary').first.click()
    charlie.page.locator(".model-call summary").first.click()
    is_for_everyone(charlie)
    with charlie.page.expect_navigation():
        charlie.page.get_by_role("link", name="Exact request and response").first.click()
    is_for_everyone(charlie)
    charlie.open(POLICIES)
    is_for_everyone(charlie)
    charlie.open(f"{POLICIES}add/")
    is_for_everyone(charlie)


def is_for_everyone(charlie: Person) -> None:
    """Look at the page at a desk, by day and by night, then on a phone, and leave it there."""
    charlie.page.set_viewport_size(DESK)
    assert (charlie.barriers(), charlie.barriers_in_the_dark(), charlie.excess()) == ([], [], 0)
    charlie.page.set_viewport_size(PHONE)
    assert (charlie.barriers(), charlie.excess()) == ([], 0)


def tab_to(charlie: Person, wanted: Locator) -> None:
    for _ in range(MOST_TABS):
        charlie.page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}")


def test_the_keyboard_is_enough(charlie: Person) -> None:
    page = charlie.page
    charlie.open("/admin/")
    tab_to(charlie, page.get_by_role("rowheader").get_by_role("link", name="Conversations", exact=True))
    page.keyboard.press("Enter")
    search = page.locator("#searchbar")
    expect(search).to_be_visible()
    tab_to(charlie, search)
    page.keyboard.type("Berlin")
    page.keyboard.press("Enter")
    record = page.get_by_role("link", name=QUESTION)
    expect(page).to_have_url(re.compile("q=Berlin"))
    tab_to(charlie, record)
    page.keyboard.press("Enter")
    call = page.locator('[data-tool-call="get_weather"]').first
    expect(call).to_be_visible()
    tab_to(charlie, call.locator("summary").first)
    page.keyboard.press("Enter")
    expect(call.get_by_text("Arguments")).to_be_visible()
