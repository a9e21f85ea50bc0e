"""What a person writes reaches the server once, or comes back into the box."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.scripts.peer import Peer, turn

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ADDRESS = "/conversations/7b0f1f8e-0000-4000-8000-000000000001/"


def box(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def test_a_message_is_pending_until_its_turn_is_there(visit: Visit, peer: Peer) -> None:
    page = visit()
    say(page, "Hello")
    sent = peer.wait_for("send")
    expect(page.locator("#pending .body")).to_have_text("Hello")
    expect(box(page)).to_have_value("")
    peer.send(
        {"t": "done", "re": sent["n"], "turn": 1, "conversation": "7b0f1f8e-0000-4000-8000-000000000001"}
    )
    page.wait_for_url(f"**{ADDRESS}")
    expect(page.locator("#pending .body")).to_have_text("Hello")
    peer.changes(6, turn(1, client=sent["client_id"]))
    expect(page.locator("#pending .body")).to_have_count(0)


def test_a_message_written_without_a_connection_is_sent_once(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.answers["send"] = {"turn": 1}
    peer.sockets[-1].close(code=4012)
    say(page, "Hello")
    peer.wait_for_socket(2)
    first = peer.wait_for("send")
    page.reload()
    peer.wait_for_socket(3)
    peer.changes(6, turn(1, client=first["client_id"]))
    expect(page.locator("#turn-1")).to_be_attached()
    assert len(peer.asked("send")) == 1


def test_a_message_whose_answer_was_lost_is_sent_again_under_its_own_id(visit: Visit, peer: Peer) -> None:
    page = visit()
    say(page, "Hello")
    first = peer.wait_for("send")
    peer.sockets[-1].close(code=4012)
    again = peer.wait_for("send", count=2)
    assert again["client_id"] == first["client_id"]
    assert page.evaluate("() => document.querySelectorAll('#pending .body').length") == 1


def test_a_message_that_is_refused_comes_back(visit: Visit, peer: Peer) -> None:
    page = visit()
    say(page, "Hello")
    sent = peer.wait_for("send")
    box(page).fill("and more")
    peer.send({"t": "refused", "re": sent["n"], "code": "too_fast", "message": "Wait a little."})
    expect(page.get_by_role("alert")).to_have_text("Wait a little.")
    expect(box(page)).to_have_value("Hello\n\nand more")
    expect(page.locator("#pending .body")).to_have_count(0)


def test_too_long_a_message_stays_in_the_box(visit: Visit, peer: Peer) -> None:
    page = visit()
    say(page, "x" * 201)
    expect(page.get_by_role("alert")).to_contain_text("200 characters")
    expect(box(page)).to_have_value("x" * 201)
    assert peer.asked("send") == []


def test_what_is_left_is_counted_in_characters_and_said_now_and_then(visit: Visit, page: Page) -> None:
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            const status = document.getElementById("status");
            window.said = [];
            const note = () => window.said.push(status.textContent.trim());
            new MutationObserver(note).observe(status, { childList: true });
        });"""
    )
    visit()
    box(page).fill("😀" * 150)
    expect(page.locator("#length")).to_have_text("50")
    for count in (160, 180, 190, 199, 201, 202):
        box(page).fill("😀" * count)
    expect(page.locator("#length")).to_have_text("2 too many")
    assert page.evaluate("() => window.said") == [
        "50 characters left.",
        "20 characters left.",
        "1 character left.",
        "1 character too many.",
    ]
    say(page, "😀" * 200)
    expect(page.locator("#pending .body")).to_have_text("😀" * 200)


FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def test_a_message_is_sent_though_nothing_more_can_be_stored(visit: Visit, page: Page, peer: Peer) -> None:
    visit()
    say(page, "First")
    first = peer.wait_for("send")
    page.evaluate(f"() => {{ {FULL} }}")
    say(page, "Second")
    expect(page.locator("#pending .body")).to_have_text(["First", "Second"])
    peer.send({"t": "done", "re": first["n"], "turn": 1})
    assert peer.wait_for("send", 2)["text"] == "Second"


OLD_LIST = "clearcall.outbox.1"  # an earlier version kept all letters of a person there


def test_letters_of_an_earlier_version_are_sent_once_though_storage_is_full(
    visit: Visit, page: Page, peer: Peer
) -> None:
    letter = {"conversation": ADDRESS.split("/")[2], "choice": "auto", "begins": False}
    first = {**letter, "client_id": "a", "text": "First", "at": 1}
    second = {**letter, "client_id": "b", "text": "Second", "at": 2}
    kept = json.dumps(json.dumps([first, second]))
    page.add_init_script(f"localStorage.setItem('{OLD_LIST}', {kept}); {FULL}")
    peer.answers["send"] = {"turn": 1}
    visit()
    peer.wait_for("send", 2)
    say(page, "Third")
    peer.wait_for("send", 3)
    assert [sent["text"] for sent in peer.asked("send")] == ["First", "Second", "Third"]


def test_what_is_no_list_of_letters_is_forgotten(visit: Visit, page: Page, peer: Peer) -> None:
    page.add_init_script(f"localStorage.setItem('{OLD_LIST}', '{{}}')")
    visit()
    say(page, "Hello")
    assert peer.wait_for("send")["text"] == "Hello"
    assert page.evaluate(f"() => localStorage.getItem('{OLD_LIST}')") is None


def test_an_answer_in_one_tab_leaves_what_another_has_just_written(
    visit: Visit, page: Page, peer: Peer
) -> None:
    visit(ADDRESS)
    say(page, "First")
    sent = peer.wait_for("send")
    other = page.context.new_page()
    other.route_web_socket("**/live/**", lambda socket: None)
    other.goto(ADDRESS)
    say(other, "Second")
    expect(page.locator("#pending .body")).to_have_text(["First", "Second"])
    kept = page.evaluate("() => Object.values(localStorage)")
    assert len(kept) == 2  # to write one reads and writes no other, so that no moment is the wrong one
    peer.send({"t": "done", "re": sent["n"], "turn": 1})
    assert peer.wait_for("send", 2)["text"] == "Second"


def test_white_space_is_not_sent_and_shift_enter_breaks_the_line(visit: Visit, peer: Peer) -> None:
    page = visit()
    say(page, "  ")
    box(page).fill("one")
    box(page).press("Shift+Enter")
    box(page).type("two")
    expect(box(page)).to_have_value("one\ntwo")
    box(page).press("Enter")
    assert peer.wait_for("send")["text"] == "one\ntwo"
    assert len(peer.asked("send")) == 1


def test_a_choice_counts_for_one_message(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.get_by_label("Tool choice").select_option("none")
    say(page, "Hello")
    assert peer.wait_for("send")["choice"] == "none"
    expect(page.get_by_label("Tool choice")).to_have_value("auto")


def test_a_draft_outlives_the_page(visit: Visit) -> None:
    page = visit(ADDRESS)
    box(page).fill("half a thought")
    page.reload()
    expect(box(page)).to_have_value("half a thought")


def test_a_message_taken_back_is_in_the_box_again(visit: Visit, peer: Peer) -> None:
    take_back = '<button data-do="withdraw" data-turn="1">Take back</button>'
    page = visit(turns=turn(1, "queued", inside=take_back)[2])
    peer.answers["withdraw"] = {"text": "Hello again"}
    page.get_by_role("button", name="Take back").click()
    expect(box(page)).to_have_value("Hello again")
    assert peer.asked("withdraw")[0]["turn"] == 1


def test_escape_in_the_box_stops_what_runs(visit: Visit, peer: Peer) -> None:
    page = visit(turns=turn(4)[2])
    box(page).press("Escape")
    assert peer.wait_for("stop")["turn"] == 4


def test_a_question_is_edited_in_its_place_while_news_come(visit: Visit, peer: Peer) -> None:
    question = (
        '<div class="message" id="message-2" data-message="2" data-role="user"><div class="body">Old</div>'
        '<button data-edit="message-2" data-turn="1">Edit</button></div>'
    )
    page = visit(turns=turn(1, "completed", inside=question)[2])
    peer.answers["edit"] = {"turn": 5}
    box(page).press("ArrowUp")
    field = page.get_by_label("Edit your message")
    field.fill("New")
    peer.changes(6, ["message-2", "messages-1", question.replace("Old", "Older")])
    expect(page.locator("#message-2 > .body")).to_have_text("Older")
    expect(field).to_be_focused()
    field.press("Enter")
    sent = peer.wait_for("edit")
    assert (sent["turn"], sent["text"]) == (1, "New")
    assert "choice" not in sent  # so that it stays the turn's own
    expect(field).to_have_count(0)
    expect(box(page)).to_be_focused()
    edit = page.get_by_role("button", name="Edit")
    edit.press("Enter")
    field.press("Escape")
    expect(edit).to_be_focused()
    edit.press("Enter")
    peer.send({"t": "reset", "seq": 7, "fragments": [["transcript", "", turn(5)[2]]], "bodies": []})
    expect(page.locator("#turn-5")).to_be_focused()


def test_a_switch_goes_back_when_it_is_refused(visit: Visit, peer: Peer) -> None:
    page = visit()
    switch = page.get_by_role("switch", name="calculate")
    switch.click()
    sent = peer.wait_for("switch_tool")
    assert (sent["tool"], sent["on"]) == ("calculate", False)
    expect(switch).not_to_be_checked()
    peer.send({"t": "refused", "re": sent["n"], "code": "no_such_tool", "message": "It is gone."})
    expect(switch).to_be_checked()
    expect(page.get_by_role("alert")).to_have_text("It is gone.")


def test_deleting_asks_first(visit: Visit, peer: Peer) -> None:
    sure = (
        '<button data-do="delete" data-conversation="abc" data-confirm="Delete it?" data-yes="Away with it">'
        "Delete</button>"
    )
    page = visit(turns=turn(1, "completed", inside=sure)[2])
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Delete it?")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Away with it").click()
    assert peer.wait_for("delete")["conversation"] == "abc"
    assert len(peer.asked("delete")) == 1
