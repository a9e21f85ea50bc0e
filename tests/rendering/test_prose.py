"""Text without markup is rendered without a parser, exactly as the parser would have it."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.rendering.intake import tidy
from conversations.rendering.markdown import parse
from conversations.rendering.prose import Prose, paragraphs
from tests.rendering.nasty import markdown

# Each kind of character that is plain, each kind of those that are not, and some of all others.
NEARLY_PLAIN = st.text(
    st.one_of(
        st.sampled_from("abcäßжあ🌧ªΣ   \n\n.,;:!?'\"()%-+=#/@$^{}²½"),
        st.sampled_from(
            "\u3000\u2003\u2028\u00ad\u200b\u200d\u202e\u0301\ufeff\ufffd\u00a0\u0085\t&<>*_`[]\\|~19"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)
WORDS = st.lists(
    st.sampled_from(
        ["It rains", " ", "\n", "\n\n", "\n\n\n", ", or 3", ".", "a", "- b", "http:", "//", "x.y", "1."]
    )
).map("".join)


def rendered(text: str) -> list[str]:
    found = list(parse(text, colours=lambda code: "", growing=True))
    assert [block.start for block in found] == [block.start for block in paragraphs(text)]
    return [block.html for block in found]


@settings(max_examples=1500, deadline=None)
@given(text=st.one_of(NEARLY_PLAIN, WORDS, markdown))
@example("It rains")
@example("It rains.\n\nAnd: it pours\nin \"Köln\" & 'Rom'")
@example("Title\n=")
@example("Two  \nlines")
@example("See http://here.example")
@example("a\nb\n\n\nc \n")
def test_plain_text_is_rendered_as_the_parser_renders_it(text: str) -> None:
    text = tidy(text)
    if text and Prose().is_plain(text):
        assert [block.html for block in paragraphs(text)] == rendered(text)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(NEARLY_PLAIN, WORDS), cuts=st.lists(st.integers(0, 60), max_size=8))
def test_text_is_plain_however_it_came(text: str, cuts: list[int]) -> None:
    growing = Prose()
    for cut in sorted(cuts):
        growing.is_plain(text[:cut])
    assert growing.is_plain(text) == Prose().is_plain(text)


def test_most_of_a_reply_is_plain() -> None:
    assert Prose().is_plain(
        'It rains, 42 mm (that is a lot): "more" than ever.\n\nÜber Köln - wie immer!\nJa?'
    )
