"""What any text must be before it is stored: without the characters that databases refuse."""

import re

REPLACEMENT = "\ufffd"
ESCAPED_NUL = re.compile(r"((?<!\\)(?:\\\\)*)\\u0000")


def clean(text: str) -> str:
    """Replace NUL, which PostgreSQL refuses, and lone surrogates, which UTF-8 cannot hold."""
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return paired.replace("\0", REPLACEMENT)


def clean_json(text: str) -> str:
    """Clean JSON text, where NUL hides as an escape that `jsonb` would refuse later."""
    return ESCAPED_NUL.sub(rf"\1{REPLACEMENT}", clean(text))


def cut(text: str, limit: int) -> tuple[str, int]:
    """Keep at most `limit` bytes of UTF-8; return what is kept and how many bytes are not."""
    whole = text.encode()
    kept = whole[:limit].decode(errors="ignore")
    return kept, len(whole) - len(kept.encode())
