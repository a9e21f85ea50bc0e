"""What is replaced keeps what belongs to the person, and text stays text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.scripts.peer import Peer, reply, shows, turn

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ROW = (
    '<li id="call-7" data-state="{0}"><details><summary>{0}</summary><p>Details</p></details>'
    '<input id="field"></li>'
)
AT_THE_END = """() => {
    const { scrollHeight, clientHeight, scrollTop } = document.querySelector("main [data-scroller]");
    return scrollHeight > 1000 && scrollHeight - clientHeight - scrollTop < 2;
}"""


def call(state: str) -> list[str]:
    return ["call-7", "trace-turns", ROW.format(state)]


def test_focus_and_what_is_being_typed_stay(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, call("running"))
    page.locator("#field").fill("typed")
    peer.changes(7, call("succeeded"))
    expect(page.locator("#call-7")).to_have_attribute("data-state", "succeeded")
    expect(page.locator("#field")).to_be_focused()
    expect(page.locator("#field")).to_have_value("typed")


def test_what_the_person_unfolded_stays_unfolded(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, call("running"))
    page.locator("#call-7 summary").click()
    peer.changes(7, call("succeeded"))
    expect(page.locator("#call-7 summary")).to_have_text("succeeded")
    expect(page.locator("#call-7 details")).to_have_attribute("open", "")


def test_what_the_server_folds_is_folded_if_nobody_touched_it(visit: Visit, peer: Peer) -> None:
    page = visit()
    opened = ["call-7", "trace-turns", ROW.format("running").replace("<details>", "<details open>")]
    peer.changes(6, opened)
    expect(page.locator("#call-7 details")).to_have_attribute("open", "")
    peer.changes(7, call("succeeded"))
    expect(page.locator("#call-7 details")).not_to_have_attribute("open", "")


def test_a_shell_leaves_the_text_in_place(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    peer.flow(2, 1, [0, 0, "<p>Here</p>", 0])
    shows(page, 2, "Here")
    peer.changes(7, reply(2, 1, extra="<h2>The answer</h2>"), turn(1))
    expect(page.locator("#message-2 h2")).to_be_attached()
    shows(page, 2, "Here")


def test_text_that_is_folded_away_moves_with_its_fold(visit: Visit, peer: Peer) -> None:
    body = '<div class="body" id="body-2" data-flow></div>'
    name, into, html = reply(2, 1, "interrupted", rev=1)
    written = html.replace(body, body.replace("></div>", '><div class="block">Here</div></div>'))
    page = visit(turns=turn(1, inside=written)[2])
    folded = html.replace(body, f"<details><summary>Interrupted</summary>{body}</details>")
    peer.changes(7, [name, into, folded])
    expect(page.locator("#message-2 details #body-2")).to_have_text("Here")


def test_text_that_grows_is_appended_and_a_selection_stays(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    peer.flow(2, 1, [0, 0, "<ul>\n<li>first</li>\n<li>sec</li>\n</ul>\n", 0])
    expect(page.locator("#body-2 li")).to_have_text(["first", "sec"])
    page.evaluate(
        """() => {
            window.node = document.querySelector("#body-2 li:last-child").firstChild;
            getSelection().setBaseAndExtent(window.node, 0, window.node, 3);
        }"""
    )
    peer.flow(2, 2, [0, 27, "ond", 12])
    expect(page.locator("#body-2 li")).to_have_text(["first", "second"])
    same = "() => window.node === document.querySelector('#body-2 li:last-child').firstChild"
    assert page.evaluate(same)
    assert page.evaluate("() => getSelection().toString()") == "sec"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a</p>", "<p>a &amp;</p>"),
        ("<p>a &am</p>", "<p>a &amp;</p>"),
        ("<p>a <b</p>", "<p>a <b>c</b></p>"),
        ("<p>a <em>b</em></p>", "<p>a <em>b</em> c</p>"),
        ("<p>a <em>b</em></p>", "<p>a <em>bc</em></p>"),
        ("<pre><code>\n</code></pre>", "<pre><code>\n\nx</code></pre>"),
        ("<p></p>", "<p>x</p>"),
        (
            "<table><tbody><tr><td>1</td></tr></tbody></table>",
            "<table><tbody><tr><td>12</td></tr></tbody></table>",
        ),
        ("<table><tr><td>1</td></tr></table>", "<table><tr><td>12</td></tr></table>"),
        ("plain", "plainer"),
        ("<p>a<br></p>", "<p>a<br>b</p>"),
    ],
)
def test_however_a_block_grows_it_is_what_the_parser_makes_of_it(bare: Page, before: str, after: str) -> None:
    shown, wanted = bare.evaluate(
        """async ([before, after]) => {
            const { writeBlocks } = await import("clearcall/writing");
            const [grown, fresh] = [document.createElement("div"), document.createElement("div")];
            writeBlocks(grown, [before]);
            writeBlocks(grown, [after]);
            writeBlocks(fresh, [after]);
            return [grown.innerHTML, fresh.innerHTML];
        }""",
        [before, after],
    )
    assert shown == wanted


def test_hostile_arguments_and_reasoning_stay_text(visit: Visit, peer: Peer) -> None:
    page = visit()
    hostile = "<img src=x onerror=alert(1)></pre><script>alert(2)</script>"
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    reasoning = '<div id="reasoning-2" data-flow></div>'
    row = '<li id="call-7"><pre id="arguments-7" data-flow></pre></li>'
    peer.changes(6, turn(1), reply(2, 1, extra=reasoning), ["call-7", "trace-turns", row])
    peer.flow(2, 1, ["r", 0, hostile, 0], ["c7", 0, hostile, 0])
    expect(page.locator("#reasoning-2")).to_have_text(hostile)
    expect(page.locator("#arguments-7")).to_have_text(hostile)
    expect(page.locator("img")).to_have_count(0)


def test_the_end_is_followed_only_by_who_is_there(visit: Visit, peer: Peer) -> None:
    page = visit()
    peer.changes(6, turn(1), reply(2, 1))
    blocks = [f"<p>{number}</p>" for number in range(40)]
    peer.flow(2, 1, *[[index, 0, html, 0] for index, html in enumerate(blocks)])
    page.wait_for_function(AT_THE_END)
    expect(page.locator("#jump")).to_be_hidden()
    page.locator("main [data-scroller]").evaluate("(element) => { element.scrollTop = 100; }")
    expect(page.locator("#jump")).to_be_visible()
    peer.flow(2, 2, [40, 0, "<p>more</p>", 0])
    expect(page.locator("#body-2")).to_contain_text("more")
    assert page.locator("main [data-scroller]").evaluate("(element) => element.scrollTop") == 100
    page.locator("#jump").click()
    page.wait_for_function(AT_THE_END)
    expect(page.locator("#jump")).to_be_hidden()
