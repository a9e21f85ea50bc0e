"""What servers offer: odd names, broken schemas, lists without an end, tools that change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.many.servers import (
    TOOLS,
    accept_all,
    add,
    open_server,
    open_tool,
    read_all,
    wait_until,
    wait_until_tool,
)
from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.test_approval import cards
from tests.mcp.servers import listening

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("removed")]

NEW = "Nobody of the staff has accepted it yet."
CHANGED = "Its server has changed it since the staff accepted it."
SILENT = "Its server does not say what it does, so it counts as destructive."
ODD = re.compile(r"odd__(dots|nnn|fine)|odd-too__fine")

CALLED_THERE = """async link => {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector(".field-called_there .readonly").textContent.trim();
}"""
BROKEN = {
    "no-object": "Its schema is none.",
    "broken": "Its schema is broken at properties.a.type: 'colour' is not valid",
    "elsewhere": "Its schema cannot be used: it refers to another document, http://169.254.169.254/schema.",
    "huge": "Its schema is longer than 65,536 bytes.",
    "deep": "Its schema cannot be used: it is nested deeper than 40 levels.",
}
ENDLESS = {
    "circle": (1, "Its list of tools repeats a page; it was read no further."),
    "endless": (100, "Its list of tools has more than 100 pages; the others were not read."),
    "many": (2000, "It offers more than 2,000 tools; only the first ones are kept."),
}


def allow(alice: Person) -> None:
    """Allow what waits, one after the other."""
    for left in reversed(range(cards(alice).count())):
        cards(alice).first.get_by_role("button", name="Allow once").click()
        expect(cards(alice)).to_have_count(left)
    alice.wait_for_end()


def called_there(charlie: Person, name: str) -> str:
    """Return how a tool of the list is called on its server, as its own page says."""
    return str(charlie.page.get_by_role("link", name=name, exact=True).evaluate(CALLED_THERE))


def test_odd_tools_are_left_out_one_by_one_and_odd_names_lead_back(alice: Person, charlie: Person) -> None:
    with listening("odd") as program:
        add(charlie, "odd", command="odd")
        add(charlie, "odd-too", port=program.port)
        for server in ("odd", "odd-too"):
            wait_until(charlie, server, "Connected")
            open_server(charlie, server)
            trouble = charlie.page.locator(".field-trouble")
            expect(trouble).to_contain_text("It offers 'twice' more than once; the first one is kept.")
            expect(trouble).to_contain_text("A tool was left out whose name has 300 characters.")
        alice.open("/")
        alice.ask_and_wait("Hello")
        reasons = {f"odd__{name}": reason for name, reason in BROKEN.items()}
        places = Places(alice, charlie)
        places.tell_all_left_out(reasons)
        charlie.open(f"{TOOLS}?standing=broken&q=odd__")
        assert set(charlie.page.locator("#result_list .field-name").all_inner_texts()) == set(reasons)
        open_tool(charlie, "odd__deep")
        expect(charlie.page.locator(".field-fault")).to_contain_text(BROKEN["deep"])
        offered = [name for name in places.replies[-1]["tools_offered"] if ODD.match(name)]
        assert len(offered) == 6
        alice.ask_and_wait(f"Use {' and '.join(offered)}", "waiting")
        allow(alice)
        charlie.open(f"{TOOLS}?q=odd")
        called = {name: [f"You called {called_there(charlie, name)!r}.", NEW] for name in offered}
        Places(alice, charlie).tell_of("succeeded", called)


def test_a_tool_without_hints_asks_and_one_that_changes_is_marked_and_asks_again(
    alice: Person, charlie: Person
) -> None:
    add(charlie, "near", command="old")
    accept_all(charlie, "near")
    alice.open("/")
    alice.ask_and_wait("Say “first words”", choice="tool:near__echo")
    alice.ask_and_wait("Do it", "waiting", choice="tool:near__plain")
    expect(cards(alice)).to_contain_text("Destructive: it may not be undone")
    places = Places(alice, charlie)
    places.tell_of("succeeded", {"near__echo": ["first words"]})
    places.tell_of("waiting", {"near__plain": [SILENT]})
    allow(alice)
    alice.ask_and_wait("Do it", choice="tool:near__grow")
    wait_until_tool(charlie, "near__echo", "Changed: asks before each call")
    alice.ask_and_wait("Say “second words”", "waiting", choice="tool:near__echo")
    expect(cards(alice)).to_contain_text(CHANGED)
    Places(alice, charlie).tell_of("waiting", {"near__echo": [CHANGED]})
    allow(alice)
    places = Places(alice, charlie)
    places.tell_of("succeeded", {"near__plain": [SILENT]})
    places.tell_of("succeeded", {"near__echo": [CHANGED, "second words"]})
    read_all(charlie, "near")
    changed = charlie.page.get_by_role("region", name="near__echo")
    for words in ("Description, as it was accepted", "Say it again.", "Say it louder."):
        expect(changed).to_contain_text(words)


def test_lists_without_an_end_are_read_so_far_and_chosen_from(alice: Person, charlie: Person) -> None:
    for server in ENDLESS:
        add(charlie, server, command=server)
    for server, (offered, trouble) in ENDLESS.items():
        wait_until(charlie, server, "Connected")
        open_server(charlie, server)
        expect(charlie.page.locator(".field-trouble")).to_contain_text(trouble)
        expect(charlie.page.get_by_role("link", name=f"{offered} offered")).to_be_visible()
    alice.open("/")
    alice.ask_and_wait("Use many__t1-777", "waiting")
    allow(alice)
    places = Places(alice, charlie)
    places.tell_of("succeeded", {"many__t1-777": ["You called 't1-777'.", NEW]})
    chosen_from = places.replies[-1]["routing"]["tools"]
    assert chosen_from > 2_101
    for model_call in places.last_model_calls():
        expect(model_call).to_contain_text(f"find_tools and 60 of {chosen_from:,}")
        expect(model_call.locator(".chosen li").first).to_contain_text("many__t1-777 was used lately")
    more = f"{chosen_from - 70:,} more fit this question less, or not at all."
    places.tell_all_left_out({"": more})
