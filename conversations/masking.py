"""Hides what looks like a secret token or a card number in text that leaves its owner's page, and in logs.

It goes by patterns, so it is a net and no wall: a password is a word like any other. What the installation
itself must keep secret is taken out before anything is stored (`tools/redaction.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[token hidden]"

# Each begins with letters that its issuer gives it for the sake of being found.
_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9_-]) (?:
        sk-(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}                          # OpenAI and those who copy it
      | (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}                     # Stripe
      | gh[oprsu]_[A-Za-z0-9]{30,} | github_pat_[A-Za-z0-9_]{30,}       # GitHub
      | glpat-[A-Za-z0-9_-]{20,}                                        # GitLab
      | xox[abeprs]-[A-Za-z0-9-]{10,}                                   # Slack
      | (?:AKIA|ASIA)[A-Z0-9]{16}                                       # Amazon
      | AIza[A-Za-z0-9_-]{35}                                           # Google
      | hf_[A-Za-z0-9]{30,}                                             # Hugging Face
      | eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}   # JSON Web Tokens
    ) (?![A-Za-z0-9])""",
    re.VERBOSE,
)
_BEARER = re.compile(r"\b(Bearer[ \t]+)[A-Za-z0-9._~+/-]{16,}={0,2}", re.IGNORECASE)

# Groups may be parted by one space or hyphen; with a digit or a dot beside them it would be another number.
_DIGITS = re.compile(r"(?<![\d.])(?<!\d[ -])\d(?:[ -]?\d){12,18}(?![ -]?\d)(?!\.\d)")
_CARD_ISSUERS = re.compile(
    r"4 | 5[1-5] | 2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720) | 3(?:[456789]|0[0-5]) | 6(?:011|4[4-9]|5|2)",
    re.VERBOSE,
)


def masked(text: str) -> str:
    """Replace tokens, and all but the last four digits of card numbers."""
    text = _TOKENS.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\g<1>{HIDDEN}", text)
    return _DIGITS.sub(_without_card, text)


def masked_in(value: Any) -> Any:
    """Return a JSON value with every text in it masked, keys too; a card number may be a number."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {masked(str(key)): masked_in(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_in(item) for item in value]
    if isinstance(value, int) and 10**12 <= value < 10**19:
        written = masked(str(value))
        return value if written == str(value) else written
    return value


def _without_card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if not _CARD_ISSUERS.match(digits) or not _passes_luhn(digits):
        return found[0]
    return f"[card number ending in {digits[-4:]}]"


def _passes_luhn(digits: str) -> bool:
    """Check the sum that tells a card number from nine tenths of other long numbers."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
