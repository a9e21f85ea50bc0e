"""Words as the demo model compares them: short stems, and synonyms folded into one."""

import re
from functools import lru_cache

STOP_WORDS = """
a about after again all also am an and any are as at be been but by call can could current currently
did do does for from get given give has have how i if in into is it its just let make may me my need
now of on or our please return returns run set shall she should show so some take tell than that the
their them then there these they this those to tool up us use using want was we what when where
which who will with would you your s m re ll t d
"""
STOP = frozenset(STOP_WORDS.split())
SYNONYMS = {
    "weather": "forecast temperature rain rainy sun sunny snow snowing warm cold hot umbrella degrees wind"
    " windy",
    "time": "clock hour",
    "calendar": "agenda appointment meeting schedule event busy free diary",
    "calculate": "compute calculation arithmetic math sum plus minus multiply divide double triple"
    " halve half square percent average evaluate subtract convert difference",
    "search": "find lookup",
    "email": "mail",
    "create": "add put book",
    "dice": "die",
    "note": "memo remind reminder remember",
    "picture": "image photo",
}
# What looks like a tool's word but is only a figure of speech.
IDIOMS = re.compile(
    r"\b(?:(?:long|next|last|first|second|this|every|same|any|some) times?\b|time to\b|time travel\b"
    r"|times of\b|weather the storm|free of\b|hot dogs?\b|\d+ times\b|times \d)",
    re.IGNORECASE,
)


def stem(word: str) -> str:
    """Take the commonest English endings off a lower-case word."""
    for ending, instead in (("ies", "y"), ("ied", "y"), ("s", ""), ("ing", ""), ("ed", "")):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and not word.endswith("ss"):
            word = rest + instead
    return word.removesuffix("e") if len(word) > 3 else word


def split_words(text: str) -> list[str]:
    """Give the lower-case words of a text or of an identifier in any case."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return re.findall(r"[^\W_]+", spaced.lower())


@lru_cache(maxsize=512)
def stems(text: str) -> frozenset[str]:
    """Give the stems of the words that mean something."""
    return frozenset(stem(word) for word in split_words(text) if word not in STOP)


def meaning(word_stem: str) -> str:
    """Fold a stem with its synonyms."""
    return _MEANINGS.get(word_stem, word_stem)


_MEANINGS = {
    stem(word): stem(main) for main, synonyms in SYNONYMS.items() for word in (main, *synonyms.split())
}
