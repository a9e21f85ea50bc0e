"""What staff do with MCP servers and their tools, by hand in the admin."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.person import Person

SERVERS = "/admin/tools/mcpserver/"
TOOLS = "/admin/tools/mcptool/"
LOOK_AGAIN = 250  # ms
# What part of a page would say by now. To draw it each time anew took most of a test.
_WOULD_SAY = """async ([part, words, again]) => {
    for (;;) {
        const answer = await fetch(location.href);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const text = page.querySelector(part).textContent.replace(/\\s+/g, " ");
        if (words.every(one => text.includes(one))) return;
        await new Promise(then => setTimeout(then, again));
    }
}"""


def add(charlie: Person, name: str, *, command: str = "", port: int = 0) -> None:
    """Add a server that is reached by a command, or else over HTTP."""
    charlie.open(f"{SERVERS}add/")
    page = charlie.page
    page.get_by_label("Name:").fill(name)
    page.get_by_label("Transport:").select_option("stdio" if command else "http")
    if command:
        page.get_by_label("Command:").select_option(command)
    else:
        page.get_by_label("Url:").fill(f"http://127.0.0.1:{port}/mcp")
    save(charlie)


def save(charlie: Person) -> None:
    charlie.page.get_by_role("button", name="Save", exact=True).click()
    expect(charlie.page.locator(".messagelist")).to_contain_text("successfully")


def wait_until(charlie: Person, server: str, words: str) -> None:
    """Ask for the list of servers until it says so of this one."""
    _open_servers(charlie)
    _wait_for_row(charlie, server, words, column="standing")


def wait_until_tool(charlie: Person, tool: str, words: str) -> None:
    """Ask for the list of tools until it says so of this one."""
    charlie.open(f"{TOOLS}?q={tool}")
    _wait_for_row(charlie, tool, words, column="stands")


def wait_until_told(charlie: Person, server: str, *sentences: str) -> None:
    """Ask for the page of a server until a process tells all this of it."""
    open_server(charlie, server)
    _wait(charlie, ".field-processes", *sentences)


def open_server(charlie: Person, name: str) -> None:
    _open_servers(charlie)
    charlie.page.locator("#result_list").get_by_role("link", name=name, exact=True).click()
    expect(charlie.page.locator(".field-processes")).to_be_visible()


def open_tool(charlie: Person, name: str) -> None:
    charlie.open(f"{TOOLS}?q={name}")
    charlie.page.get_by_role("link", name=name, exact=True).click()
    expect(charlie.page.locator(".field-stands")).to_be_visible()


def read_all(charlie: Person, server: str) -> None:
    """Read what a server says of its tools, without accepting it yet."""
    wait_until(charlie, server, "Connected")
    open_server(charlie, server)
    charlie.page.get_by_role("link", name="to be accepted").click()
    _do_with_all(charlie, "accept")
    expect(charlie.page.get_by_role("heading", name="Accept tools")).to_be_visible()


def accept_all(charlie: Person, server: str) -> None:
    read_all(charlie, server)
    charlie.page.get_by_role("button", name="as shown").click()
    expect(charlie.page.locator(".messagelist")).to_contain_text("accepted.")


def remove_all(charlie: Person) -> None:
    charlie.open(SERVERS)
    if charlie.page.locator("#action-toggle").count():
        _do_with_all(charlie, "delete_selected")
        charlie.page.get_by_role("button", name="Yes").click()
        expect(charlie.page.locator(".messagelist")).to_contain_text("Successfully deleted")


def connect_all_anew(charlie: Person) -> None:
    charlie.open(SERVERS)
    _do_with_all(charlie, "connect_anew")
    expect(charlie.page.locator(".messagelist")).to_contain_text("connects anew")


def _do_with_all(charlie: Person, action: str) -> None:
    charlie.page.locator("#action-toggle").check()
    charlie.page.get_by_label("Action:").select_option(action)
    charlie.page.get_by_role("button", name="Go").first.click()


def _open_servers(charlie: Person) -> None:
    """Be at the list, where saving a server leads by itself."""
    if urlsplit(charlie.page.url).path != SERVERS:
        charlie.open(SERVERS)


def _wait_for_row(charlie: Person, name: str, words: str, *, column: str) -> None:
    row = charlie.page.get_by_role("row").filter(has=charlie.page.get_by_role("link", name=name, exact=True))
    number = row.evaluate("row => row.sectionRowIndex + 1")
    _wait(charlie, f"#result_list tbody tr:nth-child({number}) .field-{column}", words)


def _wait(charlie: Person, part: str, *words: str) -> None:
    charlie.page.evaluate(_WOULD_SAY, [part, words, LOOK_AGAIN])
