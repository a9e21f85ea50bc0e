"""What looks like a token or a card number is hidden, and nothing else is."""

import pytest

from conversations.masking import HIDDEN, masked, masked_in

CARD = "[card number ending in 1111]"


@pytest.mark.parametrize(
    "token",
    [
        "sk-proj-abcdEFGH1234_ijkl-MNOP",
        "ghp_" + "a1B2" * 9,
        "xoxb-123456789012-abcdefABCDEF",
        "AKIA" + "ABCDEFGH12345678",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    ],
)
def test_a_token_is_hidden_wherever_it_stands(token: str) -> None:
    assert masked(f"It is {token}.") == f"It is {HIDDEN}."
    assert masked(f'{{"key":"{token}"}}') == f'{{"key":"{HIDDEN}"}}'
    assert masked(f"?key={token}&x=1") == f"?key={HIDDEN}&x=1"


def test_what_a_bearer_bears_is_hidden() -> None:
    assert masked("Authorization: Bearer abcdef0123456789abcdef==") == f"Authorization: Bearer {HIDDEN}"


@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_of_a_card_the_last_four_digits_stay(number: str) -> None:
    assert masked(f"Pay with {number}, please") == f"Pay with {CARD}, please"
    assert masked(f"[1,{number},2]") == f"[1,{CARD},2]"


@pytest.mark.parametrize(
    "number", ["378282246310005", "5555555555554444", "2223003122003222", "6011111111111117"]
)
def test_the_cards_of_all_issuers_are_known(number: str) -> None:
    assert masked(number) == f"[card number ending in {number[-4:]}]"


@pytest.mark.parametrize(
    "honest",
    [
        "4111111111111112",  # the sum is wrong
        "1763712345678",  # milliseconds since 1970
        "0.4111111111111111",  # a fraction
        "4111111111111111.5",
        "94111111111111111111",  # longer than any card
        "2026-11-21 07:38:12",
        "sk-learn and task-force",
        "sk-learn-and-other-long-words",
        "bearer of good news",
        "https://example.org/risk-assessment-of-something-long",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_other_text_stays_as_it_is(honest: str) -> None:
    assert masked(honest) == honest


def test_json_is_masked_through_and_through() -> None:
    value = {"4111111111111111": [4111111111111111, {"deep": "sk-abcdefghijklmnop1234"}], "n": 3, "no": None}
    assert masked_in(value) == {CARD: [CARD, {"deep": HIDDEN}], "n": 3, "no": None}


def test_a_long_text_without_end_is_masked_in_one_go() -> None:
    assert masked("4" * 200_000) == "4" * 200_000
    assert masked("a-" * 200_000) == "a-" * 200_000
