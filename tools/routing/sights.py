"""What a text shows without naming it, in the words by which tools name that."""

import re

_FILE = r"\b(?:[\w-]+\.)"
_SIGHTS = [
    (re.compile(pattern, flags), words.split())
    for words, pattern, flags in (
        ("url link page website", r"https?://|www\.", re.I),
        ("email address", r"[\w.+-]+@[\w-]+\.\w", 0),
        ("amount currency price", r"[€$£¥]\s?\d|\d\s?[€$£¥]", 0),
        ("ip host address", r"\b\d{1,3}(?:\.\d{1,3}){3}\b", 0),
        (
            "file path document",
            _FILE + r"(?:pdf|docx?|txt|md|csv|xlsx?|json|ya?ml|xml|html?|py|js|log|zip|tar|gz)\b",
            re.I,
        ),
        ("image file", _FILE + r"?(?:png|jpe?g|gif|webp|svg|heic)\b", re.I),
        ("audio file", _FILE + r"?(?:mp3|wav|flac|m4a|ogg)\b", re.I),
        ("video file", _FILE + r"?(?:mp4|mov|avi|mkv|webm)\b", re.I),
        ("time", r"\b\d{1,2}:\d\d\b|\b\d{1,2}\s?[ap]\.?m\b", re.I),
        ("date", r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b", re.I),
        ("date", r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.I),
        ("date", r"\b(?:yesterday|today|tonight|tomorrow|weekend)\b", re.I),
        (
            "date",
            r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b",
            0,
        ),
        ("calculate expression", r"\d\s*[-+*/^×÷=]\s*\(?\d|\d\s?%", 0),
        (
            "calculate mathematical expression",
            r"\b(?:(?:square|cube) root|squared|cubed|percent of|(?:divided|multiplied) by|plus|minus)\b",
            re.I,
        ),
        ("latitude longitude coordinates", r"-?\d{1,2}\.\d+\s*,\s*-?\d{1,3}\.\d+", 0),
        ("phone number", r"\+\d[\d ]{6,}", 0),
        ("channel tag", r"(?:^|\s)#\w", 0),
        ("sql query", r"\bselect\b.+\bfrom\b", re.I | re.S),
        ("location city place", r"\b(?:in|at|near|to|from|around) [A-Z][a-z]+", 0),
        (
            "translate language text",
            r"\b(?:in|into|to) (?:English|German|French|Spanish|Italian|Portuguese|Dutch|Polish|Russian"
            r"|Turkish|Arabic|Hindi|Chinese|Japanese|Korean|Swedish|Danish|Norwegian|Finnish|Greek|Hebrew|Latin)\b",
            re.I,
        ),
        ("location", r"\bwhere\b", re.I),
        ("date time", r"\bwhen\b", re.I),
        ("price amount", r"\bhow (?:much|expensive)\b", re.I),
        ("count number", r"\bhow many\b", re.I),
        ("duration distance", r"\bhow (?:long|far)\b", re.I),
        ("person user", r"\bwho(?:se|m)?\b", re.I),
    )
]


def shown(text: str) -> dict[str, None]:
    """Return the words for what is to be seen: an address, a sum, a day, the name of a file."""
    return dict.fromkeys(word for pattern, words in _SIGHTS if pattern.search(text) for word in words)
