"""Splices become text by the protocol's rules, and every gap is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from conversations.rendering.markdown import blocks
from conversations.rendering.shorthand import SHORTHAND, shorten
from tests.rendering.corpus import CORPUS

pytestmark = pytest.mark.browser

RUN = """async ([steps, shorthand]) => {
    const { Flow } = await import("clearcall/flow");
    const asked = [];
    let now = 0;
    const flow = new Flow((message) => asked.push(message), shorthand, () => now);
    const results = steps.map(([name, ...args]) => name === "later" ? (now += args[0]) : flow[name](...args));
    const store = flow.get(1);
    const kept = store && {
        attempt: store.attempt,
        rev: store.rev,
        blocks: store.blocks,
        texts: Object.fromEntries(store.texts),
    };
    return { results, asked, store: kept };
}"""

Steps = Callable[..., Any]


@pytest.fixture
def steps(bare: Page) -> Steps:
    """Do these to a fresh flow; returns results, what was asked for, and what is known of message 1."""
    return lambda *done: bare.evaluate(RUN, [list(done), list(SHORTHAND)])


def splice(rev: int, *splices: list[Any], attempt: int = 1) -> list[Any]:
    return ["splice", 1, attempt, rev, list(splices)]


def test_splices_keep_the_start_and_the_end(steps: Steps) -> None:
    done = steps(splice(1, [0, 0, "<p>one</p>", 0]), splice(2, [0, 6, " two", 4], ["r", 0, "hm", 0]))
    assert done["store"]["blocks"] == ["<p>one two</p>"]
    assert done["store"]["texts"] == {"r": "hm"}
    assert done["results"] == ["all", [0, "r"]]


def test_lengths_count_utf_16_units(steps: Steps) -> None:
    done = steps(splice(1, ["c7", 0, "🙂a", 0]), splice(2, ["c7", 2, "b", 1]))
    assert done["store"]["texts"] == {"c7": "🙂ba"}


@pytest.mark.parametrize("kind", CORPUS)
def test_shorthand_is_spelled_out_in_blocks(steps: Steps, kind: str) -> None:
    html = blocks(CORPUS[kind])
    done = steps(splice(1, *([slot, 0, shorten(block), 0] for slot, block in enumerate(html))))
    assert done["store"]["blocks"] == html


def test_the_characters_of_shorthand_stand_for_themselves_where_they_were_written(steps: Steps) -> None:
    written = "".join(map(chr, range(0x80, 0xA0)))
    done = steps(splice(1, [0, 0, shorten(written), 0], ["r", 0, written, 0]))
    assert (done["store"]["blocks"], done["store"]["texts"]) == ([written], {"r": written})


def test_a_frame_that_came_before_is_ignored(steps: Steps) -> None:
    done = steps(splice(1, [0, 0, "a", 0]), splice(2, [0, 1, "b", 0]), splice(2, [0, 1, "b", 0]))
    assert done["store"]["blocks"] == ["ab"]
    assert done["asked"] == []


def test_a_gap_is_asked_for_once_and_again_after_two_seconds(steps: Steps) -> None:
    first = splice(1, [0, 0, "a", 0])
    assert steps(first, splice(3, [0, 1, "c", 0]), splice(4, [0, 2, "d", 0]))["asked"] == [1]
    assert steps(first, splice(3), ["later", 1_999], ["remind"])["asked"] == [1]
    assert steps(first, splice(3), ["later", 2_000], ["remind"])["asked"] == [1, 1]


def test_nothing_is_applied_between_a_gap_and_the_full_frame(steps: Steps) -> None:
    gap = [splice(1, [0, 0, "a", 0]), splice(3, [0, 1, "c", 0])]
    assert steps(*gap, splice(2, [0, 1, "b", 0]))["store"]["blocks"] == ["a"]
    healed = steps(*gap, ["whole", 1, 1, 5, {"b": ["abcde"]}], splice(6, [0, 5, "f", 0]))
    assert healed["store"]["blocks"] == ["abcdef"]


def test_a_full_frame_older_than_what_is_here_is_ignored(steps: Steps) -> None:
    done = steps(splice(1, [0, 0, "a", 0]), splice(2, [0, 1, "b", 0]), ["whole", 1, 1, 1, {"b": ["a"]}])
    assert done["store"]["blocks"] == ["ab"]


def test_a_new_attempt_begins_with_nothing(steps: Steps) -> None:
    old = splice(1, [0, 0, "old", 0], ["r", 0, "thought", 0])
    done = steps(old, splice(1, [0, 0, "new", 0], attempt=2), splice(2, [0, 3, "!", 0]))
    assert done["store"] == {"attempt": 2, "rev": 1, "blocks": ["new"], "texts": {}}


def test_a_splice_that_does_not_fit_is_a_gap(steps: Steps) -> None:
    assert steps(splice(1, [0, 0, "a", 0]), splice(2, [0, 9, "b", 0]))["asked"] == [1]


def test_flow_that_begins_in_the_middle_is_a_gap(steps: Steps) -> None:
    assert steps(splice(40, [0, 700, "b", 0]))["asked"] == [1]


def test_a_page_is_no_base_for_splices(steps: Steps) -> None:
    assert steps(["shown", 1, 1, 57], splice(58, [0, 3, "b", 4]))["asked"] == [1]
    assert steps(["shown", 1, 1, 57], splice(57, [0, 3, "b", 4]))["asked"] == []


def test_blocks_that_become_nothing_are_gone(steps: Steps) -> None:
    two = splice(1, [0, 0, "a", 0], [1, 0, "b", 0])
    assert steps(two, splice(2, [1, 0, "", 0]))["store"]["blocks"] == ["a"]


def test_a_settled_message_is_let_go_or_asked_for(steps: Steps) -> None:
    assert steps(splice(1), ["settled", 1, 1, 1])["results"][-1] is True
    missing = steps(splice(1), ["settled", 1, 1, 2])
    assert missing["results"][-1] is False
    assert missing["asked"] == [1]
