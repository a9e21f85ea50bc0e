"""The trace, older turns, the search and the keys do what the page promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.scripts.peer import Peer, reply, turn

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ADDRESS = "/conversations/7b0f1f8e-0000-4000-8000-000000000001/"
CALL = '<li id="call-7"><details><summary>get_weather</summary><p>Arguments</p></details></li>'


def trace_turn(bars: str, state: str = "completed") -> list[str]:
    html = (
        f'<section class="trace-turn" id="trace-turn-1" data-turn="1" data-state="{state}" data-start="0">'
        f"{bars}</section>"
    )
    return ["trace-turn-1", "trace-turns", html]


def test_a_call_opens_from_the_chat_and_is_focused(visit: Visit, peer: Peer) -> None:
    link = '<a href="#call-7" data-opens="call-7">Used a tool</a>'
    page = visit(turns=turn(1, "completed", inside=link)[2])
    peer.changes(6, ["call-7", "trace-turns", CALL])
    page.get_by_role("link", name="Used a tool").click()
    expect(page.locator("#call-7 details")).to_have_attribute("open", "")
    expect(page.locator("#call-7")).to_be_focused()
    peer.changes(7, ["call-7", "trace-turns", CALL.replace("Arguments", "Result")])
    expect(page.locator("#call-7 p")).to_have_text("Result")
    expect(page.locator("#call-7 details")).to_have_attribute("open", "")


def test_bars_stand_on_the_axis_of_their_turn(visit: Visit, peer: Peer) -> None:
    page = visit()
    bar = '<span class="bar" data-bar data-from="{0}" data-to="{1}"></span>'
    peer.changes(6, trace_turn(bar.format(0, 250) + bar.format(250, 1000)))
    expect(page.locator("[data-bar]").nth(1)).to_have_attribute("style", "--from: 0.2500; --to: 1.0000;")
    peer.changes(7, trace_turn(bar.format(0, 250) + bar.format(250, 2000)))
    expect(page.locator("[data-bar]").first).to_have_attribute("style", "--from: 0.0000; --to: 0.1250;")


def test_older_turns_come_in_above_what_is_read(visit: Visit) -> None:
    tall = '<div style="height: 900px">tall</div>'
    older = {"transcript": turn(3, "completed", inside=tall)[2], "trace": "", "more": False}
    page = visit(ADDRESS, turns=turn(5, "completed", inside=tall)[2])
    page.route(re.compile(r"/older/\?before=5$"), lambda route: route.fulfill(json=older))
    top = "() => document.getElementById('turn-5').getBoundingClientRect().top"
    # At the very top no browser keeps the place by itself.
    page.locator("main [data-scroller]").evaluate("(element) => { element.scrollTop = 0; }")
    expect(page.locator("#jump")).to_be_visible()
    before = page.evaluate(top)
    page.locator("#older").evaluate("(button) => { button.hidden = false; button.click(); }")
    expect(page.locator("#transcript .turn")).to_have_count(2)
    expect(page.locator("#transcript .turn").first).to_have_attribute("id", "turn-3")
    expect(page.locator("#older")).to_be_hidden()
    assert abs(page.evaluate(top) - before) < 40


def test_turns_that_were_loaded_later_change_like_all_others(visit: Visit, peer: Peer) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        before = int(route.request.url.rpartition("=")[2])
        asked.append(str(before))
        turns = "".join(turn(number, "completed")[2] for number in (before - 2, before - 1))
        section = '<section class="trace-turn" id="trace-turn-{0}" data-turn="{0}" data-state="completed">'
        trace = "".join(section.format(number) + "</section>" for number in (before - 2, before - 1))
        route.fulfill(json={"transcript": turns, "trace": trace, "more": True})

    page = visit(ADDRESS, turns=turn(8, "completed")[2])
    page.route(re.compile(r"/older/"), answer)
    press = "(button) => { button.hidden = false; button.click(); }"
    for count in (3, 5):
        page.locator("#older").evaluate(press)
        expect(page.locator("#transcript .turn")).to_have_count(count)
        expect(page.locator("#trace-turns .trace-turn")).to_have_count(count - 1)
    assert asked == ["8", "6"]
    numbers = "turns => turns.map(turn => turn.dataset.turn)"
    assert page.locator("#transcript .turn").evaluate_all(numbers) == ["4", "5", "6", "7", "8"]
    peer.changes(6, turn(3, "completed"), turn(5, "running"), turn(9, "queued"))
    expect(page.locator("#turn-9")).to_be_attached()
    assert page.locator("#transcript .turn").evaluate_all(numbers) == ["4", "5", "6", "7", "8", "9"]
    expect(page.locator("#turn-5")).to_have_attribute("data-state", "running")
    expect(page.locator("#stop")).to_have_attribute("data-turn", "5")


def test_the_list_shows_what_was_found_and_nothing_new(visit: Visit, peer: Peer) -> None:
    entry = '<li id="listing-{0}" data-order="1"><a href="/">{0}</a></li>'
    page = visit()
    page.route(re.compile(r"\?q=trip$"), lambda route: route.fulfill(body=entry.format("trip")))
    page.route(re.compile(r"\?q=$"), lambda route: route.fulfill(body=entry.format("all")))
    page.get_by_label("Find").fill("trip")
    entries = page.locator("#conversation-list > li")
    expect(entries).to_have_text(["trip"])
    new = ["listing-new", "conversation-list", entry.format("new")]
    peer.send({"t": "shelf", "seq": 3, "fragments": [new]})
    peer.changes(6, turn(1))
    expect(page.locator("#turn-1")).to_be_attached()
    expect(entries).to_have_text(["trip"])
    page.get_by_label("Find").fill("")
    expect(entries).to_have_text(["all"])


def listing(name: str, order: int) -> list[str]:
    tools = "".join(
        f'<button data-do="{what}" data-conversation="{name}">{what} {name}</button>'
        for what in ("rename", "delete")
    )
    html = f'<a href="/"><span class="title">{name}</span></a>{tools}'
    entry = f'<li id="listing-{name}" data-order="{order}">{html}</li>'
    return [f"listing-{name}", "conversation-list", entry]


def test_focus_comes_back_to_the_list(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.answers |= {"rename": {}, "delete": {}}
    peer.send({"t": "shelf", "seq": 3, "fragments": [listing("a", 2), listing("b", 1)]})
    rename = page.get_by_role("button", name="rename a")
    for key in ("Escape", "Enter"):
        rename.press("Enter")
        page.get_by_label("Title").press(key)
        expect(rename).to_be_focused()
    page.get_by_role("button", name="delete a").press("Enter")
    peer.wait_for("delete")
    peer.send({"t": "shelf", "seq": 4, "fragments": [["listing-a", "conversation-list", ""]]})
    expect(page.locator("#listing-b a")).to_be_focused()


def test_focus_goes_to_the_turn_when_a_card_or_a_button_goes(visit: Visit, peer: Peer) -> None:
    inside = '<button data-do="allow">Allow</button><p role="alert"></p>'
    card = f'<div><div data-approval data-call="7" data-shown="x">{inside}</div></div>'
    page = visit()
    peer.answers |= {"allow": {}, "stop": {}}
    peer.changes(6, turn(1, "waiting"), reply(2, 1, "complete", extra=card))
    page.get_by_role("button", name="Allow").press("Enter")
    peer.changes(7, reply(2, 1, "complete", extra="<div></div>"), turn(1))
    expect(page.locator("#turn-1")).to_be_focused()
    page.get_by_role("button", name="Stop").press("Enter")
    peer.changes(8, turn(1, "stopped"))
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#turn-1")).to_be_focused()


def test_another_version_of_a_turn_has_focus_on_the_same_button(visit: Visit, peer: Peer) -> None:
    def version(number: int) -> str:
        buttons = "".join(
            f'<button data-do="show" data-turn="{to}" aria-label="{name}">x</button>'
            for to, name in ((8, "Previous"), (9, "Next"))
        )
        return turn(number, "completed", inside=buttons)[2]

    page = visit(turns=version(4) + version(5))
    page.get_by_role("button", name="Next").first.press("Enter")
    sent = peer.wait_for("show")
    peer.send({"t": "reset", "seq": 7, "fragments": [["transcript", "", version(9)]], "bodies": []})
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    peer.send({"t": "done", "re": sent["n"]})


def test_a_slash_leads_to_the_box_and_is_not_written(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.keyboard.press("/")
    expect(page.get_by_label("Message", exact=True)).to_have_value("/")


PRESS = """([key, more]) => {
    const init = { key, code: "KeyA", altKey: true, bubbles: true, cancelable: true, ...more };
    return !document.activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
}"""
PLATFORM = """for (const [name, value] of [["platform", "%s"], ["userAgentData", undefined]])
    Object.defineProperty(navigator, name, { value });"""
MAC, WINDOWS, LINUX = "MacIntel", "Win32", "Linux x86_64"


@pytest.mark.parametrize(
    ("platform", "key", "more", "taken"),
    [
        (MAC, "a", {}, True),
        (MAC, "å", {}, False),
        (MAC, "†", {}, False),
        (MAC, "Dead", {}, False),
        (WINDOWS, "A", {}, True),
        (WINDOWS, "ф", {}, True),
        (WINDOWS, "ą", {"ctrlKey": True}, False),
        (LINUX, "ф", {}, True),
        (LINUX, "ą", {"modifierAltGraph": True}, False),
    ],
)
def test_alt_with_a_letter_leaves_what_it_types_alone(
    visit: Visit, page: Page, platform: str, key: str, more: dict[str, bool], taken: bool
) -> None:
    page.add_init_script(PLATFORM % platform)
    visit()
    assert page.evaluate(PRESS, [key, more])  # nothing is written, so that it types nothing
    page.get_by_label("Message", exact=True).focus()
    assert page.evaluate(PRESS, [key, more]) is taken


def test_an_answer_is_copied_without_its_buttons(visit: Visit, page: Page) -> None:
    page.add_init_script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    body = (
        '<div id="body-2"><p>So:</p><div><button data-copy="">Copy</button>'
        "<pre><code>a = 1\nb = 2</code></pre></div></div>"
        '<button data-copy="body-2">Copy the answer</button>'
    )
    visit(turns=turn(1, "completed", inside=body)[2])
    page.get_by_role("button", name="Copy the answer").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_attached()
    assert page.evaluate("() => window.copied") == "So:\n\na = 1\nb = 2"
    page.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("() => window.copied") == "a = 1\nb = 2"


SIGN_IN = "<!doctype html><title>Sign in</title>"


def test_what_a_lost_sign_in_keeps_back_is_said(visit: Visit, page: Page) -> None:
    page.route(
        re.compile(r"/older/|\?q="), lambda route: route.fulfill(status=302, headers={"Location": "/in"})
    )
    page.route("**/in", lambda route: route.fulfill(body=SIGN_IN, content_type="text/html"))
    visit(ADDRESS, turns=turn(5, "completed")[2])
    page.locator("#older").evaluate("(button) => { button.hidden = false; button.click(); }")
    expect(page.get_by_role("alert")).to_have_text(
        "Earlier messages could not be loaded: you are signed out."
    )
    page.get_by_label("Find").fill("trip")
    expect(page.get_by_role("alert")).to_contain_text("The list could not be searched: you are signed out.")
    expect(page.locator("#transcript > .turn")).to_have_count(1)


def test_what_could_not_be_had_is_said_until_it_can_beside_a_refusal(
    visit: Visit, page: Page, peer: Peer
) -> None:
    visit(ADDRESS, turns=turn(5, "completed")[2])
    say, alert = page.get_by_label("Message", exact=True), page.get_by_role("alert")
    say.fill("Hello")
    say.press("Enter")
    refused = {"t": "refused", "code": "too_fast", "message": "Wait a little."}
    peer.send({**refused, "re": peer.wait_for("send")["n"]})
    expect(alert).to_have_text("Wait a little.")
    page.route(re.compile(r"/older/"), lambda route: route.abort())
    press = "(button) => { button.hidden = false; button.click(); }"
    page.locator("#older").evaluate(press)
    lost = "Earlier messages could not be loaded: there is no connection."
    expect(alert).to_have_text(f"Wait a little. {lost}")
    older = {"transcript": turn(3, "completed")[2], "trace": "", "more": False}
    page.route(re.compile(r"/older/"), lambda route: route.fulfill(json=older))
    page.locator("#older").evaluate(press)
    expect(page.locator("#transcript .turn")).to_have_count(2)
    expect(alert).to_have_text("Wait a little.")


def test_a_search_that_works_again_says_so_by_silence(visit: Visit, page: Page) -> None:
    visit()
    page.route(re.compile(r"\?q=trip$"), lambda route: route.abort())
    page.route(re.compile(r"\?q=$"), lambda route: route.fulfill(body=""))
    page.get_by_label("Find").fill("trip")
    expect(page.get_by_role("alert")).to_have_text("The list could not be searched: there is no connection.")
    page.get_by_label("Find").fill("")
    expect(page.locator("#composer-problem")).to_be_empty()


def test_only_messages_of_this_person_and_conversation_are_sent(visit: Visit, page: Page, peer: Peer) -> None:
    letter = {"client_id": "a", "text": "Not here", "choice": "auto", "begins": False, "at": 0}
    here = {**letter, "conversation": "7b0f1f8e-0000-4000-8000-000000000001"}
    elsewhere = {**letter, "conversation": "7b0f1f8e-0000-4000-8000-000000000002"}
    for person, kept in ((2, here), (1, elsewhere)):
        page.add_init_script(
            f"localStorage.setItem('clearcall.outbox.{person}', {json.dumps(json.dumps([kept]))})"
        )
    visit()
    page.get_by_label("Message", exact=True).fill("Here")
    page.keyboard.press("Enter")
    peer.wait_for("send")
    assert [sent["text"] for sent in peer.asked("send")] == ["Here"]


def test_a_new_page_takes_over_what_an_old_one_left_unsent(visit: Visit, page: Page, peer: Peer) -> None:
    left = "7b0f1f8e-0000-4000-8000-0000000000ff"
    letter = {
        "client_id": left,
        "conversation": left,
        "text": "Left",
        "choice": "auto",
        "begins": True,
        "at": 0,
    }
    page.add_init_script(f"localStorage.setItem('clearcall.outbox.1', {json.dumps(json.dumps([letter]))})")
    visit()
    assert peer.wait_for("send")["text"] == "Left"
    assert f"/live/{left}/" in peer.sockets[-1].url
