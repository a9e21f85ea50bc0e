"""Durations are said as short as a person would."""

import pytest

from conversations.rendering.clock import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 ms"),
        (0, "0 ms"),
        (0.0042, "4 ms"),
        (0.0996, "0.10 s"),
        (0.42, "0.42 s"),
        (9.996, "10.0 s"),
        (12.34, "12.3 s"),
        (59.96, "1 min 0 s"),
        (63, "1 min 3 s"),
        (3599.6, "1 h 0 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
