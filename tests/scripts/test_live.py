"""A page keeps up with its server, whatever is lost, late or twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.scripts.peer import Peer, reply, shows, turn

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_what_streams_is_shown_and_settles(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    expect(page.locator("#stop")).to_be_visible()
    peer.flow(2, 1, [0, 0, "<p>Hello</p>", 0])
    peer.flow(2, 2, [0, 8, " <em>you</em>", 4], [1, 0, "<p>More</p>", 0])
    shows(page, 2, "Hello youMore")
    peer.changes(7, reply(2, 1, "complete", rev=2), turn(1, "completed"))
    expect(page.locator("#message-2")).to_have_attribute("data-state", "complete")
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.get_by_text("The answer is complete.")).to_have_count(1)
    shows(page, 2, "Hello youMore")
    assert peer.asked("full") == []


def test_flow_that_comes_before_its_message_is_kept(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.flow(2, 1, [0, 0, "<p>Early</p>", 0])
    peer.changes(6, turn(1), reply(2, 1))
    shows(page, 2, "Early")


def test_words_take_the_place_of_thinking_before_the_row_says_so(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.add_style_tag(path=Path(settings.BASE_DIR) / "static" / "css" / "message.css")
    peer.changes(6, turn(1), reply(2, 1, "waiting", extra='<p class="thinking">Thinking</p>'))
    expect(page.get_by_text("Thinking")).to_be_visible()
    peer.flow(2, 1, [0, 0, "<p>Words</p>", 0])
    shows(page, 2, "Words")
    expect(page.get_by_text("Thinking")).to_be_hidden()


def test_arguments_are_shown_once_their_call_is(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.flow(2, 1, ["c7", 0, '{"city":', 0])
    row = '<li id="call-7"><pre id="arguments-7" data-flow></pre></li>'
    peer.changes(6, turn(1), reply(2, 1), ["call-7", "trace-turns", row])
    expect(page.locator("#arguments-7")).to_have_text('{"city":')


def test_a_gap_is_filled_by_a_full_frame(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    peer.flow(2, 1, [0, 0, "<p>a</p>", 0])
    peer.flow(2, 3, [0, 5, "c", 4])
    assert peer.wait_for("full")["message"] == 2
    peer.send(["F", 2, 1, 3, {"b": ["<p>abc</p>"]}])
    shows(page, 2, "abc")


def test_a_settled_reply_with_text_missing_is_asked_for(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    peer.flow(2, 1, [0, 0, "<p>a</p>", 0])
    peer.changes(7, reply(2, 1, "complete", rev=9))
    assert peer.wait_for("full")["message"] == 2
    peer.send(["F", 2, 1, 9, {"b": ["<p>all of it</p>"]}])
    shows(page, 2, "all of it")


def test_only_what_came_empty_is_asked_for(visit: Visit, peer: Peer) -> None:
    only_called = [reply(number, 1, "complete", rev=3)[2] for number in range(2, 62)]
    page = visit(turns=turn(1, inside="".join(only_called))[2])
    peer.changes(6, turn(70), reply(2, 1, "complete", rev=3, extra="<p>its call has run</p>"))
    expect(page.get_by_text("its call has run")).to_be_attached()
    peer.changes(7, reply(71, 70, "complete", rev=3))
    assert peer.wait_for("full")["message"] == 71
    assert len(peer.asked("full")) == 1


def test_flow_for_a_settled_message_is_ignored(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1, "complete", rev=3), bodies=[[2, 1, 3, {"b": ["<p>end</p>"]}]])
    peer.flow(2, 4, [0, 6, "less", 4])
    peer.changes(7, turn(3))
    expect(page.locator("#turn-3")).to_be_attached()
    shows(page, 2, "end")
    assert peer.asked("full") == []


def test_a_page_from_the_middle_of_a_stream_asks_for_the_whole(visit: Visit, peer: Peer) -> None:
    shown = reply(2, 1, rev=57)[2].replace(
        "data-flow></div>", 'data-flow><div class="block">Half</div></div>'
    )
    page = visit(turns=turn(1, inside=shown)[2])
    peer.flow(2, 58, [0, 3, "b", 4])
    assert peer.wait_for("full")["message"] == 2
    peer.send(["F", 2, 1, 58, {"b": ["<p>Half and more</p>"]}])
    shows(page, 2, "Half and more")


def test_a_lost_connection_comes_back_with_its_cursors(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(9, turn(1))
    expect(page.locator("#turn-1")).to_be_attached()
    peer.sockets[-1].close(code=4012)
    query = parse_qs(urlparse(peer.wait_for_socket(2).url).query)
    assert (query["cursor"], query["shelf"]) == (["9"], ["2"])
    peer.changes(10, turn(2))
    expect(page.locator("#turn-2")).to_be_attached()


def test_a_press_before_there_is_a_connection_counts_once(visit: Visit, page: Page, peer: Peer) -> None:
    # The page's modules have run by then, and no socket opens within the same task.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.getElementById('stop').click())"
    )
    visit(turns=turn(4)[2])
    assert peer.wait_for("stop")["turn"] == 4
    peer.sockets[-1].close(code=4012)
    peer.wait_for_socket(2)
    page.get_by_label("Message").fill("Hello")
    page.get_by_label("Message").press("Enter")
    peer.wait_for("send")
    assert len(peer.asked("stop")) == 1


def test_the_page_says_that_it_is_not_connected(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.route_web_socket("**/live/**", lambda socket: socket.close(code=4012))
    peer.sockets[-1].close(code=4012)
    expect(page.locator("#connection")).to_contain_text("Connection lost.")


def test_the_page_says_that_the_database_is_away(visit: Visit, page: Page, peer: Peer) -> None:
    visit()
    page.route_web_socket("**/live/**", lambda socket: socket.close(code=4503))
    peer.sockets[-1].close(code=4503)
    expect(page.locator("#connection")).to_contain_text("cannot use its database. What you write is kept.")


def test_signed_out_is_said_and_the_page_stays_away(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.get_by_label("Message").fill("half a thought")
    peer.sockets[-1].close(code=4401)
    expect(page.locator("#connection")).to_contain_text("signed out")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.get_by_label("Message")).to_have_value("half a thought")
    assert len(peer.sockets) == 1


def test_a_broken_frame_is_survived(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.send({"t": "changes", "seq": 8, "fragments": [None]})
    peer.wait_for_socket(2)
    peer.changes(9, turn(1))
    expect(page.locator("#turn-1")).to_be_attached()


def test_whatever_was_taken_in_is_acknowledged(visit: Visit, peer: Peer) -> None:
    visit()
    peer.changes(9, turn(1))
    assert peer.wait_for("ack")["bytes"] > 100
    peer.flow(2, 1, [0, 0, "<p>Hello</p>", 0])
    assert peer.wait_for("ack", 2)["bytes"] > 120


def test_turns_older_than_the_page_are_left_out(visit: Visit, peer: Peer) -> None:
    page = visit(turns=turn(5, "completed")[2])
    peer.changes(6, turn(3, "completed"), turn(6))
    expect(page.locator("#turn-6")).to_be_attached()
    expect(page.locator("#turn-3")).to_have_count(0)


def test_a_reset_shows_the_other_branch(visit: Visit, peer: Peer) -> None:
    page = visit(turns=turn(5)[2])
    peer.send(
        {"t": "reset", "seq": 8, "fragments": [["transcript", "", turn(9, "completed")[2]]], "bodies": []}
    )
    expect(page.locator("#transcript > .turn")).to_have_attribute("id", "turn-9")
    expect(page.locator("#stop")).to_be_hidden()


def test_the_list_stays_in_order(visit: Visit, peer: Peer) -> None:
    page = visit()
    entry = '<li id="listing-{0}" data-order="{1}"><a href="/">{0}</a></li>'

    def listing(name: str, order: int) -> list[str]:
        return [f"listing-{name}", "conversation-list", entry.format(name, order)]

    newest_first = [listing("a", 1), listing("b", 3), listing("c", 2)]
    peer.send({"t": "shelf", "seq": 3, "fragments": newest_first})
    expect(page.locator("#conversation-list > li")).to_have_text(["b", "c", "a"])
    peer.send({"t": "shelf", "seq": 4, "fragments": [listing("a", 9)]})
    expect(page.locator("#conversation-list > li")).to_have_text(["a", "b", "c"])
