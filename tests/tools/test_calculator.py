"""`calculate` is exact, bounded, and says in a sentence what it cannot do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import ToolError
from tools.builtin.calculator import calculate


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.333333333333333"),
        ("(1.19 * 250) / 2", "148.75"),
        ("2 ^ 10", "1024"),
        ("2 ** -2", "0.25"),
        ("2 ** 200", str(2**200)),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("3 × 4 ÷ 2 − 1", "5"),
        ("sqrt(2) ** 2", "2"),
        ("sqrt(16)", "4"),
        ("round(2 / 3, 2)", "0.67"),
        ("max(1, 2.5, 2)", "2.5"),
        ("factorial(20)", "2432902008176640000"),
        ("sin(0)", "0"),
        ("2 * pi", "6.28318530717959"),
        ("1e-30 / 4", "2.5E-31"),
        ("-" * 100 + "1", "1"),
        ("1e20 + 1", "100000000000000000001"),
        ("100000 * 1.07 ** 30", "761225.504266203"),
    ],
)
def test_results_look_as_on_paper(expression: str, result: str) -> None:
    assert calculate(expression) == {"expression": expression, "result": result}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "cannot be read"),
        ("1 +", "cannot be read"),
        ("two plus two", "cannot be read"),
        ("1; 2", "cannot be read"),
        ("1 / 0", "divides by zero"),
        ("1 % 0", "divides by zero"),
        ("0 ** -1", "divides by zero"),
        ("9 ** 9 ** 9", "too large"),
        ("2 ** 100000", "too large"),
        ("(1/3) ** 4000", "too large"),
        ("factorial(100000)", "too large"),
        ("exp(100000)", "too large"),
        ("1e999", "no result"),
        ("(-8) ** 0.5", "not a real number"),
        ("sqrt(-1)", "no result"),
        ("factorial(1.5)", "whole number"),
        ("sqrt()", "no result"),
        ("x + 1", "Only numbers"),
        ("'a' * 3", "not a number"),
        ("(1).real", "Only numbers"),
        ("().__class__", "Only numbers"),
        ("__import__('os')", "Only numbers"),
        ("[1][0]", "Only numbers"),
        ("[x for x in (1, 2)]", "Only numbers"),
        ("(lambda: 1)()", "Only numbers"),
        ("1 if 1 else 2", "Only numbers"),
        ("True + 1", "not a number"),
        ("max(*[1, 2])", "Only numbers"),
        ("round(1, ndigits=1)", "Only numbers"),
        ("sqrt", "no result"),
        ("1" * 501, "longer than"),
        ("(" * 240 + "1" + ")" * 240, "cannot be read"),
    ],
)
def test_what_it_cannot_do_is_a_sentence(expression: str, words: str) -> None:
    with pytest.raises(ToolError, match=r"\.$") as refused:
        calculate(expression)
    assert words in str(refused.value)


@given(st.text("0123456789.+-*/%^() esqrtpi,", max_size=60))
def test_no_expression_does_anything_else(expression: str) -> None:
    try:
        answer = calculate(expression)["result"]
    except ToolError as refused:
        answer = str(refused)
    assert 0 < len(answer) < 2000
