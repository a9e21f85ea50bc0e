"""Markdown becomes the HTML that the page expects, block by block."""

import pytest

from conversations.rendering.markdown import blocks
from tests.rendering.document import Document

REST = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "Hello *there*, **you** ~~not~~",
            "<p>Hello <em>there</em>, <strong>you</strong> <del>not</del></p>",
        ),
        ("# One", "<h3>One</h3>"),
        ("###### Six", "<h6>Six</h6>"),
        ("a  \nb\nc", "<p>a<br>b\nc</p>"),
        ("a<br>b<BR/>c", "<p>a<br>b<br>c</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("1. a", "<ol><li>a</li></ol>"),
        ("7. a", '<ol start="7"><li>a</li></ol>'),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        ("---", "<hr>"),
        ("[a](https://b.example)", f'<p><a href="https://b.example" {REST}>a</a></p>'),
        ("<a@b.example>", f'<p><a href="mailto:a@b.example" {REST}>a@b.example</a></p>'),
        ("[a](relative)", "<p>a</p>"),
        ("see [^1]", "<p>see [^1]</p>"),
        ("![a *b*](https://c.example/d.png)", f'<p><a href="https://c.example/d.png" {REST}>a b</a></p>'),
        ("![](https://c.example/d.png)", f'<p><a href="https://c.example/d.png" {REST}>image</a></p>'),
        ("![a](data:image/png;base64,x)", "<p>a</p>"),
        ("[![a](https://b.example)](https://c.example)", f'<p><a href="https://c.example" {REST}>a</a></p>'),
    ],
)
def test_one_block(text: str, html: str) -> None:
    assert blocks(text) == [html]


def test_each_top_level_block_is_one_string() -> None:
    assert blocks("# a\nb\n\n- c\n\n  d\n---\n") == [
        "<h3>a</h3>",
        "<p>b</p>",
        "<ul><li><p>c</p><p>d</p></li></ul>",
        "<hr>",
    ]


def test_no_text_has_no_blocks() -> None:
    assert blocks(" \n\n") == []


def test_a_definition_serves_blocks_before_and_after_it() -> None:
    before, after = blocks("[a]\n\n[A]: https://b.example\n\n[a][]")
    assert before == after == f'<p><a href="https://b.example" {REST}>a</a></p>'


def test_a_table_scrolls_and_names_its_aligned_columns() -> None:
    [html] = blocks("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 |")
    assert html == (
        '<div class="table" role="group" aria-label="Table" tabindex="0"><table class="c2 r3">'
        "<thead><tr><th>a</th><th>b</th><th>c</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td><td></td></tr></tbody></table></div>"
    )


def test_a_task_says_whether_it_is_done_and_cannot_be_changed() -> None:
    todo, done = (
        Document(blocks("- [ ] a\n- [x] b")[0]).elements[2],
        Document(blocks("- [x] b")[0]).elements[2],
    )
    assert todo == ("input", {"type": "checkbox", "disabled": "", "aria-label": "To do"})
    assert done == ("input", {"type": "checkbox", "disabled": "", "aria-label": "Done", "checked": ""})


def test_a_fence_keeps_plain_text_and_has_a_copy_button() -> None:
    [html] = blocks("```Unknown-Language title\n<a>\n```")
    assert html == (
        '<div class="code" data-language="unknown-language">'
        '<button type="button" class="copy" data-copy="">Copy</button>'
        '<pre tabindex="0"><code>&lt;a&gt;\n</code></pre></div>'
    )


def test_a_fence_inside_a_list_is_coloured_too() -> None:
    [html] = blocks("- a\n\n  ```python\n  return 1\n  ```")
    assert '<code data-tokens="K7D2">return 1\n</code>' in html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.example.", "https://a.example"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("https://a.example/?b=c&d=e", "https://a.example/?b=c&d=e"),
        ("**https://a.example/b**", "https://a.example/b"),
        ("| https://a.example |\n|---|", "https://a.example"),
    ],
)
def test_a_bare_address_becomes_a_link(text: str, address: str) -> None:
    assert Document(blocks(text)[0]).values("href") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "`https://a.example`",
        "    https://a.example",
        "xhttps://a.example",
        "http://",
        "ftp://a",
        "http://[a]",
    ],
)
def test_what_is_no_bare_address_does_not(text: str) -> None:
    assert "a" not in Document(blocks(text)[0]).tags


def test_an_address_inside_a_link_is_no_second_one() -> None:
    assert Document(blocks("[see https://a.example](https://b.example)")[0]).values("href") == [
        "https://b.example"
    ]
